"""A homework whose exercises build on each other."""

import numpy as np

from coursekit.checking import exercise

HINTS = ("Which axis?", "What is its mean?", "x - ___")


def batches(rng):
    for n, d in ((5, 3), (4, 2)):
        yield f"x {(n, d)}", (rng.standard_normal((n, d)) * [1.0, 20.0, 0.1][:d] + 3,)


def with_eps(rng):
    for label, (x,) in batches(rng):
        yield label, (x, 0.3)


@exercise(cases=batches, hints=HINTS)
def center(x):
    """x (N, D) without its mean over the batch."""
    return x - x.mean(0)


@center.mistake("You took the mean over the features.")
def over_features(x):
    return x - x.mean(1, keepdims=True)


@exercise(cases=with_eps, hints=HINTS, points=3)
def scale(x, eps):
    """The centered x over the root of its variance plus eps."""
    c = center.right(x)
    return c / np.sqrt((c * c).mean(0) + eps)


@scale.mistake("eps stands outside the root.")
def eps_outside(x, eps):
    c = center.right(x)
    return c / (np.sqrt((c * c).mean(0)) + eps)


@exercise(cases=batches, hints=HINTS, points=2)
def deviation(x):
    """How far x (N, D) is from the mean of its batch: the same as `center`, asked twice."""
    return x - x.mean(0)


@deviation.mistake("You gave the mean.")
def mean_only(x):
    return x.mean(0)
