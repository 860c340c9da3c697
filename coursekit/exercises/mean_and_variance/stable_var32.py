"""The exercise stable_var32 of the lesson mean_and_variance."""

import math

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.mean_and_variance.inputs import features


def hard_in_float32(rng):
    def near(centre, spread, n):
        return (centre + spread * rng.standard_normal((n, len(spread)))).astype(np.float32)

    yield "5 ordinary rows", (100 * features(rng, 5, 3).astype(np.float32),)
    yield "7 rows near 10 000, spread 0.4", (near(1e4, np.array([0.4, 0.8, 1.6]), 7),)
    yield "7 rows of 12345.6: no spread", (np.full((7, 2), 12345.6, np.float32),)
    yield "20 000 rows near 30 000, spread 1", (near(3e4, np.array([1.0, 2.0, 4.0]), 20_000),)
    yield "1 row: no spread", (near(1e4, np.array([0.4, 0.8, 1.6]), 1),)


def any_float32(rng):
    """Means up to 10 000 times the spread, squares that float32 holds."""
    N, D = draws.sizes(rng, 2, high=40)
    x = draws.columns(rng, N, D, 1e-3, 1e3, far=1e4).astype(np.float32)
    return (draws.laid(rng, x),)


@exercise(
    cases=hard_in_float32,
    domain=any_float32,
    rtol=1e-2,
    atol=2e-6,  # the square of float32's step near 12345.6: a mean is off by up to one
    hints=(
        "A variance does not change when a constant is subtracted from every value. Which constant "
        "makes all the numbers small, and costs nothing to compute?",
        "Is it the 7 rows or the 20 000 that go wrong? In the first case look for a difference of "
        "two huge squares. In the second, add 30 000 to 6e8 in float32 and see what happens.",
        "small = x - x[___]  # now the numbers are as small as the spread\n"
        "d = small - small.mean(axis=___)\nreturn (___ * ___).mean(axis=0)",
    ),
    points=2,
    minutes=8,
    difficulty=4,
    ask="How large may the mean be, in units of the spread, before the stored numbers lose it?",
)
def stable_var32(x):
    """Biased variance of each feature of float32 data, right to 1 %. (N, D) -> (D,)"""
    small = x - x[0]  # the large common part goes first, while subtracting is still exact
    d = small - small.mean(axis=0)
    return (d * d).mean(axis=0)


@stable_var32.alternative
def in_float64(x):
    return x.astype(np.float64).var(axis=0).astype(np.float32)


@stable_var32.alternative
def with_a_float64_mean(x):
    d = x - x.mean(axis=0, dtype=np.float64)
    return np.einsum("nd,nd->d", d, d) / len(x)


@stable_var32.alternative
def two_passes_corrected(x):
    d = x - x.mean(axis=0)
    return (d * d).mean(axis=0) - d.mean(axis=0) ** 2


@stable_var32.alternative
def one_pass_shifted(x):
    d = x - x[0]
    return (d * d).mean(axis=0) - d.mean(axis=0) ** 2


@stable_var32.alternative
def welford_loop(x):
    mean, m2 = np.zeros_like(x[0]), np.zeros_like(x[0])
    for n, row in enumerate(x, 1):
        delta = row - mean
        mean = mean + delta / np.float32(n)
        m2 = m2 + delta * (row - mean)
    return m2 / np.float32(len(x))


@stable_var32.alternative
def along_contiguous_columns(x):
    # Along a contiguous axis NumPy sums in pairs, which keeps the rounding small.
    return np.ascontiguousarray(x.T).var(axis=1)


@stable_var32.alternative
def by_lists(x):
    out = []
    for column in x.T.tolist():
        mean = math.fsum(column) / len(column)
        out.append(math.fsum((v - mean) ** 2 for v in column) / len(column))
    return out
