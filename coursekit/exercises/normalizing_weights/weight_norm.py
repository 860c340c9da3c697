"""The exercise weight_norm of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.normalizing_weights.inputs import any_weights, lengths, weights


def passes(rng):
    for shape in ((4, 4), (3, 5), (5, 3, 2, 4), (2, 3, 4), (1, 6)):
        v = weights(rng, *shape)
        dw = rng.standard_normal(shape) + 0.5
        yield " × ".join(map(str, shape)), (v, lengths(rng, len(v)), dw)


def any_pass(rng):
    v = any_weights(rng)
    dw = draws.size(rng, 1e-6, 1e6) * (rng.standard_normal(v.shape) + 0.5)
    return v, lengths(rng, len(v)), draws.laid(rng, dw)


@exercise(
    cases=passes,
    domain=any_pass,
    rtol=1e-8,
    atol=1e-10,  # what is left across v may be little, beside what was taken out
    hints=(
        "One output, one arrow: make an arrow of length 1 of its weights, and w is g times this "
        "arrow. Backward, what of dw is along the arrow goes to g, and what is left goes to v.",
        "Let v = [[3, 4]] and g = [10]: is your w (6, 8)? Then multiply your dv by v and sum over "
        "an output's weights: is it 0? And if v doubles, is dv half of what it was?",
        "fan_in = tuple(range(1, v.ndim))\n"
        "length = np.sqrt((___).sum(___, keepdims=True))\n"
        "unit = v / length\n"
        "scale = g.reshape(length.shape)\n"
        "dg = (dw * ___).sum(fan_in, keepdims=True)\n"
        "dv = ___ / ___ * (dw - ___ * ___)\n"
        "return scale * ___, dv, dg.reshape(g.shape)",
    ),
    points=3,
    minutes=11,
    difficulty=3,
    returns=("w", "dv", "dg"),
    ask="dv is orthogonal to v. What does that say about v's length after a step?",
)
def weight_norm(v, g, dw):
    """w = g · v / ‖v‖ for each output, and the gradients of v and g. -> w and dv like v, dg like g

    v and dw: (out, *fan_in), g: (out,). ‖v‖ is the length of all of an output's weights together.
    Where g is negative, w points against v.
    """
    fan_in = tuple(range(1, v.ndim))
    length = np.sqrt((v**2).sum(fan_in, keepdims=True))
    unit = v / length
    scale = g.reshape(length.shape)
    dg = (dw * unit).sum(fan_in, keepdims=True)
    dv = scale / length * (dw - dg * unit)
    return scale * unit, dv, dg.reshape(g.shape)


@weight_norm.alternative
def as_the_paper_writes_it(v, g, dw):
    """Equation 3, with dg in both places."""
    slopes, rows = dw.reshape(len(v), -1), v.reshape(len(v), -1)
    length = np.linalg.norm(rows, axis=1)
    dg = np.einsum("oi,oi->o", slopes, rows) / length
    dv = (g / length)[:, None] * slopes - (g * dg / length**2)[:, None] * rows
    return (rows * (g / length)[:, None]).reshape(v.shape), dv.reshape(v.shape), dg


@weight_norm.alternative
def output_by_output(v, g, dw):
    """Each output's gradient through a projection matrix."""
    w, dv, dg = np.zeros(v.shape), np.zeros(v.shape), np.zeros(len(v))
    for o, own in enumerate(v.reshape(len(v), -1)):
        length = np.linalg.norm(own)
        across = np.eye(own.size) - np.outer(own, own) / length**2
        w[o] = g[o] / length * v[o]
        dv[o] = (g[o] / length * across @ dw[o].ravel()).reshape(v[o].shape)
        dg[o] = own @ dw[o].ravel() / length
    return w, dv, dg


@weight_norm.alternative
def through_w(v, g, dw):
    """What is along w is along v."""
    fan_in = tuple(range(1, v.ndim))
    scale = g.reshape(-1, *[1] * (v.ndim - 1))
    factor = scale / np.sqrt(np.square(v).sum(axis=fan_in, keepdims=True))
    w = factor * v
    dg = np.sum(dw * w, axis=fan_in, keepdims=True) / scale
    return w, factor * (dw - dg * w / scale), dg.ravel()


@weight_norm.alternative
def by_autograd(v, g, dw):
    import torch

    dw, v = (torch.from_numpy(np.ascontiguousarray(a)) for a in (dw, v))
    g = torch.tensor(g, requires_grad=True)
    v.requires_grad_()
    rows = v.flatten(1)
    w = (g[:, None] * torch.nn.functional.normalize(rows, dim=1, eps=0.0)).view(v.shape)
    return (w.detach(), *torch.autograd.grad(w, [v, g], dw))
