"""Folding, rescaling, rounding."""

import torch

from coursekit.experiments import quantized_fold as experiment
from coursekit.training import digits, mlp


def test_folding_and_rescaling_keep_the_function():
    net = mlp([1, 2], digits(), depth=2, width=8, norm="batch").double()
    x = torch.tensor(digits().x[:64]).double().expand(2, -1, -1)
    net(x)  # running statistics other than those of the start
    net.eval()
    folded = experiment.fold(net)
    spread = experiment.rescaled(folded, [1, 2])
    for layers in (folded, spread):
        torch.testing.assert_close(experiment.answers(layers, x), net(x))
    sizes = spread[0][0].abs().amax(1)
    assert sizes.max() / sizes.min() > 5 > 1


def test_rounding_leaves_255_levels():
    weight = torch.randn(1, 500, 3).double()
    ((rounded, _),) = experiment.rounded([(weight, weight[:, :1])], (1,))
    assert all(len(column.unique()) <= 255 for column in rounded[0].T)
    assert (rounded - weight).abs().max() <= weight.abs().max() / 254
