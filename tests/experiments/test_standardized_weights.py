"""Five arms of twenty layers: what the start looks like, and that clipping leaves the top alone."""

import numpy as np
import torch

from coursekit.experiments import standardized_weights as found_in
from coursekit.training import digits, mlp
from coursekit.training.network import Linear


def test_every_arm_has_a_likeness_a_growth_and_an_accuracy_for_each_seed():
    found = found_in.measure([1, 2], steps=2)
    assert list(found) == list(found_in.ARMS)
    for arm in found.values():
        assert all(values.shape == (2,) for values in arm[:3]) and arm.rate in found_in.RATES
    assert all(len(values) == 2 for values in found_in.effects(found).values())


def test_standardized_weights_keep_images_apart_and_their_gradient_grows():
    he, ws = (
        found_in.at_the_start(found_in.ARMS[arm]([3, 4], digits()))
        for arm in ("he", "standardized")
    )
    assert (ws[0] < 0.5).all() and (he[0] > 0.7).all()
    assert (ws[1] > 5).all() and (he[1] < 5).all()


def test_a_standardized_unit_has_weights_of_mean_0_and_of_the_gain_s_length():
    linear = mlp([5], digits(), depth=1, width=7)[0]
    assert isinstance(linear, Linear)
    layer = found_in.Standardized(linear)
    w = layer(torch.eye(64)[None]) - layer.bias  # (1, in, out): each input alone
    assert torch.allclose(w.sum(1), torch.zeros(()), atol=1e-5)
    assert torch.allclose(w.square().sum(1), torch.tensor(2 / (1 - 1 / np.pi)), rtol=1e-4)


def test_clipping_shortens_a_unit_s_gradient_and_leaves_the_last_layer_alone():
    rng = torch.Generator().manual_seed(0)
    w, last, bias = torch.randn(1, 4, 3, generator=rng), torch.ones(1, 3, 2), torch.zeros(1, 1, 2)
    start = [p.clone() for p in (w, last, bias)]
    slopes = [100 * torch.ones_like(p) for p in start]
    found_in.Clipping([w, last, bias], 1.0).step(slopes)
    moved = (w - start[0]).norm(dim=1)
    assert torch.allclose(moved, 0.1 * start[0].norm(dim=1))
    assert (last == start[1] - 100).all() and (bias == start[2] - 100).all()


def test_clipping_lets_a_short_gradient_pass():
    w, last, bias = torch.ones(1, 4, 3), torch.ones(1, 3, 2), torch.zeros(1, 1, 2)
    found_in.Clipping([w, last, bias], 1.0).step(
        [0.01 * torch.ones_like(p) for p in (w, last, bias)]
    )
    assert torch.allclose(w, torch.full_like(w, 0.99))
