"""AdaLN-zero: where it starts, and that branches of any kind learn through it."""

import numpy as np
import torch
from norm_inputs import CONDITION, draw, tensors
from torch import nn

from coursekit import layers, norms
from coursekit.catalog import NORMS

close = torch.testing.assert_close
ROW = NORMS["adaptive_layer"]


def test_at_the_start_a_block_is_no_block_and_only_its_gate_learns():
    args = draw(ROW)
    start = {name: np.zeros_like(args[name]) for name in ("weight", "bias")}
    y, cache = norms.adaptive_layer_norm_zero(*(args | start).values())
    np.testing.assert_array_equal(y, args["x"])
    dy = np.random.default_rng(1).standard_normal(y.shape)
    dx, dcondition, dweight, _ = norms.adaptive_layer_norm_zero_backward(dy, cache)
    np.testing.assert_array_equal(dx, dy)
    shift, scale, gate = np.split(dweight, 3)
    assert not dcondition.any() and not shift.any() and not scale.any() and gate.all()
    x, condition = tensors(args)["x"], tensors(args)["condition"]
    layer = layers.AdaptiveLayerNormZero(2, CONDITION, nn.Linear(2, 2)).double()
    close(layer(x, condition), x, rtol=0, atol=0)


def test_any_branch_learns_through_it_as_torch_says():
    """The branch is tanh(z @ w): in NumPy with its own way back, in torch a module."""
    args = draw(ROW, (4, 3, 6))
    w, found = np.random.default_rng(3).standard_normal((6, 6)), {}

    def branch(z):
        h = np.tanh(z @ w)

        def back(dh):
            dsum = dh * (1 - h**2)
            found["dw"] = np.einsum("nti,ntj->ij", z, dsum)
            return dsum @ w.T

        return h, back

    y, cache = norms.adaptive_layer_norm_zero(*args.values(), branch)
    dy = np.random.default_rng(1).standard_normal(y.shape)
    grads = norms.adaptive_layer_norm_zero_backward(dy, cache)
    linear = nn.Linear(6, 6, bias=False)
    layer = layers.AdaptiveLayerNormZero(6, CONDITION, nn.Sequential(linear, nn.Tanh())).double()
    leaves = tensors(args, requires_grad=True)
    with torch.no_grad():
        layer.weight.copy_(leaves["weight"])
        layer.bias.copy_(leaves["bias"])
        linear.weight.copy_(torch.tensor(w.T))
    expected = layer(leaves["x"], leaves["condition"])
    asked = [leaves["x"], leaves["condition"], layer.weight, layer.bias, linear.weight]
    wanted = torch.autograd.grad(expected, asked, torch.tensor(dy))
    np.testing.assert_allclose(y, expected.detach(), rtol=1e-10)
    for ours, theirs in zip((*grads, found["dw"].T), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)
