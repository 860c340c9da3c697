"""The angle that weights before a batch norm turn in a step."""

import numpy as np
import torch

from coursekit.experiments import decay_turns as experiment
from coursekit.experiments.decay_turns import Decayed
from coursekit.training import digits, mlp


def test_each_replica_decays_at_its_own_rate_and_only_what_is_hidden():
    net = mlp([1, 2], digits(), depth=1, width=4, norm="batch")
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    lr = torch.tensor([0.5, 0.1]).view(-1, 1, 1)
    step = Decayed([net[0].weight], net.parameters(), lr, [0.2, 0.5]).step
    step([torch.zeros_like(p) for p in net.parameters()])
    kept = torch.tensor([0.9, 0.95]).view(-1, 1, 1)
    for name, p in net.named_parameters():
        torch.testing.assert_close(p.detach(), before[name] * (kept if name == "0.weight" else 1))


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
