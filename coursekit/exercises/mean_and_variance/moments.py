"""The exercise moments of the lesson mean_and_variance."""

from itertools import product
from typing import NamedTuple

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.mean_and_variance.inputs import features, named


class Moments(NamedTuple):
    """Observed of an answer by name, so that the check can say `var` and not `value 2`."""

    mean: object
    var: object


def any_rank(answer, rng):
    x = features(rng, 5, 3)[:, :, None, None] + features(rng, 40, 3).reshape(5, 3, 4, 2)
    for label, args in {
        "table (5, 3), axes (0,), reduced axes dropped": (features(rng, 5, 3), (0,), False),
        "images (5, 3, 4, 2), axes (0, 2, 3), kept": (x, (0, 2, 3), True),
        "images (5, 3, 4, 2), axes (0, 2, 3), dropped": (x, (0, 2, 3), False),
        "grey images (5, 1, 4, 2), axes (0, 2, 3), dropped": (x[:, 1:2], (0, 2, 3), False),
        "images (5, 3, 4, 2), axes (1, 2, 3), kept": (x, (1, 2, 3), True),
        "images (5, 3, 4, 2), axes (-1, -2), kept": (x, (-1, -2), True),
    }.items():
        answer.doing = label
        yield label, named(Moments, answer(*args))


def any_array(rng):
    """Up to four axes, some of them reduced, in any order and counted from either end."""
    rank = int(rng.integers(1, 5))
    shape = draws.sizes(rng, rank)
    x = draws.columns(rng, int(np.prod(shape[:-1])), shape[-1]).reshape(shape)
    axes = rng.permutation(rank)[: rng.integers(1, rank + 1)]
    axes = tuple(int(a) - rank * int(rng.integers(2)) for a in axes)
    return draws.laid(rng, x), axes, bool(rng.integers(2))


@exercise(
    script=any_rank,
    domain=any_array,
    hints=(
        "NumPy takes a tuple of axes. Only one line needs care: x minus its mean.",
        "What is the shape of the mean you subtract? Does it line up with x from the right?",
        "mean = x.mean(axis=axes, keepdims=___)\n"
        "var = ((x - ___) ** 2).mean(axis=___, keepdims=___)\n"
        "if not keepdims:\n    mean = mean.squeeze(axis=___)\nreturn mean, ___",
    ),
    points=2,
    minutes=6,
    difficulty=3,
    ask="Which axes give batch norm on (N, C, H, W)? Which give one mean per image?",
)
def moments(x, axes, keepdims):
    """Mean and biased variance over any axes of x; keepdims leaves them in place, of length 1.

    axes is a tuple of one axis or more, each of them once, counted from either end. Returns the
    pair (mean, var). Where keepdims is False, the reduced axes are gone from both.
    """
    mean = x.mean(axis=axes, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=axes, keepdims=True)
    if not keepdims:
        mean, var = mean.squeeze(axis=axes), var.squeeze(axis=axes)
    return mean, var


@moments.alternative
def moments_by_numpy(x, axes, keepdims):
    return np.mean(x, axis=axes, keepdims=keepdims), np.var(x, axis=axes, keepdims=keepdims)


@moments.alternative
def moments_by_flattening(x, axes, keepdims):
    axes = [a % x.ndim for a in axes]
    kept = [a for a in range(x.ndim) if a not in axes]
    rows = x.transpose(*kept, *axes).reshape(*[x.shape[a] for a in kept], -1)
    shape = [1 if a in axes else n for a, n in enumerate(x.shape) if keepdims or a in kept]
    return rows.mean(-1).reshape(shape), rows.var(-1).reshape(shape)


@moments.alternative
def moments_by_loop(x, axes, keepdims):
    axes = [a % x.ndim for a in axes]
    shape = [1 if a in axes else n for a, n in enumerate(x.shape)]
    mean, var = np.zeros(shape), np.zeros(shape)
    for where in product(*map(range, shape)):
        values = x[tuple(slice(None) if a in axes else i for a, i in enumerate(where))].ravel()
        mean[where] = sum(values) / values.size
        var[where] = sum((v - mean[where]) ** 2 for v in values) / values.size
    return (mean, var) if keepdims else (mean.squeeze(tuple(axes)), var.squeeze(tuple(axes)))


@moments.alternative
def moments_by_einsum(x, axes, keepdims):
    letters, reduced = "abcd"[: x.ndim], {a % x.ndim for a in axes}
    rest = "".join(letter for i, letter in enumerate(letters) if i not in reduced)
    total = np.einsum(f"{letters}->{rest}", x)
    mean = total * (total.size / x.size)
    centred = x - np.expand_dims(mean, axes)
    var = np.einsum(f"{letters},{letters}->{rest}", centred, centred) * (mean.size / x.size)
    return (np.expand_dims(mean, axes), np.expand_dims(var, axes)) if keepdims else (mean, var)
