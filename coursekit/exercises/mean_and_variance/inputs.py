"""Inputs that exercises of the lesson mean_and_variance share, and names for what comes back."""

from typing import NamedTuple

import numpy as np


def features(rng, n, d):
    """Columns with their own mean and scale, 1e-3 to 20: no wrong axis passes by luck."""
    scale = np.geomspace(1e-3, 20, d)
    return scale * (rng.uniform(1, 3, d) + rng.standard_normal((n, d)))


class State(NamedTuple):
    """A stream's summary: how many values, their mean, their sum of squared deviations."""

    count: object  # type: ignore[assignment]  # every tuple has a method of that name
    mean: object
    m2: object


def named(kind, value):
    """Name the members of a returned tuple; leave anything else as it came."""
    fits = isinstance(value, tuple | list) and len(value) == len(kind._fields)
    return kind(*value) if fits else value


def summary(x):
    """(count, mean, m2) of the rows of x; zeros where there are none."""
    if not len(x):
        return 0, np.zeros(x.shape[1:]), np.zeros(x.shape[1:])
    mean = x.mean(axis=0)
    return len(x), mean, ((x - mean) ** 2).sum(axis=0)
