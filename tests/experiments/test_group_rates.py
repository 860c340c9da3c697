"""How many share a statistic, each arm at its own learning rate."""

import numpy as np

from coursekit.experiments import TUNING
from coursekit.experiments import group_rates as experiment


def test_every_arm_has_a_rate_of_the_grid_and_one_error_for_each_seed():
    found = experiment.measure([1, 2], groups=(2, 64), rates=(0.01, 0.1), steps=4)
    assert found.error.keys() == found.rate.keys() == {"2", "64", "layer", "none"}
    assert set(found.rate.values()) <= {0.01, 0.1}
    assert all(((v >= 0) & (v <= 100)).all() and v.shape == (2,) for v in found.error.values())
    again = experiment.measure([2], groups=(2, 64), rates=(0.01, 0.1), steps=4)
    assert again.rate == found.rate  # chosen on seeds of their own
    np.testing.assert_array_equal(again.error["64"], found.error["64"][1:])
    assert not set(TUNING) & {1, 2}
