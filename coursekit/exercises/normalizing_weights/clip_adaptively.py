"""The exercise clip_adaptively of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.normalizing_weights.inputs import any_weights, weights


def slopes(rng, w, limit):
    """A gradient like w: one output's is a third of what passes whole, the next's three times."""
    fan_in = tuple(range(1, w.ndim))
    unit = rng.standard_normal(w.shape) + 0.3
    unit = unit / np.sqrt((unit**2).sum(fan_in, keepdims=True))
    most = limit * np.sqrt((w**2).sum(fan_in, keepdims=True))
    ratio = np.where(np.arange(len(w)) % 2, 3.0, 0.3) * rng.uniform(0.7, 1.3, len(w))
    if len(w) > 2:
        ratio[-1] = 1.1  # one is only just too long
    return unit * most * ratio.reshape(-1, *[1] * (w.ndim - 1))


def some_gradients(rng):
    for shape, limit in (((4, 4), 0.1), ((3, 5), 0.5), ((5, 3, 2, 4), 0.02), ((2, 3, 4), 2.0)):
        w = weights(rng, *shape)
        label = " × ".join(map(str, shape)) + f", limit = {limit:g}"
        yield label, (slopes(rng, w, limit), w, limit, 1e-3)
    w = weights(rng, 4, 3)
    w[2], w[3] = 0.0, 0.1
    yield "4 × 3, two outputs shorter than eps = 0.5", (rng.standard_normal(w.shape), w, 0.2, 0.5)
    g = slopes(rng, w, 0.1)
    g[0] = 0
    yield "4 × 3, an output without gradient, limit = 0.1", (g, w, 0.1, 0.2)
    w = weights(rng, 3, 2)
    yield "3 × 2, limit and eps left out", (slopes(rng, w, 0.01), w)
    yield (
        "2 × 3, weights of 1e-5, limit and eps left out",
        (slopes(rng, 1e-5 * w.T, 3.0), 1e-5 * w.T),
    )


def any_gradient(rng):
    w = any_weights(rng, low=1)
    limit = draws.size(rng, 0.01, 2)
    return draws.laid(rng, slopes(rng, w, limit)), w, limit, draws.size(rng, 1e-3, 1)


@exercise(
    cases=some_gradients,
    domain=any_gradient,
    rtol=1e-8,
    hints=(
        "Two lengths for each output: of its weights and of its gradient. The second may be at "
        "most `limit` times the first; if it is longer, it is made shorter and keeps its "
        "direction.",
        "An output has weights of length 2 and a gradient of length 5; limit is 0.1. How long is "
        "the gradient afterwards? And if it was 0.15 long?",
        "size = np.sqrt((w**2).sum(fan_in, keepdims=True))\n"
        "slope = np.sqrt((___**2).sum(fan_in, keepdims=True))\n"
        "most = limit * np.maximum(___, ___)\n"
        "return grad * most / np.maximum(___, ___)",
    ),
    minutes=7,
    difficulty=3,
    ask="Plain clipping cuts the whole gradient at one length. Which layers would it slow down?",
)
def clip_adaptively(grad, w, limit=0.01, eps=1e-3):
    """Shorten an output's gradient to `limit` times the length of its weights. -> like grad

    grad and w: (out, *fan_in). Weights shorter than eps count as eps long; a gradient that is short
    enough stays as it is.
    """
    fan_in = tuple(range(1, w.ndim))
    size = np.sqrt((w**2).sum(fan_in, keepdims=True))
    slope = np.sqrt((grad**2).sum(fan_in, keepdims=True))
    most = limit * np.maximum(size, eps)
    return grad * most / np.maximum(slope, most)


@clip_adaptively.alternative
def output_by_output(grad, w, limit=0.01, eps=1e-3):
    out = np.array(grad)
    for o in range(len(w)):
        most = limit * max(np.linalg.norm(w[o].ravel()), eps)
        slope = np.linalg.norm(grad[o].ravel())
        if slope > most:
            out[o] = grad[o] * (most / slope)
    return out


@clip_adaptively.alternative
def by_the_ratio(grad, w, limit=0.01, eps=1e-3):
    """As the paper writes it: the ratio of the lengths is compared with the limit."""
    flat = w.reshape(len(w), -1), grad.reshape(len(w), -1)
    size, slope = (np.linalg.norm(a, axis=1) for a in flat)
    size = np.where(size < eps, eps, size)
    ratio = slope / size
    factor = np.where(ratio > limit, limit / np.where(ratio > 0, ratio, 1), 1.0)
    return grad * factor.reshape(-1, *[1] * (w.ndim - 1))


@clip_adaptively.alternative
def by_einsum(grad, w, limit=0.01, eps=1e-3):
    rows, slopes = w.reshape(len(w), -1), grad.reshape(len(w), -1)
    size = np.sqrt(np.einsum("oi,oi->o", rows, rows)).clip(min=eps)
    slope = np.sqrt(np.einsum("oi,oi->o", slopes, slopes))
    factor = np.minimum(1, limit * size / np.maximum(slope, 1e-300))
    return np.einsum("o...,o->o...", grad, factor)


@clip_adaptively.alternative
def clipped_in_torch(grad, w, limit=0.01, eps=1e-3):
    import torch

    grad, w = (torch.from_numpy(np.ascontiguousarray(a)) for a in (grad, w))
    size, slope = (a.flatten(1).norm(dim=1).view(-1, *[1] * (a.ndim - 1)) for a in (w, grad))
    most = limit * size.clamp_min(eps)
    return torch.where(slope > most, grad * most / slope.clamp_min(1e-30), grad)
