"""The angle that weights before a batch norm turn in a step."""

import numpy as np
import torch

from coursekit.experiments import decay_turns as experiment


def test_the_angle_is_that_of_each_unit_and_squares_are_averaged():
    before = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]])  # units (1, 0) and (0, 2)
    after = torch.tensor([[[3.0, 0.0], [3.0, 1.0]]])  # turned by 45 degrees, and by none
    np.testing.assert_allclose(experiment.squared_turn(before, after), [45**2 / 2], rtol=1e-6)


def test_the_theory_is_the_root_of_twice_rate_times_decay():
    np.testing.assert_allclose(experiment.theory(0.5, 0.01), np.degrees(0.1))


def test_there_is_one_angle_for_each_pair_and_seed():
    found = experiment.measure([1, 2, 3], steps=2)
    assert found.early.shape == found.late.shape == (len(experiment.PAIRS), 3)
    assert set(experiment.effects(found)) == {"early: turn over theory", "late: turn over theory"}
