"""gamma and beta alone."""

import torch

from coursekit.experiments.affine_only import Masked, masks
from coursekit.training import digits, mlp
from coursekit.training.network import Affine


def test_as_many_weights_are_about_as_many_as_gammas_and_betas():
    net = mlp([1, 2], digits(), depth=3, width=200, norm="batch")
    free = sum(int(m.sum()) for m in masks(net, [1, 2], "gamma and beta"))
    drawn = sum(int(m.sum()) for m in masks(net, [1, 2], "as many weights"))
    assert free == 2 * 3 * 2 * 200 and abs(drawn / free - 1) < 0.1


def test_what_is_masked_does_not_move():
    net = mlp([1], digits(), depth=1, width=4, norm="batch")
    before = [p.detach().clone() for p in net.parameters()]
    ours = masks(net, [1], "gamma and beta")
    Masked(net.parameters(), 0.1, ours).step([torch.ones_like(p) for p in net.parameters()])
    moved = [not torch.equal(a, b) for a, b in zip(before, net.parameters(), strict=True)]
    affine = {id(p) for m in net.modules() if isinstance(m, Affine) for p in m.parameters()}
    assert moved == [id(p) in affine for p in net.parameters()]
