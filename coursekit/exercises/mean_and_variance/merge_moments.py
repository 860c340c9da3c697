"""The exercise merge_moments of the lesson mean_and_variance."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.mean_and_variance.inputs import State, features, named


def shards(answer, rng):
    x = features(rng, 9, 3)
    near = 1e6 + rng.standard_normal(9)
    for label, a, b in [
        ("7 rows and 2 rows of 3 features", x[:7], x[7:]),
        ("4 rows and 4 rows", x[:4], x[4:8]),
        ("two zeros and two tens", np.zeros(2), np.full(2, 10.0)),
        ("5 values and 4 values near a million", near[:5], near[5:]),
        ("6 rows and none", x[:6], x[:0]),
    ]:
        answer.doing = label
        yield label, named(State, answer(*summary(a), *summary(b)))


def summary(x):
    """(count, mean, m2) of the rows of x; zeros where there are none."""
    if not len(x):
        return 0, np.zeros(x.shape[1:]), np.zeros(x.shape[1:])
    mean = x.mean(axis=0)
    return len(x), mean, ((x - mean) ** 2).sum(axis=0)


@exercise(
    script=shards,
    hints=(
        "Two spreads add up: the one within each part, and the one between their means.",
        "Merge two zeros with two tens: each part has m2 = 0. What is your m2? It should be 100.",
        "n = nA + nB\ndelta = meanB - meanA\nmean = meanA + delta * ___ / n\n"
        "m2 = m2A + m2B + ___**2 * ___ * ___ / n\nreturn n, mean, m2",
    ),
    points=2,
    minutes=6,
    difficulty=3,
    ask="Merge a part with a single value, m2 = 0. Which earlier exercise have you just rewritten?",
)
def merge_moments(nA, meanA, m2A, nB, meanB, m2B):
    """Summary of two parts together, from theirs: (count, mean, sum of squared deviations)."""
    n = nA + nB
    delta = meanB - meanA
    mean = meanA + delta * nB / n
    m2 = m2A + m2B + delta**2 * nA * nB / n  # within A, within B, between them
    return n, mean, m2


@merge_moments.alternative
def merge_by_weights(nA, meanA, m2A, nB, meanB, m2B):
    n = nA + nB
    mean = (nA * meanA + nB * meanB) / n
    return n, mean, m2A + nA * (meanA - mean) ** 2 + m2B + nB * (meanB - mean) ** 2


@merge_moments.alternative
def merge_from_b(nA, meanA, m2A, nB, meanB, m2B):
    wA = nA / (nA + nB)
    return [nB + nA, meanB + wA * (meanA - meanB), m2B + m2A + wA * nB * (meanA - meanB) ** 2]


@merge_moments.alternative
def merge_on_lists(nA, meanA, m2A, nB, meanB, m2B):
    n = nA + nB
    rows = list(zip(*(np.atleast_1d(v).tolist() for v in (meanA, m2A, meanB, m2B)), strict=True))
    mean = [a + (b - a) * nB / n for a, _, b, _ in rows]
    m2 = [s + t + (b - a) ** 2 * nA * nB / n for a, s, b, t in rows]
    return (n, mean[0], m2[0]) if np.ndim(meanA) == 0 else (n, mean, m2)


@merge_moments.alternative
def merge_by_einsum(nA, meanA, m2A, nB, meanB, m2B):
    counts, means = np.array([nA, nB]), np.stack([meanA, meanB])
    n = int(counts.sum())
    mean = means[0] + np.einsum("p,p...->...", counts / n, means - means[0])
    return n, mean, m2A + m2B + np.einsum("p,p...->...", counts, (means - mean) ** 2)


@merge_moments.variant
def _(nA, meanA, m2A, nB, meanB, m2B, *, pull=None, between=None, within=None, total=True):
    n, delta = nA + nB, meanB - meanA
    mean = meanA + delta * (pull(nA, nB) if pull else nB / n)
    m2 = within(nA, m2A, nB, m2B) if within else m2A + m2B
    m2 = m2 + (between(delta, nA, nB) if between else delta**2 * nA * nB / n)
    return n, mean, m2 if total else m2 / n


merge_moments.switch(
    "nothing_between",
    "The spread between the two means is missing: two zeros and two tens together do spread. Add "
    "delta² · nA · nB / n.",
    between=lambda delta, a, b: 0,
)
merge_moments.switch(
    "counts_ignored",
    "You took the parts as equally large. Weigh each mean by its count, and delta² by nA · nB / n.",
    pull=lambda a, b: 1 / 2,
    between=lambda delta, a, b: delta**2 * (a + b) / 4,
)
merge_moments.switch(
    "mean_of_means",
    "The mean of the two means is right for parts of equal size only: weigh them by nA / n and "
    "nB / n.",
    pull=lambda a, b: 1 / 2,
)
merge_moments.switch(
    "weights_swapped",
    "The mean moves the wrong part of the way: starting at meanA, B pulls with its own weight, "
    "nB / n.",
    pull=lambda a, b: a / (a + b),
)
merge_moments.switch(
    "between_without_weight",
    "delta² enters without its weight; multiply it by nA · nB / n.",
    between=lambda delta, a, b: delta**2,
)
merge_moments.switch(
    "between_as_variance",
    "nA · nB / n² is the between part of a variance; m2 is a sum, n times that: nA · nB / n.",
    between=lambda delta, a, b: delta**2 * a * b / (a + b) ** 2,
)
merge_moments.switch(
    "delta_not_squared",
    "delta must be squared: distances to either side both add spread.",
    between=lambda delta, a, b: delta * a * b / (a + b),
)
merge_moments.switch(
    "m2_averaged",
    "You averaged m2 as if it were a variance. It is a sum of squares already: add the two, "
    "without weights.",
    within=lambda a, m2A, b, m2B: (a * m2A + b * m2B) / (a + b),
)
merge_moments.switch(
    "variance_of_the_merge",
    "The third value is a variance; return m2, the sum, so that it can be merged on.",
    total=False,
)


@merge_moments.mistake(
    "On paper this is right. You went back to sums of squares, m2 + n·mean², and near a million "
    "the digits are gone: work with the difference of the means."
)
def back_to_sums_of_squares(nA, meanA, m2A, nB, meanB, m2B):
    n = nA + nB
    mean = (nA * meanA + nB * meanB) / n
    return n, mean, (m2A + nA * meanA**2) + (m2B + nB * meanB**2) - n * mean**2
