"""The exercise stable_var32 of the lesson mean_and_variance."""

import math

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.mean_and_variance.inputs import features


def hard_in_float32(rng):
    def near(centre, spread, n):
        return (centre + spread * rng.standard_normal((n, len(spread)))).astype(np.float32)

    yield "5 ordinary rows", (features(rng, 5, 3).astype(np.float32),)
    yield "7 rows near 10 000, spread 0.1", (near(1e4, np.array([0.1, 0.2, 0.4]), 7),)
    yield "7 rows of 12345.6: no spread", (np.full((7, 2), 12345.6, np.float32),)
    yield "20 000 rows near 30 000, spread 1", (near(3e4, np.array([1.0, 2.0, 4.0]), 20_000),)


@exercise(
    cases=hard_in_float32,
    rtol=1e-2,
    atol=1e-5,
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


@stable_var32.mistake(
    "E[x²] − E[x]² is the difference of two numbers near 10⁸, where float32 values are 8 apart. "
    "Subtract something from x before you square it."
)
def one_pass(x):
    return (x * x).mean(axis=0) - x.mean(axis=0) ** 2


@stable_var32.mistake(
    "You cut the negative variance off at 0. That hides the symptom: the digits are still gone, "
    "and a layer that divides by √(0 + eps) multiplies its input by hundreds. Do not subtract "
    "squares."
)
def one_pass_clamped(x):
    return np.maximum((x * x).mean(axis=0) - x.mean(axis=0) ** 2, 0)


@stable_var32.mistake(
    "You took the absolute value of a negative variance. Its digits are noise with either sign. Do "
    "not subtract squares."
)
def one_pass_absolute(x):
    return np.abs((x * x).mean(axis=0) - x.mean(axis=0) ** 2)


@stable_var32.mistake(
    "You went to float64 after squaring. The squares were already rounded to float32; convert x "
    "itself."
)
def upcast_too_late(x):
    return (x * x).astype(np.float64).mean(axis=0) - x.astype(np.float64).mean(axis=0) ** 2


@stable_var32.mistake(
    "Two passes, and right for 7 rows. For 20 000 the mean is wrong: its float32 sum passes 2²⁹, "
    "where floats are 64 apart, so every addition is rounded the same way and the mean drifts by "
    "more than 1. Sum in float64, or subtract the first row before you average."
)
def mean_summed_in_float32(x):
    return x.var(axis=0)


@stable_var32.mistake("You divided by N − 1; the biased variance divides by N.")
def unbiased_var32(x):
    d = x - x[0]
    return d.var(axis=0, ddof=1)


@stable_var32.mistake("That is the standard deviation; leave out the root.")
def std_for_var32(x):
    return (x - x[0]).std(axis=0)


@stable_var32.mistake(
    "You subtracted the first row and stopped: distances from it are not distances from the mean."
)
def around_the_first_row(x):
    d = x - x[0]
    return (d * d).mean(axis=0)
