"""Averaged weights and their statistics."""

import torch

from coursekit.experiments import weight_average as experiment
from coursekit.training import digits, mlp


def test_fresh_statistics_are_those_of_all_rows_and_momentum_is_put_back():
    net = mlp([1, 2], digits(), depth=2, width=8, norm="batch")
    x = torch.tensor(digits().x).expand(2, -1, -1)
    experiment.refresh(net, x)
    hidden = net[0](x)
    torch.testing.assert_close(net[1].running_mean, hidden.mean(1, keepdim=True))
    assert net[1].momentum == 0.1


def test_three_readings_are_made():
    assert len(experiment.measure([1], steps=5)) == 3
