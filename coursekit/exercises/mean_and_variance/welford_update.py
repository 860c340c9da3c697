"""The exercise welford_update of the lesson mean_and_variance."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.mean_and_variance.inputs import State, features, named


def stream(answer, rng):
    yield from follow(answer, "heights in cm", 170 + 8 * rng.standard_normal(4), 0.0)
    yield from follow(answer, "rows of 3 features", features(rng, 3, 3), np.zeros(3))
    yield from follow(answer, "near a million", 1e6 + rng.standard_normal(3), 0.0)


def follow(answer, kind, values, zero):
    """Feed values one at a time, handing each state back; stop where it is no state."""
    state = (0, zero, zero)
    for i, x in enumerate(values, 1):
        answer.doing = f"{kind}, value {i}"
        state = named(State, answer(*state, x))
        yield answer.doing, state
        if not isinstance(state, State):
            return


@exercise(
    script=stream,
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


@welford_update.variant
def _(
    count,
    mean,
    m2,
    x,
    *,
    offset=1,
    distances="both",
    counted=1,
    taken=lambda m2, product, n: m2 + product,
    divided=None,
    written="",
):
    n = count + 1
    moved = (mean + x) / 2 if offset is None else mean + (x - mean) / (count + offset)
    a, b = {"both": (mean, moved), "old": (mean, mean), "new": (moved, moved)}[distances]
    summed = taken(m2, (x - a) * (x - b), n)
    for name, old, new in [("mean", mean, moved), ("m2", m2, summed)]:
        if name in written.split() and isinstance(old, np.ndarray):
            old[...] = new
    return count + counted, moved, summed if divided is None else summed / (n - divided)


welford_update.switch(
    "old_mean_twice",
    "You used the old mean in both distances. The second factor is x minus the new mean: already "
    "after one value m2 should be 0.",
    distances="old",
)
welford_update.switch(
    "new_mean_twice",
    "You used the new mean in both distances. Take the first distance before you move the mean.",
    distances="new",
)
welford_update.switch(
    "divided_by_old_count",
    "Off by one: you divided by the old count. x counts too; count it first.",
    offset=0,
)
welford_update.switch(
    "counted_twice",
    "Off by one: x was counted twice. Divide by the new count, count + 1.",
    offset=2,
)
welford_update.switch(
    "count_not_returned",
    "You returned the old count; the next update divides by it.",
    counted=0,
)
welford_update.switch(
    "variance_for_m2",
    "You returned a variance. The state carries m2, a sum of squared deviations; do not divide it "
    "before the end.",
    divided=0,
)
welford_update.switch(
    "unbiased_variance_for_m2",
    "You divided m2 by count − 1. The state carries the sum itself, and after one value that is "
    "0 / 0; do not divide it before the end.",
    divided=1,
)
welford_update.switch(
    "m2_replaced",
    "m2 is the last product only. Add it to the m2 that came in.",
    taken=lambda m2, product, n: product,
)
welford_update.switch(
    "product_divided",
    "You divided the product by the count before adding it. m2 is a sum, not yet a variance.",
    taken=lambda m2, product, n: m2 + product / n,
)
welford_update.switch(
    "running_variance",
    "That is the variance so far, well updated. The state carries m2, count times that: add the "
    "whole product.",
    taken=lambda m2, product, n: m2 + (product - m2) / n,
)
welford_update.switch(
    "halfway",
    "(mean + x) / 2 weighs the last value as much as all before it together; its weight is "
    "1/count.",
    offset=None,
)
welford_update.switch(
    "wrote_into_the_state",
    "+= wrote into the arrays of the old state, which the caller may still need. Write "
    "mean = mean + …, which makes a new array, and m2 likewise.",
    written="mean m2",
)
welford_update.switch(
    "wrote_into_the_mean",
    "+= wrote into the old state's mean, which the caller may still need. Write mean = mean + …, "
    "which makes a new array.",
    written="mean",
)
welford_update.switch(
    "wrote_into_m2",
    "+= wrote into the old state's m2, which the caller may still need. Write m2 = m2 + …, which "
    "makes a new array.",
    written="m2",
)


@welford_update.mistake(
    "On paper this is right. You went through the sum of squares, Σx² − n·mean², and near a "
    "million the digits are gone: work with differences from the mean."
)
def through_the_sum_of_squares(count, mean, m2, x):
    n = count + 1
    squares = m2 + count * mean**2 + x**2
    moved = (count * mean + x) / n
    return n, moved, squares - n * moved**2
