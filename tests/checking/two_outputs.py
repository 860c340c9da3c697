"""An exercise with three outputs and edits, small enough to be read: what naming is tried on."""

import numpy as np

from coursekit.checking import Exercise
from tests.checking.toy import HINTS


def cases(rng):
    for label, shape in (("5 rows", (5, 3)), ("4 rows", (4, 2)), ("6 rows", (6, 4))):
        x = rng.standard_normal(shape) * 3 + 5
        yield label, (x, rng.uniform(2, 3, shape[1]), rng.uniform(1, 2, shape[1]), 0.3)


def call_on_each(answer, rng):
    for label, args in cases(rng):
        answer.doing = label
        yield label, answer(*args)


def moved(x, gamma, beta, eps):
    """The output y, the mean and the variance of x (N, D); gamma and beta are (D,)."""
    mean = x.mean(0)
    var = ((x - mean) ** 2).mean(0)
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y, mean, var


MISTAKES = """
beta_forgotten: You never added beta.
- + beta
+
gamma_forgotten: You never multiplied by gamma.
- gamma * (x - mean)
+ (x - mean)
n_minus_1: You returned a variance that divides by N − 1.
- return y, mean, var
+ return y, mean, x.var(0, ddof=1)
"""


def make(mistakes: str = MISTAKES, **options) -> Exercise:
    """A fresh, unregistered exercise."""
    about = {"points": 2, "cases": cases, "returns": ("y", "mean", "var"), **options}
    exercise = Exercise(moved, call_on_each, HINTS, **about)
    if mistakes:
        exercise.edits(mistakes)
    return exercise


def parts(x, gamma, beta, eps):
    """What answers are built of: mean, variance, x_hat."""
    mean, var = x.mean(0), x.var(0)
    return mean, var, (x - mean) / np.sqrt(var + eps)
