"""Gradients with depth, at the start."""

import numpy as np
import pytest
import torch

from coursekit.experiments import gradient_depth as experiment
from coursekit.training import digits, mlp
from coursekit.training.network import Linear


def test_sizes_are_those_of_each_replica_s_own_loss():
    net = mlp([3, 4], digits(), depth=3, width=8)
    beside = experiment.gradient_sizes(net, [3, 4])
    alone = experiment.gradient_sizes(mlp([4], digits(), depth=3, width=8), [4])
    assert beside.shape == (2, 3)
    np.testing.assert_allclose(beside[1], alone[0], rtol=1e-4)


def test_the_network_with_skips_has_the_same_weights():
    plain = mlp([1], digits(), depth=6, width=8, norm="batch")
    skips = experiment.skipping([1], digits(), depth=6, width=8)
    ours, theirs = (
        [m.weight for m in net.modules() if isinstance(m, Linear)] for net in (skips, plain)
    )
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_a_geometric_gradient_grows_by_its_ratio():
    sizes = 2.0 ** -np.arange(10)[None]
    found = experiment.effects({"wide": sizes, "skips": sizes})
    assert found["wide: growth per layer"] == pytest.approx(2)
    assert found["wide: log10 of first / last"] == pytest.approx(9 * np.log10(2))
