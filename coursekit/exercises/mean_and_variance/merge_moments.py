"""The exercise merge_moments of the lesson mean_and_variance."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.mean_and_variance.inputs import State, features, named, summary


def shards(answer, rng):
    x = features(rng, 9, 3)
    near = 1e6 + rng.standard_normal(9)
    for label, a, b in [
        ("7 rows and 2 rows of 3 features", x[:7], x[7:]),
        ("4 rows and 4 rows", x[:4], x[4:8]),
        ("two zeros and two tens", np.zeros(2), np.full(2, 10.0)),
        ("5 values and 4 values near a million", near[:5], near[5:]),
        ("6 rows and none", x[:6], x[:0]),
        ("none and 6 rows", x[:0], x[:6]),
    ]:
        answer.doing = label
        yield label, named(State, answer(*summary(a), *summary(b)))


def any_parts(rng):
    """Two parts of different size, one of which may be empty."""
    nA, nB = rng.permutation(7)[:2]
    x = draws.columns(rng, nA + nB, int(rng.integers(1, 5)))
    x = x[:, 0] if rng.random() < 0.3 else x
    return *summary(x[:nA]), *summary(x[nA:])


@exercise(
    script=shards,
    domain=any_parts,
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
