"""The exercise mend_transposed of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.normalizing_weights.inputs import lengths, weights


def transposed(rng, into, out, *kernel):
    """(in, out, *kernel): rows and columns of their own size."""
    own = np.geomspace(0.5, 3, out).reshape(1, out, *[1] * len(kernel))
    return own * weights(rng, into, out, *kernel)


def kernels(rng):
    yield "3 inputs × 3 outputs × 2 × 4", (transposed(rng, 3, 3, 2, 4), lengths(rng, 3))
    yield "4 inputs × 2 outputs × 3 × 3", (transposed(rng, 4, 2, 3, 3), lengths(rng, 2))
    yield "2 inputs × 5 outputs × 3", (transposed(rng, 2, 5, 3), lengths(rng, 5))
    yield "1 input × 3 outputs × 2 × 2", (transposed(rng, 1, 3, 2, 2), lengths(rng, 3))
    yield "3 inputs × 1 output × 2 × 2", (transposed(rng, 3, 1, 2, 2), lengths(rng, 1))
    yield "4 inputs × 2 outputs × 1 × 1", (transposed(rng, 4, 2, 1, 1), lengths(rng, 2))


def any_kernel(rng):
    into, out, *kernel = draws.sizes(rng, int(rng.integers(3, 5)), high=6)
    v = draws.size(rng, 1e-6, 1e6) * transposed(rng, into, out, *kernel)
    return draws.laid(rng, v), lengths(rng, out)


@exercise(
    cases=kernels,
    domain=any_kernel,
    hints=(
        "In which place of v's shape do the outputs stand, for a layer that goes the other way?",
        "Take 4 inputs and 2 outputs. What is the length of all weights that lead to output 0, "
        "before and after? How many lengths does the function compute?",
        "others = (___, *range(___, v.ndim))",
    ),
    minutes=5,
    difficulty=2,
    planted="length_of_an_input",
    mend=True,
    ask="`weight_norm` of PyTorch takes a `dim`. Which is right for `nn.ConvTranspose2d`?",
)
def mend_transposed(v, g):
    """Weight norm of a transposed convolution. v: (in, out, *kernel), g: (out,) -> like v

    All weights that lead to an output have the length g of this output together.
    """
    others = (0, *range(2, v.ndim))
    length = np.sqrt((v**2).sum(others, keepdims=True))
    return g.reshape(1, -1, *[1] * (v.ndim - 2)) * v / length


@mend_transposed.alternative
def turned_and_back(v, g):
    flat = v.swapaxes(0, 1).reshape(v.shape[1], -1)
    w = g[:, None] * flat / np.linalg.norm(flat, axis=1, keepdims=True)
    return w.reshape(v.shape[1], v.shape[0], *v.shape[2:]).swapaxes(0, 1)


@mend_transposed.alternative
def output_by_output(v, g):
    w = np.empty(v.shape)
    for o in range(v.shape[1]):
        w[:, o] = g[o] * v[:, o] / np.sqrt(np.square(v[:, o]).sum())
    return w


@mend_transposed.alternative
def by_einsum(v, g):
    flat = v.reshape(*v.shape[:2], -1)
    factor = g / np.sqrt(np.einsum("iok,iok->o", flat, flat))
    return np.einsum("io...,o->io...", v, factor)


@mend_transposed.alternative
def transposed_in_torch(v, g):
    import torch

    v = torch.from_numpy(np.ascontiguousarray(v))
    length = v.square().sum([0, *range(2, v.ndim)], keepdim=True).sqrt()
    return torch.from_numpy(g).view(length.shape) * v / length
