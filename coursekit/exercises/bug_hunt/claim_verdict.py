"""The exercise claim_verdict of the lesson bug_hunt."""

import numpy as np

from coursekit.checking import draws, exercise

STUDENT = {5: 4.60, 6: 4.03, 7: 3.71, 8: 3.50, 9: 3.36}  # 99 %


def runs(rng):
    def pair(n, gain, apart=0.4, common=9.0):
        seeds = rng.normal(80, common, n)  # what a seed does to both arms
        seeds += 2 * np.arange(n)  # so that no two runs, and no two spreads, are alike
        noise = apart * np.linspace(-1, 1, n) * rng.uniform(0.9, 1.1)
        return seeds + gain + noise, seeds

    yield "6 seeds, a gain of 4, a bar of 2", (*pair(6, 4.0), 2.0, STUDENT[6])
    yield "7 seeds, a gain of 4, a bar of 7", (*pair(7, 4.0), 7.0, STUDENT[7])
    yield "5 seeds, a gain of 2, a bar of 1.9", (*pair(5, 2.0, 0.6), 1.9, STUDENT[5])
    yield "8 seeds, a gain of 2, a bar of 2.1", (*pair(8, 2.0, 0.6), 2.1, STUDENT[8])
    yield "6 seeds, a loss of 5, a bar of -3", (*pair(6, -5.0), -3.0, STUDENT[6])
    yield "9 seeds, a loss of 1, a bar of -3", (*pair(9, -1.0), -3.0, STUDENT[9])
    yield "7 seeds, hardly any gain, a bar of -2", (*pair(7, 0.1), -2.0, STUDENT[7])
    yield "8 seeds, hardly any gain, a bar of 3", (*pair(8, 0.1), 3.0, STUDENT[8])
    a, b = pair(6, 3.0)
    a[1] = b[1]
    yield "6 seeds, on one of which both arms did the same", (a, b, 1.0, STUDENT[6])
    a, b = pair(7, 6.0)
    a[2] = np.nan
    yield "7 seeds, of which one arm lost its third run", (a, b, 1.0, STUDENT[7])
    a, b = pair(6, 6.0)
    b[4] = np.inf
    yield "6 seeds, of which one run diverged", (a, b, 1.0, STUDENT[6])


def any_runs(rng):
    n = int(rng.integers(3, 10))
    size = draws.size(rng, 1e-2, 1e2)
    seeds = size * rng.normal(0, 10, n)
    a, b = (seeds + size * rng.normal(0, 1, n) for _ in range(2))
    return a, b, float(size * rng.normal(0, 2)), float(rng.uniform(1, 13))


@exercise(
    cases=runs,
    domain=any_runs,
    returns=("low", "high", "verdict"),
    hints=(
        "Lesson 10 has the interval of a difference between arms that share their seeds. What is "
        "new is the bar: where does it lie, below the interval, above it or inside?",
        "Give every seed of both arms 10 points more. Do your ends stay where they were? And what "
        "do you say of a table in which one run is `nan`?",
        "d = a - b\nhalf = t * d.std(ddof=___) / np.sqrt(___)\n"
        'low, high = ___\nif low > ___:\n    return low, high, "holds"',
    ),
    points=2,
    minutes=8,
    difficulty=3,
    ask="Which of the three verdicts can become another one if you take more seeds?",
)
def claim_verdict(a, b, bar, t):
    """Is a larger than b by more than the bar? (n,), (n,) -> low, high, verdict

    a and b hold a number for each seed, in one order; t is Student's factor. low and high are the
    ends of the interval of the mean of a − b. The verdict is "holds" if all of it lies above the
    bar, "fails" if all lies below, else "undecided". Where a run was lost (nan or inf), nothing is
    known: both ends are nan, and the verdict is "undecided".
    """
    d = a - b
    if not np.isfinite(d).all():
        return np.nan, np.nan, "undecided"
    half = t * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    if low > bar:
        return low, high, "holds"
    if high < bar:
        return low, high, "fails"
    return low, high, "undecided"


@claim_verdict.alternative
def by_a_table_of_words(a, b, bar, t):
    d = np.subtract(a, b)
    ends = d.mean() + t * np.std(d, ddof=1) / d.size**0.5 * np.array([-1, 1])
    if np.isnan(ends).any():
        return float("nan"), float("nan"), "undecided"
    above = int((ends > bar).sum()) + int((ends >= bar).sum())
    return ends[0], ends[1], {4: "holds", 0: "fails"}.get(above, "undecided")


@claim_verdict.alternative
def by_the_standard_library(a, b, bar, t):
    import math
    import statistics

    d = [float(x) - float(y) for x, y in zip(a, b, strict=True)]
    if not all(map(math.isfinite, d)):
        return [math.nan, math.nan, "undecided"]
    mean, half = statistics.fmean(d), t * statistics.stdev(d) / math.sqrt(len(d))
    verdict = "holds" if mean - half > bar else "fails" if mean + half < bar else "undecided"
    return [mean - half, mean + half, verdict]


@claim_verdict.alternative
def against_the_bar(a, b, bar, t):
    """The bar is subtracted first, and 0 is what counts."""
    lost = ~np.isfinite(a) | ~np.isfinite(b)
    if lost.any():
        return np.nan, np.nan, "undecided"
    over = a - b - bar
    error = np.sqrt(((over - over.mean()) ** 2).sum() / (len(over) - 1) / len(over))
    if abs(over.mean()) <= t * error:
        verdict = "undecided"
    else:
        verdict = "holds" if over.mean() > 0 else "fails"
    middle = (a - b).mean()
    return middle - t * error, middle + t * error, verdict
