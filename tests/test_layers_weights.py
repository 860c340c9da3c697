"""The parametrizations against torch.nn.utils.parametrizations' own."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize

from coursekit.layers import SpectralNorm, WeightNorm, WeightStandardizedConv2d

close = torch.testing.assert_close
LAYERS = {
    "linear": lambda: nn.Linear(6, 4),
    "conv": lambda: nn.Conv2d(3, 4, (2, 3)),
    "transposed": lambda: nn.ConvTranspose2d(4, 3, (2, 3)),
}


def twins(kind, dim):
    layer = LAYERS[kind]().double()
    with torch.no_grad():
        layer.weight.normal_(generator=torch.Generator().manual_seed(0))
    return layer, copy.deepcopy(layer), {"transposed": 1}.get(kind, 0) if dim is None else dim


@pytest.mark.parametrize("kind", LAYERS)
def test_weight_norm_starts_at_the_weight_and_its_state_dict_is_torchs(kind):
    ours, theirs, dim = twins(kind, None)
    before = ours.weight.detach().clone()
    parametrize.register_parametrization(ours, "weight", WeightNorm(dim))
    parametrizations.weight_norm(theirs, dim=dim)
    close(ours.weight, before)
    close(ours.state_dict(), theirs.state_dict())
    with torch.no_grad():
        theirs.parametrizations.weight.original0.mul_(3)
    ours.load_state_dict(theirs.state_dict())
    close(ours.weight, theirs.weight)


def test_weight_norm_has_right_second_derivatives():
    """Those of torch 2.13's own on the CPU are wrong: its gradgradcheck fails."""
    generator = torch.Generator().manual_seed(0)
    g, v = (
        torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True)
        for shape in ((4, 1, 1), (4, 3, 2))
    )
    assert torch.autograd.gradgradcheck(WeightNorm(), (g, v))


@pytest.mark.parametrize("kind", LAYERS)
def test_spectral_norm_follows_torchs_step_by_step_and_its_state_dict_is_torchs(kind):
    ours, theirs, dim = twins(kind, None)
    parametrize.register_parametrization(ours, "weight", SpectralNorm(ours.weight, dim=dim))
    parametrizations.spectral_norm(theirs, dim=dim)
    ours.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())
    for _ in range(3):
        grads = []
        for layer in (ours, theirs):
            layer.zero_grad()
            weight = layer.weight
            weight.backward(torch.cos(weight).detach())
            grads.append((weight, layer.parametrizations.weight.original.grad))
        close(*grads)
    close(ours.state_dict(), theirs.state_dict())


def test_spectral_norm_reaches_the_largest_singular_value():
    layer = nn.Linear(30, 20).double()
    parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight, steps=200))
    assert np.linalg.svd(layer.weight.detach().numpy())[1][0] == pytest.approx(1, rel=1e-6)


def test_spectral_norm_stands_still_in_eval_and_draws_the_same_start_again():
    weight = nn.Linear(6, 4).weight
    norm, again = SpectralNorm(weight), SpectralNorm(weight)
    close(norm.state_dict(), again.state_dict(), rtol=0, atol=0)
    norm.eval()(weight)
    close(norm.state_dict(), again.state_dict(), rtol=0, atol=0)


def test_a_network_used_twice_before_backward_still_has_its_gradient():
    """As a GAN's discriminator is: D(real), D(fake). The second use moves u and v in place."""
    layer = nn.Linear(6, 4)
    parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight))
    (layer(torch.ones(2, 6)) - layer(torch.zeros(2, 6))).sum().backward()
    assert torch.isfinite(layer.parametrizations.weight.original.grad).all()


def test_standardized_weights_have_zero_mean_and_unit_variance_for_each_output():
    conv = WeightStandardizedConv2d(3, 4, 3, padding=1, groups=1).double()
    w = conv.standardized()
    close(w.mean((1, 2, 3)), torch.zeros(4).double(), atol=1e-12, rtol=0)
    v = conv.weight.var((1, 2, 3), correction=0)
    close(w.var((1, 2, 3), correction=0), v / (v + conv.eps))
    plain = nn.Conv2d(3, 4, 3, padding=1).double()
    plain.load_state_dict(conv.state_dict())
    with torch.no_grad():
        plain.weight.copy_(w)
    x = torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(0)).double()
    close(conv(x), plain(x))


@pytest.mark.parametrize("dim", [0, 1, -1, -2, -3, -4])
def test_a_negative_dim_counts_from_the_end(dim):
    weight = torch.randn(4, 3, 2, 5, generator=torch.Generator().manual_seed(0)).double()
    norm = WeightNorm(dim)
    g, v = norm.right_inverse(weight)
    assert [n for n in g.shape if n > 1] == [weight.shape[dim]]
    close(norm(g, v), weight)
    front = weight.movedim(dim, 0).flatten(1)
    close(g.flatten(), front.norm(dim=1))
    largest = np.linalg.svd(front.numpy())[1][0]
    close(SpectralNorm(weight, steps=500, dim=dim)(weight) * largest, weight, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_weights_of_half_precision_are_normalized_in_float32(dtype):
    """300 ** 2 is past float16; a spectral norm started in it has the direction to three digits."""
    weight = torch.full((2, 4), 300.0, dtype=dtype)
    g, v = WeightNorm().right_inverse(weight)
    assert g.dtype == v.dtype == dtype
    close(WeightNorm()(g, v), weight)
    close(WeightNorm()(torch.ones(2, 1, dtype=dtype), v), torch.full((2, 4), 0.5, dtype=dtype))
    norm = SpectralNorm(weight)
    assert norm._u.dtype == dtype and norm(weight).dtype == dtype
    close(norm(weight).float(), torch.full((2, 4), 8**-0.5), rtol=1e-2, atol=0)
    conv = WeightStandardizedConv2d(3, 4, 3).to(dtype)
    with torch.no_grad():
        conv.weight.mul_(3000)
    assert conv.standardized().isfinite().all() and conv.standardized().dtype == dtype
