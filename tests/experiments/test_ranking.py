"""One seed, two arms."""

import numpy as np

from coursekit.experiments import ranking as experiment


def test_seeds_that_order_the_arms_otherwise_are_counted_and_so_are_ties():
    found = experiment.effects({"close": np.array([1.0, 2.0, -0.5, 0.0])})
    assert found["close: seed against the mean"].tolist() == [0, 0, 1, 1]
    assert experiment.effects({"close": np.zeros(2)})["close: seed against the mean"].sum() == 2
