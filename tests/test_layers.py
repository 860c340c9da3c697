"""Every layer of the catalog against its oracle: values, gradients, copies, dtypes, layouts."""

import copy
import io

import pytest
import torch
from norm_inputs import (
    ACTIVATIONS,
    ROWS,
    SHAPE,
    call_layer,
    call_oracle,
    draw,
    gradients,
    make_layer,
    shapes,
    tensors,
)
from torch import nn

from coursekit.layers import LayerNorm, core

close = torch.testing.assert_close

CASES = [
    pytest.param(norm, shape, id=f"{norm.name}-{len(shape)}d")
    for norm in ROWS
    for shape in shapes(norm)
]
every_row = pytest.mark.parametrize("norm", ROWS, ids=lambda norm: norm.name)
every_activation = pytest.mark.parametrize("norm", ACTIVATIONS, ids=lambda norm: norm.name)


def both(norm, args):
    """Return y of our layer and of the oracle, each with leaves of its own."""
    ours, theirs = tensors(args, requires_grad=True), tensors(args, requires_grad=True)
    layer = make_layer(norm, tensors(args))
    return (call_layer(norm, layer, ours), ours), (call_oracle(norm, theirs), theirs)


@pytest.mark.parametrize("norm, shape", CASES)
def test_forward_and_every_gradient_match_the_oracle(norm, shape):
    (y, ours), (expected, theirs) = both(norm, draw(norm, shape))
    close(y, expected, rtol=1e-9, atol=1e-12)
    for a, b in zip(gradients(y, ours), gradients(expected, theirs), strict=True):
        close(a, b, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("norm", [n for n in ROWS if n.name != "weight"], ids=lambda n: n.name)
def test_second_derivatives_match_the_oracle(norm):
    """Not weight norm's: torch 2.13's own are wrong on the CPU (see test_layers_weights)."""
    seconds = []
    for y, args in both(norm, draw(norm)):
        firsts = gradients(y, args, create_graph=True)
        curved = sum((g * torch.cos(torch.arange(g.numel()).view_as(g))).sum() for g in firsts)
        seconds.append(gradients(curved, args))
    for a, b in zip(*seconds, strict=True):
        close(a, b, rtol=1e-8, atol=1e-8)


def test_gradients_of_gradients_pass_torchs_own_check():
    generator = torch.Generator().manual_seed(0)
    x, w, b = (
        torch.randn(s, generator=generator, dtype=torch.float64, requires_grad=True)
        for s in ((4, 3, 2), (1, 3, 1), (1, 3, 1))
    )

    def y_of(x, w, b):
        return core.affine_norm(x, w, b, (0, 2), 0.1)[0]

    assert torch.autograd.gradcheck(y_of, (x, w, b))
    assert torch.autograd.gradgradcheck(y_of, (x, w, b))


@every_row
def test_strides_do_not_matter(norm):
    args = draw(norm)
    layer = make_layer(norm, tensors(args))
    strided = {name: a.mT.contiguous().mT if a.ndim > 1 else a for name, a in tensors(args).items()}
    close(call_layer(norm, layer, strided), call_layer(norm, layer, tensors(args)))


@every_activation
def test_channels_last_images_give_the_same_values_and_stay_channels_last(norm):
    args = tensors(draw(norm))
    layer = make_layer(norm, args)
    last = {
        name: a.to(memory_format=torch.channels_last) if a.ndim == 4 else a
        for name, a in args.items()
    }
    y = call_layer(norm, layer, last)
    close(y, call_layer(norm, layer, args))
    assert y.is_contiguous(memory_format=torch.channels_last)


@every_activation
def test_an_empty_batch_passes_through(norm):
    shape = (0, *SHAPE[1:])
    args = tensors(draw(norm, shape))
    layer = make_layer(norm, args)
    y = call_layer(norm, layer, args)
    assert y.shape == shape
    assert all(torch.isfinite(buffer).all() for buffer in layer.buffers())


@every_activation
@pytest.mark.parametrize("C", [1, 10_000])
def test_one_channel_and_ten_thousand(norm, C):
    options = {"group": {"groups": 1}}.get(norm.name, norm.example)
    if norm.name in ("layer", "rms", "dynamic_tanh", "dynamic_erf", "adaptive_layer"):
        shape = (6, 2, C)
    else:
        shape = (6, C, 2, 1)
    args = tensors(draw(norm, shape))
    layer = norm.module(C, groups=1).double() if norm.name == "group" else make_layer(norm, args)
    expected = norm.oracle(*args.values(), **options)
    close(call_layer(norm, layer, args), expected, rtol=1e-9, atol=1e-9)


@every_row
def test_deepcopy_and_pickle_behave_as_the_original(norm):
    args = tensors(draw(norm))
    layer = make_layer(norm, args)
    file = io.BytesIO()
    torch.save(layer, file)
    file.seek(0)
    twins = [copy.deepcopy(layer), torch.load(file, weights_only=False)]
    expected = call_layer(norm, layer, args)
    for twin in twins:
        close(call_layer(norm, twin, args), expected, rtol=0, atol=0)
        assert repr(twin) == repr(layer)


@every_row
def test_a_state_dict_loads_back_into_a_fresh_layer(norm):
    args = tensors(draw(norm))
    layer, fresh = make_layer(norm, args), make_layer(norm, args)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(0.5, 2, generator=torch.Generator().manual_seed(0))
    fresh.load_state_dict(layer.state_dict())
    close(fresh.state_dict(), layer.state_dict(), rtol=0, atol=0)


@every_activation
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_in_half_precision_out_float32_inside(norm, dtype):
    args = tensors(draw(norm))
    layer = make_layer(norm, args).float()
    inputs = {"x", "content", "style"}
    half = {k: a.to(dtype) if k in inputs else _float(a) for k, a in args.items()}
    wide = {k: _float(a) for k, a in half.items()}
    y = call_layer(norm, layer, half)
    assert y.dtype == dtype
    close(y.float(), call_layer(norm, layer, wide), rtol=8e-3, atol=8e-3)


@every_activation
def test_a_whole_half_layer_works_as_torchs_does(norm):
    args = {k: a.bfloat16() if a.is_floating_point() else a for k, a in tensors(draw(norm)).items()}
    layer = make_layer(norm, tensors(draw(norm))).bfloat16()
    y = call_layer(norm, layer, args)
    assert y.dtype == torch.bfloat16 and torch.isfinite(y).all()


@every_activation
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_autocast_keeps_the_dtype_that_comes_in(norm, dtype):
    args = tensors(draw(norm))
    layer = make_layer(norm, args).float()
    inputs = {"x", "content", "style"}
    args = {k: a.to(dtype) if k in inputs else _float(a) for k, a in args.items()}
    with torch.autocast("cpu", torch.bfloat16):
        assert call_layer(norm, layer, args).dtype == dtype


@pytest.mark.parametrize(
    "name", ["batch", "layer", "instance", "group", "ghost_batch", "sync_batch", "batch_renorm"]
)
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last], ids=str)
def test_a_mean_of_10_000_costs_float32_no_digits_of_the_variance(name, layout):
    """torch's own group norm is wrong by 1000 here, on channels_last images on the CPU."""
    norm = next(n for n in ROWS if n.name == name)
    args = {k: _float(a) for k, a in tensors(draw(norm, (63, 4, 3, 8))).items()}
    args["x"] = (args["x"] + 1e4).to(memory_format=layout)
    layer = make_layer(norm, tensors(draw(norm)) | {"x": args["x"]}).float()
    wide = {k: a.double() for k, a in args.items()}
    y = call_layer(norm, layer, args)
    close(y.double(), norm.oracle(*wide.values(), **norm.example), rtol=0, atol=2e-2)


def _float(a):
    return a.float() if a.is_floating_point() else a


def test_affine_norm_works_under_vmap_and_jacrev():
    x = torch.randn(7, 5, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def normalized(x):
        return core.affine_norm(x, None, None, (0,), 0.1)[0]

    close(torch.vmap(normalized)(x), torch.stack([normalized(part) for part in x]))
    jacobian = torch.func.jacrev(normalized)(x[0])
    expected = torch.autograd.functional.jacobian(normalized, x[0])
    close(jacobian, expected)


@pytest.mark.parametrize("shape", [(3, 4), (4,)])
def test_one_sample_without_a_batch_axis_has_the_oracles_gradients(shape):
    """x, weight and their products then have one shape; none may be another's memory."""
    generator = torch.Generator().manual_seed(0)
    x, dy = torch.randn(2, *shape, dtype=torch.float64, generator=generator)
    found = []
    for layer in LayerNorm(shape).double(), nn.LayerNorm(shape).double():
        with torch.no_grad():
            layer.weight.copy_(torch.linspace(0.5, 2, layer.weight.numel()).view(shape))
        leaves = (x.clone().requires_grad_(), layer.weight, layer.bias)
        found.append(torch.autograd.grad(layer(leaves[0]), leaves, dy))
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-9)
