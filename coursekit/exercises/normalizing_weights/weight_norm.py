"""The exercise weight_norm of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.normalizing_weights.inputs import any_weights, lengths, weights


def some_weights(rng):
    yield "4 outputs × 4 inputs", (weights(rng, 4, 4), lengths(rng, 4))
    yield "3 outputs × 5 inputs", (weights(rng, 3, 5), lengths(rng, 3))
    yield "5 outputs × 3 channels × 2 × 4", (weights(rng, 5, 3, 2, 4), lengths(rng, 5))
    yield "2 outputs × 3 channels × 4", (weights(rng, 2, 3, 4), lengths(rng, 2))
    yield "1 output × 6 inputs", (weights(rng, 1, 6), lengths(rng, 1))
    yield "4 outputs × 1 input", (weights(rng, 4, 1), lengths(rng, 4))


def any_call(rng):
    v = any_weights(rng, low=1)
    return v, lengths(rng, len(v))


@exercise(
    cases=some_weights,
    domain=any_call,
    hints=(
        "One output, one arrow: take v's weights of this output, make an arrow of length 1 of "
        "them, and then one of length g.",
        "Let v = [[3, 4], [5, 12]] and g = [10, 26]. The first row has the length 5. Is yours "
        "(6, 8), and is the length of the second row 26?",
        "fan_in = tuple(range(1, v.ndim))\n"
        "length = np.sqrt((___).sum(___, keepdims=True))\n"
        "return g.reshape(length.shape) * ___ / ___",
    ),
    minutes=4,
    difficulty=2,
    ask="v is multiplied by 10. What happens to w? And if g is multiplied by 10?",
)
def weight_norm(v, g):
    """Weights w of length g along v, for each output. (out, *fan_in), (out,) -> (out, *fan_in)

    Where g is negative, w points against v.
    """
    fan_in = tuple(range(1, v.ndim))
    length = np.sqrt((v**2).sum(fan_in, keepdims=True))
    return g.reshape(length.shape) * v / length


@weight_norm.alternative
def output_by_output(v, g):
    return np.array([scale * row / np.linalg.norm(row.ravel()) for scale, row in zip(g, v)])  # noqa: B905


@weight_norm.alternative
def as_a_matrix(v, g):
    flat = v.reshape(len(v), -1)
    factor = g / np.linalg.norm(flat, axis=1)
    return (flat * factor[:, None]).reshape(v.shape)


@weight_norm.alternative
def by_einsum(v, g):
    flat = v.reshape(len(v), -1)
    inverse = np.einsum("oi,oi->o", flat, flat) ** -0.5
    return np.einsum("o...,o->o...", v, g * inverse)


@weight_norm.alternative
def weight_norm_in_torch(v, g):
    import torch

    v = torch.from_numpy(np.ascontiguousarray(v))
    return torch._weight_norm(v, torch.from_numpy(g).view(-1, *[1] * (v.ndim - 1)), 0)
