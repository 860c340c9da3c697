"""Batch norm over time."""

import torch

from coursekit.experiments import time_statistics as experiment
from coursekit.experiments.time_statistics import TIMES, Recurrent


def test_each_step_has_a_norm_of_its_own_only_where_it_is_asked_for():
    assert [len(Recurrent([1], n).norms) for n in ("none", "all steps", "each step")] == [1, 1, 8]


def test_without_a_norm_it_is_the_recurrence_written_out():
    net, x = Recurrent([1, 2], "none"), torch.randn(2, 3, 64)
    h = torch.zeros(2, 3, experiment.WIDTH)
    for t in range(TIMES):
        h = torch.tanh(net.again(h) + net.inward(x[:, :, 8 * t : 8 * t + 8]))
    torch.testing.assert_close(net(x), net.out(h))
