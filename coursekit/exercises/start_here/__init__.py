"""Exercises of solutions/00_start_here.py: how the check talks."""

import numpy as np

from coursekit.checking import Lesson, draws, exercise, predict

LESSON = Lesson(
    title="Start here",
    question="How does a course tell you what is wrong with your code, and not only that it is?",
    difficulty=1,
    cpu_seconds=10,
    objectives=(
        "Run a cell, write an answer, and read what the check says about it",
        "Ask for a hint, see your progress, start an exercise again",
        "Find out what your machine can do for this course",
    ),
)


def measurements(rng):
    """Three features a person could have measured, and the hard cases behind them."""
    yield "5 heights in cm", (170 + 8 * rng.standard_normal(5),)
    yield "7 masses in kg, a thousand times smaller spread", (70 + 0.008 * rng.standard_normal(7),)
    yield "2 values", (np.array([1.0, 4.0]),)


def any_measurements(rng):
    """Two values or more that are not all the same."""
    (x,) = draws.floats(rng, draws.columns(rng, int(rng.integers(2, 9)), 1, far=1e3)[:, 0])
    x[0] = x[1] + max(abs(x[1]), 1e-12) if np.ptp(x) == 0 else x[0]
    return (x,)


@exercise(
    cases=measurements,
    domain=any_measurements,
    atol=1e-10,  # of scores of size one: 70 kg are 10⁴ spreads, and lose 4 of 16 digits
    hints=(
        "Two things make a standard score: where the centre is, and how wide the values spread.",
        "What is the mean of your output, and what is its standard deviation? Which of the two "
        "is not what it should be?",
        "mean = x.___()\nstd = x.___()\nreturn (x - ___) / ___",
    ),
    minutes=3,
    difficulty=1,
    planted="variance_for_std",
    ask="What comes out for five equal values, and why? Lesson 04 adds a small ε for that case.",
)
def standardize(x):
    """Shift and scale x to mean 0 and standard deviation 1. (D,) -> (D,)"""
    return (x - x.mean()) / x.std()


@standardize.alternative
def from_sums(x):
    n, centred = len(x), x - sum(x) / len(x)
    return centred / (sum(centred**2) / n) ** 0.5


@standardize.alternative
def on_lists(x):
    mean = sum(float(v) for v in x) / len(x)
    std = (sum((float(v) - mean) ** 2 for v in x) / len(x)) ** 0.5
    return [(float(v) - mean) / std for v in x]


@standardize.alternative
def by_einsum(x):
    centred = x - np.full(len(x), 1 / len(x)) @ x
    return centred / np.sqrt(np.einsum("i,i->", centred, centred) / len(x))


predict(
    "predict_outlier",
    "Four people weigh 70, 71, 72 and 73 kg. A fifth weighs 173 kg. "
    "What is the standard score of the fifth?",
    truth=lambda: (173 - np.mean([70, 71, 72, 73, 173])) / np.std([70, 71, 72, 73, 173]),
    because="With N values and the standard deviation that divides by N, no standard score can "
    "leave ±√(N − 1), which is 2 for five: an outlier pulls the mean and the spread after itself.",
    scale=2,
)
