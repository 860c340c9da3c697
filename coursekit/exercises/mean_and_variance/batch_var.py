"""The exercise batch_var of the lesson mean_and_variance."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.mean_and_variance.inputs import features


def divisors(rng):
    yield "5 samples, ddof=0", (features(rng, 5, 3), 0)
    yield "5 samples, ddof=1", (features(rng, 5, 3), 1)
    yield "4 samples, 4 features, no ddof given", (features(rng, 4, 4),)
    yield "1 sample, ddof=0: no spread", (features(rng, 1, 3), 0)


def any_table(rng):
    """As many samples as ddof leaves, which need not be given."""
    N, D = draws.sizes(rng, 2)
    x = draws.laid(rng, draws.columns(rng, N, D))
    return (x, int(rng.integers(0, min(N, 3)))) if rng.random() < 0.8 else (x,)


@exercise(
    cases=divisors,
    domain=any_table,
    atol=1e-12,  # the rounding of squares up to 4000, where nothing spreads
    hints=(
        "Three steps: the mean of each feature, the squared distances from it, their average.",
        "For N = 5, is your output 1.25 or 0.8 times the expected one? Then look at the divisor.",
        "mean = x.mean(axis=___)\nsquared = (x - ___) ** 2\n"
        "return squared.sum(axis=___) / (___ - ddof)",
    ),
    points=2,
    minutes=5,
    difficulty=2,
    ask="With ddof=1 and one sample you divide 0 by 0. What should a layer do with a batch of one?",
)
def batch_var(x, ddof=0):
    """Variance of each feature over the batch, divided by N − ddof. (N, D) -> (D,)"""
    mean = x.mean(axis=0)  # (D,)
    squared = (x - mean) ** 2  # (N, D)
    return squared.sum(axis=0) / (x.shape[0] - ddof)  # (D,)


@batch_var.alternative
def var_by_numpy(x, ddof=0):
    return x.var(axis=0, ddof=ddof)


@batch_var.alternative
def var_by_loop(x, ddof=0):
    n, out = len(x), []
    for column in x.T:
        mean = sum(column) / n
        out.append(sum((v - mean) ** 2 for v in column) / (n - ddof))
    return np.array(out)


@batch_var.alternative
def var_by_einsum(x, ddof=0):
    d = x - x.mean(axis=0)
    return np.einsum("nd,nd->d", d, d) / (len(x) - ddof)


@batch_var.alternative
def var_by_one_pass(x, ddof=0):
    # Equal in float64 on inputs like these; the lesson comes back to it.
    n = len(x)
    return ((x * x).mean(axis=0) - x.mean(axis=0) ** 2) * (n / (n - ddof))


@batch_var.alternative
def var_by_pairs(x, ddof=0):
    # Half the mean squared difference of all pairs: no mean anywhere.
    n, gaps = len(x), x[:, None] - x[None]
    return (gaps**2).sum(axis=(0, 1)) / (2 * n) / (n - ddof)
