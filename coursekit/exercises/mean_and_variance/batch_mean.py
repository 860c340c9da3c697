"""The exercise batch_mean of the lesson mean_and_variance."""

import math

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.mean_and_variance.inputs import features


def tables(rng):
    yield "5 samples, 3 features of very different scale", (features(rng, 5, 3),)
    yield "4 samples, 4 features", (features(rng, 4, 4),)
    yield "1 sample, 3 features", (features(rng, 1, 3),)


def any_table(rng):
    (x,) = draws.floats(rng, draws.columns(rng, *draws.sizes(rng, 2)))
    return (draws.laid(rng, x),)


@exercise(
    cases=tables,
    domain=any_table,
    hints=(
        "x has one row per sample and one column per feature. Which of the two disappears?",
        "What is the shape of your output? How many numbers would you need to describe 3 features?",
        "N = x.shape[___]\nreturn x.sum(axis=___) / ___",
    ),
    points=0,
    minutes=2,
    difficulty=1,
    ask="Batch norm keeps a mean per feature. What would a mean per sample describe?",
)
def batch_mean(x):
    """Mean of each feature over the batch. (N, D) -> (D,)"""
    return x.sum(axis=0) / x.shape[0]


@batch_mean.alternative
def mean_by_numpy(x):
    return np.mean(x, axis=0)


@batch_mean.alternative
def mean_by_loop(x):
    total = np.zeros(x.shape[1])
    for row in x:
        total = total + row
    return total / len(x)


@batch_mean.alternative
def mean_by_einsum(x):
    return np.einsum("nd->d", x) / x.shape[0]


@batch_mean.alternative
def mean_by_lists(x):
    return [math.fsum(column) / len(column) for column in zip(*x.tolist(), strict=True)]
