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


def test_its_effects_are_differences_seed_by_seed():
    error = {name: np.array([v, v + 1.0]) for name, v in {"2": 9, "4": 4, "16": 2, "64": 1}.items()}
    found = experiment.Finding(error | {"layer": np.array([3.0, 0.0])}, {})
    said = experiment.effects(found)
    assert said["error, groups of 2 - groups of 64"].tolist() == [8, 8]
    assert said["error, groups of 64 - layer norm"].tolist() == [-2, 2]
    assert said.keys() >= {
        "error, groups of 4 - groups of 64",
        "error, groups of 64 - groups of 16",
    }
