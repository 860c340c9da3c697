"""The exercise welford_update of the lesson mean_and_variance."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.mean_and_variance.inputs import State, features, named, summary


def stream(answer, rng):
    yield from follow(answer, "heights in cm", 170 + 8 * rng.standard_normal(4), 0.0)
    yield from follow(answer, "rows of 3 features", features(rng, 3, 3), np.zeros(3))
    near = 1e6 + np.array([0, 2, 5]) + rng.uniform(0, 1, 3)
    yield from follow(answer, "near a million", near, 0.0)


def follow(answer, kind, values, zero):
    """Feed values one at a time, handing each state back; stop where it is no state."""
    state = (0, zero, zero)
    for i, x in enumerate(values, 1):
        answer.doing = f"{kind}, value {i}"
        state = named(State, answer(*state, x))
        yield answer.doing, state
        if not isinstance(state, State):
            return


def any_state(rng):
    """A number or a row of features; the first value, too, which finds zeros."""
    count, D = int(rng.integers(0, 6)), int(rng.integers(1, 5))
    x = draws.columns(rng, count + 1, D)
    x = x[:, 0] if rng.random() < 0.3 else x
    return *summary(x[:count]), x[count]


@exercise(
    script=stream,
    domain=any_state,
    rtol=1e-8,  # near a million a mean is rounded to 1e-10 of a distance of one
    hints=(
        "Count first. Then the mean moves a 1/count part of the way towards x.",
        "After the first value m2 must be 0. What is yours? Two distances are multiplied: x's "
        "distance from the mean before the move, and ...?",
        "count = count + 1\ndelta = x - ___\nmean = mean + delta / ___\n"
        "m2 = m2 + ___ * (x - ___)\nreturn count, mean, m2",
    ),
    points=2,
    minutes=6,
    difficulty=3,
    ask="After N values, how do you get the biased and the unbiased variance from the state?",
)
def welford_update(count, mean, m2, x):
    """Take one more value x into (count, mean, m2); m2 is the sum of squared deviations."""
    count = count + 1
    delta = x - mean  # from the old mean
    mean = mean + delta / count
    m2 = m2 + delta * (x - mean)  # from the new one
    return count, mean, m2


@welford_update.alternative
def welford_by_weights(count, mean, m2, x):
    n = count + 1
    return n, (count * mean + x) / n, m2 + (x - mean) ** 2 * count / n


@welford_update.alternative
def welford_by_two_deviations(count, mean, m2, x):
    moved = mean + (x - mean) / (count + 1)
    return count + 1, moved, m2 + count * (moved - mean) ** 2 + (x - moved) ** 2


@welford_update.alternative
def welford_by_merging(count, mean, m2, x):
    delta, n = x - mean, count + 1
    return [n, mean + delta * (1 / n), m2 + 0.0 + delta * delta * (count * 1 / n)]


@welford_update.alternative
def welford_on_lists(count, mean, m2, x):
    n, one = count + 1, np.ndim(x) == 0
    means, squares = [], []
    for m, s, v in zip(*(np.atleast_1d(a).tolist() for a in (mean, m2, x)), strict=True):
        means.append(m + (v - m) / n)
        squares.append(s + (v - m) * (v - means[-1]))
    return (n, means[0], squares[0]) if one else (n, means, squares)
