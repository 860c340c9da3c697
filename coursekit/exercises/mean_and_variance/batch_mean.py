"""The exercise batch_mean of the lesson mean_and_variance."""

import math

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.mean_and_variance.inputs import features


def tables(rng):
    yield "5 samples, 3 features of very different scale", (features(rng, 5, 3),)
    yield "4 samples, 4 features", (features(rng, 4, 4),)
    yield "1 sample, 3 features", (features(rng, 1, 3),)


@exercise(
    cases=tables,
    hints=(
        "x has one row per sample and one column per feature. Which of the two disappears?",
        "What is the shape of your output? How many numbers would you need to describe 3 features?",
        "N = x.shape[___]\nreturn x.sum(axis=___) / ___",
    ),
    points=1,
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


@batch_mean.mistake(
    "That is one mean per sample: you averaged along axis 1. Average over the batch, axis 0."
)
def mean_axis_1(x):
    return x.mean(axis=1)


@batch_mean.mistake(
    "That is one mean for the whole table. Each feature has its own: name the axis."
)
def mean_of_everything(x):
    return x.mean()


@batch_mean.mistake("The sums are right; what is missing is the division by N.")
def sum_for_mean(x):
    return x.sum(axis=0)


@batch_mean.mistake(
    "You divided by the number of features, x.shape[1]; each sum has N terms, x.shape[0]."
)
def divided_by_features(x):
    return x.sum(axis=0) / x.shape[1]


@batch_mean.mistake(
    "You divided by N − 1. That belongs to variances; a mean of N values divides by N."
)
def mean_over_n_minus_1(x):
    return x.sum(axis=0) / (x.shape[0] - 1)


@batch_mean.mistake("That is the median. The mean is the sum divided by N.")
def median_for_mean(x):
    return np.median(x, axis=0)
