"""Weight decay before batch norm."""

import numpy as np

from coursekit.experiments import decay_equilibrium as experiment


def test_starts_are_tenfold_apart_before_anything_is_learned():
    found = experiment.effects(experiment.measure([1], steps=1))
    ratio = np.exp(found["without decay: length, longest / shortest"])
    assert 8 < ratio[0] < 11


def test_a_step_with_decay_leaves_the_matrices_shorter_by_rate_times_decay():
    """One step with decay and one without take the same gradients."""
    found = experiment.measure([1], steps=1)
    without, shrunk = (found[decay][0] for decay in experiment.DECAYS)
    kept = 1 - experiment.LR * experiment.DECAYS[1]
    np.testing.assert_allclose(shrunk / without, kept, rtol=0.01)
