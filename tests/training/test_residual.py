"""Residual networks of replicas."""

import torch

from coursekit.training import digits, residual


def test_skipinit_starts_as_its_stem_and_head():
    net = residual([0, 1], digits(), depth=4, width=8, scale=0.0)
    x = torch.tensor(digits().x[:6]).expand(2, -1, -1)
    torch.testing.assert_close(net(x), net[-1](net[0](x)))


def test_a_replica_does_not_depend_on_who_stands_beside_it():
    x = torch.tensor(digits().x[:6])
    alone = residual([5], digits(), depth=3, norm="batch")(x[None])
    beside = residual([4, 5], digits(), depth=3, norm="batch")(x.expand(2, -1, -1))
    torch.testing.assert_close(alone[0], beside[1])
