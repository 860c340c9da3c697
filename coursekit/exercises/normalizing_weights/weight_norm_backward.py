"""The exercise weight_norm_backward of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.normalizing_weights.inputs import any_weights, lengths, weights


def passes(rng):
    for shape in ((4, 4), (3, 5), (5, 3, 2, 4), (2, 3, 4), (1, 6)):
        v = weights(rng, *shape)
        dw = rng.standard_normal(shape) + 0.5
        yield " × ".join(map(str, shape)), (dw, v, lengths(rng, len(v)))


def any_pass(rng):
    v = any_weights(rng)
    dw = draws.size(rng, 1e-6, 1e6) * (rng.standard_normal(v.shape) + 0.5)
    return draws.laid(rng, dw), v, lengths(rng, len(v))


@exercise(
    cases=passes,
    domain=any_pass,
    rtol=1e-8,
    atol=1e-10,  # what is left across v may be little, beside what was taken out
    hints=(
        "A longer v gives the same w, so a gradient along v would be useless. What is along v goes "
        "to g, and what is left goes to v.",
        "Multiply your dv by v and sum over an output's weights. Is it 0? Then double v: dv must "
        "become half of what it was.",
        "length = np.sqrt((v**2).sum(fan_in, keepdims=True))\n"
        "unit = v / length\n"
        "dg = (dw * ___).sum(fan_in, keepdims=True)\n"
        "dv = ___ / ___ * (dw - ___ * ___)",
    ),
    points=3,
    minutes=9,
    difficulty=3,
    returns=("dv", "dg"),
    ask="dv is orthogonal to v. What does that say about v's length after a step?",
)
def weight_norm_backward(dw, v, g):
    """Gradients of w = g v / ‖v‖. (out, *fan_in) twice, (out,) -> dv like v, dg like g"""
    fan_in = tuple(range(1, v.ndim))
    length = np.sqrt((v**2).sum(fan_in, keepdims=True))
    unit = v / length
    dg = (dw * unit).sum(fan_in, keepdims=True)
    dv = g.reshape(length.shape) / length * (dw - dg * unit)
    return dv, dg.reshape(g.shape)


@weight_norm_backward.alternative
def as_the_paper_writes_it(dw, v, g):
    """Equation 3, with dg in both places."""
    flat, rows = dw.reshape(len(v), -1), v.reshape(len(v), -1)
    length = np.linalg.norm(rows, axis=1)
    dg = np.einsum("oi,oi->o", flat, rows) / length
    dv = (g / length)[:, None] * flat - (g * dg / length**2)[:, None] * rows
    return dv.reshape(v.shape), dg


@weight_norm_backward.alternative
def by_a_projection_matrix(dw, v, g):
    dv, dg = np.zeros(v.shape), np.zeros(len(v))
    for o in range(len(v)):
        unit = v[o].ravel() / np.linalg.norm(v[o].ravel())
        across = np.eye(unit.size) - np.outer(unit, unit)
        dv[o] = (g[o] / np.linalg.norm(v[o].ravel()) * across @ dw[o].ravel()).reshape(v[o].shape)
        dg[o] = unit @ dw[o].ravel()
    return dv, dg


@weight_norm_backward.alternative
def through_w(dw, v, g):
    """w is g times the unit arrow, so what is along w is along v."""
    fan_in = tuple(range(1, v.ndim))
    scale = g.reshape(-1, *[1] * (v.ndim - 1))
    w = scale * v / np.sqrt(np.square(v).sum(axis=fan_in, keepdims=True))
    dg = np.sum(dw * w, axis=fan_in, keepdims=True) / scale
    ratio = np.sqrt(np.square(w).sum(fan_in, keepdims=True) / np.square(v).sum(fan_in, keepdims=True))
    return np.sign(scale) * ratio * (dw - dg * w / scale), dg.ravel()


@weight_norm_backward.alternative
def by_autograd(dw, v, g):
    import torch

    dw, v = (torch.from_numpy(np.ascontiguousarray(a)) for a in (dw, v))
    g = torch.tensor(g, requires_grad=True)
    v.requires_grad_()
    wide = g.view(-1, *[1] * (v.ndim - 1))
    w = wide * v / v.square().sum(tuple(range(1, v.ndim)), keepdim=True).sqrt()
    return torch.autograd.grad(w, [v, g], dw)
