"""Dropout before batch norm."""

import numpy as np

from coursekit.experiments import dropout_shift as experiment


def test_without_dropout_nothing_shifts_and_the_formula_is_the_measurement():
    found = experiment.measure([1, 2], width=32)
    assert found.shape == (2, 3, 2)
    np.testing.assert_allclose(found[:, 0], 1, rtol=1e-12)
    np.testing.assert_allclose(found[0], found[1], rtol=0.02)
    assert (np.diff(found[0], axis=0) < 0).all(), "more dropout, more shift"
