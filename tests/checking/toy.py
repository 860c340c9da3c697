"""A small exercise of its own, so that the engine's tests depend on no lesson."""

import numpy as np

from coursekit.checking import Exercise

HINTS = ("nudge", "question", "blanks ___")


def cases(rng):
    yield "a first matrix", (rng.standard_normal((5, 3)) * [1, 20, 1e-3] + 7, 2.0)
    yield "a second, taller one", (rng.standard_normal((7, 2)), 0.5)


def _call_on_each(answer, rng):
    for label, args in cases(rng):
        answer.doing = label
        yield label, answer(*args)


def scaled_mean(x, factor):
    """The mean of each column, times a factor. (N, D), () -> (D,)"""
    return factor * x.mean(0)


def make(**options) -> Exercise:
    """A fresh, unregistered exercise with two mistakes; observe() needs no registry."""
    exercise = Exercise(
        scaled_mean, _call_on_each, HINTS, **{"points": 2, "cases": cases, **options}
    )

    @exercise.mistake("You averaged each row; each column was asked for.")
    def axis_1(x, factor):
        return factor * x.mean(1)

    @exercise.mistake("You left out the factor.")
    def no_factor(x, factor):
        return x.mean(0)

    return exercise


def opposite(x, factor):
    return -factor * np.asarray(x).mean(0)
