"""The exercise normalize of the lesson one_function_many_norms."""

import itertools

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_forward.inputs import far_from_zero
from coursekit.exercises.one_function_many_norms.inputs import images


def any_axes(rng):
    """A cube first: there, a mean that has lost its axes broadcasts without a word."""
    cube = images(rng, 3, 3, 3)
    yield "(3, 3, 3) over (0, 2), eps = 0.1", (cube, (0, 2), 0.1)
    x = images(rng, 4, 3, 2, 5)
    yield "(4, 3, 2, 5) over (0, 2, 3), eps = 0.3", (x, (0, 2, 3), 0.3)
    yield "(4, 3, 2, 5) over (1, 2, 3), eps = 0.1", (x, (1, 2, 3), 0.1)
    yield "(4, 3, 2, 5) over (2, 3), eps = 1e-5", (x, (2, 3), 1e-5)
    yield "(4, 3, 2, 5) over (-1,), eps = 0.1", (x, (-1,), 0.1)
    constant = x.copy()
    constant[:, 1] = 7
    yield "a channel that is 7 everywhere, over (2, 3), eps = 1e-5", (constant, (2, 3), 1e-5)
    far = far_from_zero(rng, 8, 4).T
    yield "(4, 3, 2, 5) over (0, 3), eps left out", (x, (0, 3))
    yield "(2, 5, 4) over (0, 2), eps = 0.3", (images(rng, 2, 5, 4), (0, 2), 0.3)
    yield "float32 around 4096, over (1,), eps = 1e-5", (far, (1,), 1e-5)


def any_array(rng):
    """Up to four axes, some or all of them reduced, in any order and counted from either end."""
    rank = int(rng.integers(1, 5))
    shape = draws.sizes(rng, rank)
    axes = rng.permutation(rank)[: rng.integers(1, rank + 1)]
    (x,) = draws.floats(rng, draws.size(rng, 1e-19, 1e3) * (3 + rng.standard_normal(shape)))
    return (
        draws.laid(rng, x),
        tuple(int(a) - rank * int(rng.integers(2)) for a in axes),
        draws.eps(rng),
    )


@exercise(
    cases=any_axes,
    domain=any_array,
    hints=(
        "It is batch norm's first three lines with `axes` in place of the 0. NumPy's mean takes "
        "a tuple of axes. What must the mean keep, so that it meets x again in the right place?",
        "Print the shape of your mean for x of shape (3, 3, 3) and axes (0, 2). Is it (1, 3, 1)? "
        "A mean of shape (3,) would meet the last axis.",
        "mean = x.mean(axis=___, keepdims=___)\n"
        "var = ((x - mean) ** 2).mean(axis=___, keepdims=___)\n"
        "return (x - mean) / np.sqrt(___ + ___)",
    ),
    points=2,
    minutes=6,
    difficulty=2,
    ask="With axes = () every value is normalized by itself. What comes out?",
)
def normalize(x, axes, eps=1e-5):
    """Give x mean 0 and variance 1 over `axes`, all other axes apart. Any shape -> the same"""
    mean = x.mean(axis=axes, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


@normalize.alternative
def methods(x, axes, eps=1e-5):
    return (x - np.mean(x, axes, keepdims=True)) * (np.var(x, axes, keepdims=True) + eps) ** -0.5


@normalize.alternative
def as_rows(x, axes, eps=1e-5):
    """Bring the axes to the end, flatten them, normalize rows, and undo all that."""
    axes = [a % x.ndim for a in axes]
    order = [a for a in range(x.ndim) if a not in axes] + axes
    moved = x.transpose(order)
    rows = moved.reshape(-1, np.prod([x.shape[a] for a in axes]))
    rows = (rows - rows.mean(1)[:, None]) / np.sqrt(rows.var(1)[:, None] + eps)
    return rows.reshape(moved.shape).transpose(np.argsort(order))


@normalize.alternative
def group_by_group(x, axes, eps=1e-5):
    axes = [a % x.ndim for a in axes]
    y = np.empty_like(x)
    for place in itertools.product(*(range(1 if a in axes else n) for a, n in enumerate(x.shape))):
        where = tuple(slice(None) if a in axes else i for a, i in enumerate(place))
        y[where] = (x[where] - x[where].mean()) / np.sqrt(x[where].var() + eps)
    return y


@normalize.alternative
def in_torch(x, axes, eps=1e-5):
    import torch

    x = torch.from_numpy(x)
    var, mean = torch.var_mean(x, dim=axes, correction=0, keepdim=True)
    return (x - mean) * torch.rsqrt(var + eps)


@normalize.alternative
def by_sums(x, axes, eps=1e-5):
    y, count = x.astype(float), 1
    for a in axes:
        count *= x.shape[a]
    y = y - y.sum(axes, keepdims=True) / count
    return y / np.sqrt((y * y).sum(axes, keepdims=True) / count + eps)


@normalize.mistake(
    "You normalized over one axis after the other. That is not the same as over all of them "
    "together: the second pass works on numbers that the first has changed."
)
def one_axis_after_another(x, axes, eps=1e-5):
    for a in axes:
        x = (x - x.mean(a, keepdims=True)) / np.sqrt(x.var(a, keepdims=True) + eps)
    return x
