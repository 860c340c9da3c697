"""The exercise batch_var of the lesson mean_and_variance."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.mean_and_variance.inputs import features


def divisors(rng):
    yield "5 samples, ddof=0", (features(rng, 5, 3), 0)
    yield "5 samples, ddof=1", (features(rng, 5, 3), 1)
    yield "4 samples, 4 features, no ddof given", (features(rng, 4, 4),)
    yield "1 sample, ddof=0: no spread", (features(rng, 1, 3), 0)


@exercise(
    cases=divisors,
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


@batch_var.variant
def _(
    x,
    ddof=0,
    *,
    axis=0,
    centre=lambda x, axis: x.mean(axis=axis, keepdims=True),
    total=lambda d, axis: (d**2).sum(axis=axis),
    count=lambda x, axis: x.size if axis is None else x.shape[axis],
    divisor=lambda n, ddof: n - ddof,
    root=False,
):
    squares, n = total(x - centre(x, axis), axis), count(x, axis)
    var = squares / divisor(n, ddof) if divisor else squares / n - ddof
    return np.sqrt(var) if root else var


batch_var.switch(
    "ddof_swapped",
    "You swapped the two: ddof=0 divides by N, ddof=1 by N − 1.",
    divisor=lambda n, ddof: n - 1 + ddof,
)
batch_var.switch(
    "ddof_ignored",
    "You divided by N whatever ddof said. ddof=1 asks for N − 1.",
    divisor=lambda n, ddof: n,
)
batch_var.switch(
    "always_unbiased",
    "You divided by N − 1 whatever ddof said. ddof=0, the default, asks for N.",
    divisor=lambda n, ddof: n - 1,
)
batch_var.switch(
    "ddof_added",
    "You divided by N + ddof; the degrees of freedom are taken away, N − ddof.",
    divisor=lambda n, ddof: n + ddof,
)
batch_var.switch(
    "var_without_parentheses",
    "Division goes first: a / N - ddof is (a / N) - ddof. Write a / (N - ddof).",
    divisor=None,
)
batch_var.switch(
    "std_for_var",
    "That is the standard deviation, the variance's square root. Leave out the root.",
    root=True,
)
batch_var.switch(
    "var_axis_1",
    "That is one variance per sample: you reduced axis 1. Reduce the batch, axis 0.",
    axis=1,
)
batch_var.switch(
    "var_of_everything",
    "That is one variance for the whole table. Each feature has its own: name the axis.",
    axis=None,
)
batch_var.switch(
    "around_the_global_mean",
    "You measured distances from the mean of the whole table; subtract each feature's own mean.",
    centre=lambda x, axis: x.mean(),
)
batch_var.switch(
    "not_centred",
    "You averaged the squares without subtracting the mean first.",
    centre=lambda x, axis: 0.0,
)
batch_var.switch(
    "absolute_deviation",
    "You averaged the distances themselves; the variance averages their squares.",
    total=lambda d, axis: np.abs(d).sum(axis=axis),
)
batch_var.switch(
    "squared_after_the_sum",
    "The square stands outside the sum, and the distances add up to 0. Square first, then sum.",
    total=lambda d, axis: d.sum(axis=axis) ** 2,
)
batch_var.switch(
    "summed_over_everything",
    "sum() without an axis adds up the features too, and one number is left. Sum over the batch: "
    "axis=0.",
    total=lambda d, axis: (d**2).sum(),
)
batch_var.switch(
    "averaged_over_everything",
    "mean() without an axis averages over the features too, and one number is left. Sum over the "
    "batch, axis=0, and divide by N − ddof.",
    total=lambda d, axis: (d**2).sum(),
    count=lambda x, axis: x.size,
    divisor=lambda n, ddof: n,
)
batch_var.switch(
    "divided_by_size",
    "You divided by x.size, which counts the values of all features. Each sum has N terms, "
    "x.shape[0].",
    count=lambda x, axis: x.size,
)
batch_var.switch(
    "var_divided_by_features",
    "You divided by the number of features, x.shape[1]. Each sum has N terms, x.shape[0].",
    count=lambda x, axis: x.shape[1],
)
batch_var.switch(
    "sum_for_var",
    "That is the sum of the squared distances; divide it by N − ddof.",
    divisor=lambda n, ddof: 1,
)
