"""What each norm ignores, as properties that hold for any input hypothesis can think of."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from coursekit.layers import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    RMSNorm,
    WeightNorm,
    WeightStandardizedConv2d,
)

close = torch.testing.assert_close
few = settings(max_examples=15)

N, C, H, W = 5, 4, 3, 2
seeds = st.integers(0, 2**31)
scales = st.floats(0.01, 100)
shifts = st.floats(-100, 100)


def images(seed):
    return torch.randn(N, C, H, W, generator=torch.Generator().manual_seed(seed)).double()


def norms(eps=0.0):
    """List the norms of one image batch, with eps = 0 so that the algebra is exact.

    Batch norm takes none in training, where torch takes none: 1e-300 changes no digit either.
    """
    return {
        "batch": BatchNorm(C, eps=eps or 1e-300).double(),
        "layer": GroupNorm(C, groups=1, eps=eps).double(),
        "instance": InstanceNorm(C, eps=eps).double(),
        "group": GroupNorm(C, groups=2, eps=eps).double(),
    }


ANY = pytest.mark.parametrize("name", ["batch", "layer", "instance", "group"])


@ANY
@few
@given(seeds, scales, shifts)
def test_scaling_and_shifting_the_whole_input_changes_nothing(name, seed, scale, shift):
    norm, x = norms()[name], images(seed)
    close(norm(scale * x + shift), norm(x), rtol=1e-6, atol=1e-7)


@few
@given(seeds, scales, shifts)
def test_batch_and_instance_norm_ignore_one_channels_scale_and_shift(seed, scale, shift):
    x = images(seed)
    changed = x.clone()
    changed[:, 1] = scale * x[:, 1] + shift
    for name, norm in norms().items():
        same = torch.allclose(norm(changed), norm(x), rtol=1e-6, atol=1e-7)
        assert same or name not in ("batch", "instance")


@few
@given(seeds, scales, shifts)
def test_all_but_batch_norm_ignore_one_samples_scale_and_shift(seed, scale, shift):
    x = images(seed)
    changed = x.clone()
    changed[2] = scale * x[2] + shift
    for name, norm in norms().items():
        if name != "batch":
            close(norm(changed), norm(x), rtol=1e-6, atol=1e-7)


@ANY
def test_only_batch_norm_lets_one_sample_move_another(name):
    norm, x = norms()[name], images(0)
    changed = x.clone()
    changed[2] = x[2].flip(0) * 3 + 1
    others = [0, 1, 3, 4]
    assert torch.equal(norm(changed)[others], norm(x)[others]) is (name != "batch")


@ANY
@few
@given(seeds, st.permutations(range(N)), st.permutations(range(H)))
def test_permuting_samples_or_pixels_permutes_the_output(name, seed, samples, pixels):
    norm, x = norms()[name], images(seed)
    close(norm(x[samples][:, :, pixels]), norm(x)[samples][:, :, pixels])


@few
@given(seeds)
def test_group_norm_runs_from_layer_norm_to_instance_norm(seed):
    x = images(seed)
    one, each = GroupNorm(C, groups=1).double(), GroupNorm(C, groups=C).double()
    close(one(x), LayerNorm((C, H, W)).double()(x))
    close(each(x), InstanceNorm(C).double()(x))


@few
@given(seeds, scales)
def test_rms_norm_ignores_scale_but_not_shift(seed, scale):
    norm, x = RMSNorm(W, eps=0.0).double(), images(seed)
    close(norm(scale * x), norm(x))
    assert not torch.allclose(norm(x + 1), norm(x), rtol=1e-3)


def loss_behind_norm(weight, seed):
    """Compute a loss of BN(x W): what the weight's length cannot change."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(12, weight.shape[1], generator=generator).double()
    target = torch.randn(12, len(weight), generator=generator).double()
    norm = BatchNorm(len(weight), eps=1e-300).double()
    return (torch.tanh(norm(x @ weight.T)) - target).square().sum()


@few
@given(seeds, scales)
def test_behind_batch_norm_the_gradient_is_orthogonal_to_w_and_shrinks_as_w_grows(seed, scale):
    """w . dL/dw = 0 for each unit, and dL/d(aw) = dL/dw / a."""
    weight = torch.randn(4, 6, generator=torch.Generator().manual_seed(seed)).double()
    grads = []
    for w in (weight, scale * weight):
        w = w.clone().requires_grad_()
        grads.append(torch.autograd.grad(loss_behind_norm(w, seed), w)[0])
        inner = (w * grads[-1]).sum(1)
        sizes = w.norm(dim=1) * grads[-1].norm(dim=1)
        assert (inner.abs() <= 1e-8 * sizes + 1e-12).all()
    close(scale * grads[1], grads[0], rtol=1e-6, atol=1e-9)


@few
@given(seeds, scales)
def test_weight_norm_ignores_the_length_of_v_and_pushes_at_right_angles(seed, scale):
    generator = torch.Generator().manual_seed(seed)
    v, dw = torch.randn(2, 5, 3, 2, generator=generator).double()
    g = torch.rand(5, 1, 1, generator=generator).double() + 0.1
    norm = WeightNorm()
    close(norm(g, scale * v), norm(g, v))
    v.requires_grad_()
    (dv,) = torch.autograd.grad(norm(g, v), v, dw)
    close((v * dv).sum((1, 2)), torch.zeros(5).double(), atol=1e-10, rtol=0)


@few
@given(seeds, scales, shifts)
def test_weight_standardization_ignores_the_weights_scale_and_shift(seed, scale, shift):
    conv = WeightStandardizedConv2d(3, 4, 2, eps=0.0).double()
    with torch.no_grad():
        conv.weight.normal_(generator=torch.Generator().manual_seed(seed))
        before = conv.standardized()
        conv.weight.mul_(scale).add_(shift)
        close(conv.standardized(), before, rtol=1e-6, atol=1e-7)


@ANY
@few
@given(seeds)
def test_the_gradient_has_no_mean_and_no_part_along_the_output(name, seed):
    norm, x = norms()[name], images(seed).requires_grad_()
    y = norm(x)
    dy = torch.randn(y.shape, generator=torch.Generator().manual_seed(seed + 1)).double()
    (dx,) = torch.autograd.grad(y, x, dy)
    axes = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3)}
    if name == "group":
        dx, y = dx.unflatten(1, (2, -1)), y.unflatten(1, (2, -1))
    over = axes.get(name, (2, 3, 4))
    size = dx.abs().sum(over)
    assert (dx.sum(over).abs() <= 1e-9 * size).all()
    assert ((dx * y).sum(over).abs() <= 1e-7 * size * y.abs().amax(over)).all()


def test_summing_the_output_or_its_square_gives_no_gradient_so_neither_tests_anything():
    x = images(0).requires_grad_()
    for loss in (lambda y: y.sum(), lambda y: y.square().sum()):
        (dx,) = torch.autograd.grad(loss(BatchNorm(C, eps=1e-9).double()(x)), x)
        assert dx.abs().max() < 1e-6


def test_a_bias_before_batch_norm_learns_nothing():
    linear, norm = nn.Linear(6, C).double(), BatchNorm(C).double()
    x = torch.randn(12, 6, generator=torch.Generator().manual_seed(0)).double()
    torch.tanh(norm(linear(x))).square().sum().backward()
    assert linear.bias.grad.abs().max() < 1e-12 < linear.weight.grad.abs().max()
