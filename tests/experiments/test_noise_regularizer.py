"""Ghost batches on wrong labels."""

import numpy as np

from coursekit.experiments import noise_regularizer as experiment
from coursekit.training import digits


def test_a_fifth_of_the_labels_is_drawn_anew_and_the_test_set_is_whole():
    given, full = experiment.problem(), digits()
    wrong = (given.y != full.y[: len(given.y)]).mean()
    assert 0.12 < wrong < 0.25 and len(given.x) == 256
    np.testing.assert_array_equal(given.y_test, full.y_test)


def test_every_group_is_measured_on_what_it_trained_on_too():
    found = experiment.measure([1], steps=3)
    assert {g: v.shape for g, v in found.items()} == {4: (3, 1), 16: (3, 1), 64: (3, 1)}
