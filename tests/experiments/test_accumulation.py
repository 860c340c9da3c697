"""Accumulated gradients."""

import torch

from coursekit.experiments import accumulation as experiment
from coursekit.training import digits, mlp


def test_one_part_is_the_batch_itself():
    found = experiment.measure([1, 2], rows=8, part=8)
    assert all(off.max() < 1e-12 for _, off in found.values())


def test_the_gradient_is_each_replica_s_own():
    x = torch.tensor(digits().x[:16]).expand(2, -1, -1)
    y = torch.tensor(digits().y[:16]).expand(2, -1)
    both = experiment.gradients(mlp([1, 2], digits(), width=8), x, y)
    alone = experiment.gradients(mlp([2], digits(), width=8), x[:1], y[:1])
    torch.testing.assert_close(both[1], alone[0], rtol=1e-4, atol=1e-6)
