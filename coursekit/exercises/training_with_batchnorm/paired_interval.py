"""The exercise paired_interval of the lesson training_with_batchnorm."""

import numpy as np

from coursekit.checking import draws, exercise

STUDENT = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31}  # 95 %


def arms(rng):
    def pair(n, gain):
        seeds = rng.normal(80, 6, n)  # what a seed does to both arms
        return seeds + gain + rng.normal(0, 1.5, n), seeds + rng.normal(0, 1.5, n), STUDENT[n]

    yield "6 seeds, the first arm better", pair(6, 4.0)
    yield "5 seeds, the second arm better", pair(5, -3.0)
    yield "2 seeds", pair(2, 1.0)
    yield "4 seeds and t = 5.84, of 99 %", (*pair(4, 2.0)[:2], 5.84)
    seeds = rng.normal(90, 9, 7)
    yield "7 seeds, far apart, their differences alike", (
        seeds + rng.normal(1.5, 0.2, 7), seeds, STUDENT[7],
    )  # fmt: skip


def any_arms(rng):
    n = int(rng.integers(2, 10))
    size = draws.size(rng, 1e-3, 1e3)
    seeds = size * draws.columns(rng, n, 1, 0.1, 10, far=10)[:, 0]
    a, b = (seeds + size * rng.normal(0, draws.size(rng, 0.1, 10), n) for _ in range(2))
    return a, b, float(rng.uniform(1, 13))


@exercise(
    cases=arms,
    domain=any_arms,
    returns=("mean", "half"),
    hints=(
        "Each seed started both arms from the same weights and the same batches. Where does what "
        "they share fall out?",
        "Give every seed of both arms 10 points more. Does your half width stay as it was? It "
        "must, because no difference has changed.",
        "d = ___ - ___\nhalf = t * d.std(ddof=___) / np.sqrt(___)\nreturn d.mean(), half",
    ),
    points=2,
    minutes=6,
    difficulty=2,
    ask="How many times as many seeds does an interval of half the width take?",
)
def paired_interval(a, b, t):
    """The mean of a − b, and half the width of its interval. (n,), (n,) -> mean, half

    a and b hold one number for each seed, in the same order; t is Student's factor for n seeds.
    """
    d = a - b
    half = t * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), half


@paired_interval.alternative
def by_sums(a, b, t):
    d = [float(x) - float(y) for x, y in zip(a, b, strict=True)]
    n, mean = len(d), sum(d) / len(d)
    var = sum((v - mean) ** 2 for v in d) / (n - 1)
    return mean, t * (var / n) ** 0.5


@paired_interval.alternative
def by_covariance(a, b, t):
    d = np.subtract(a, b)
    return a.mean() - b.mean(), t * np.sqrt(np.cov(d) / d.size)


@paired_interval.alternative
def by_the_standard_library(a, b, t):
    import statistics

    d = (np.asarray(a) - np.asarray(b)).tolist()
    return [statistics.fmean(d), t * statistics.stdev(d) / len(d) ** 0.5]


@paired_interval.alternative
def by_the_ends(a, b, t):
    d = a - b
    error = np.std(d, ddof=1) * len(d) ** -0.5
    low, high = d.mean() - t * error, d.mean() + t * error
    return (low + high) / 2, (high - low) / 2
