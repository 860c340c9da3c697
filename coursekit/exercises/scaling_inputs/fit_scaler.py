"""The exercise fit_scaler of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.scaling_inputs.inputs import features
from coursekit.exercises.scaling_inputs.scaler import Scaler, named


def training_sets(answer, rng):
    flat, tiny = features(rng, 6, 3), features(rng, 5, 3)
    flat[:, 1] = 7.0
    flat[:, 2] = 0.1  # whose mean over 6 rows is not 0.1
    tiny[:, 1] = 5e-7 + 1e-9 * rng.standard_normal(5)
    for label, x in [
        ("5 samples, 4 features", features(rng, 5, 4)),
        ("4 samples, 4 features", features(rng, 4, 4)),
        ("6 samples, a column of 7 and a column of 0.1", flat),
        ("a wavelength in metres, 5e-7 ± 1e-9", tiny),
    ]:
        answer.doing = label
        yield label, named(answer(x))


@exercise(
    script=training_sets,
    hints=(
        "The two statistics of lesson 01, one of each per feature. Then one decision: what should "
        "a column be divided by that never changes?",
        "Print the std of a column of 0.1, six times: is it 0? What else can you compare to find "
        "out that nothing changes, in any unit?",
        "mean, std = X.mean(axis=___), X.std(axis=___)\n"
        "constant = X.max(axis=0) == X.___(axis=0)\nreturn mean, np.where(constant, ___, std)",
    ),
    points=2,
    minutes=6,
    difficulty=2,
    ask="A feature is constant in the training set and moves in the test set. What does your "
    "scaler do to it?",
)
def fit_scaler(Xtr):
    """Mean and std of each feature; std is 1 where a feature never changes. (N, D) -> (D,), (D,)"""
    mean, std = Xtr.mean(axis=0), Xtr.std(axis=0)
    constant = Xtr.max(axis=0) == Xtr.min(axis=0)
    return mean, np.where(constant, 1.0, std)


@fit_scaler.alternative
def by_first_row(Xtr):
    std = Xtr.std(axis=0)
    std[(Xtr == Xtr[0]).all(axis=0)] = 1
    return Xtr.mean(axis=0), std


@fit_scaler.alternative
def column_by_column(Xtr):
    means, stds = [], []
    for column in Xtr.T.tolist():
        n, mean = len(column), sum(column) / len(column)
        means.append(mean)
        spread = (sum((v - mean) ** 2 for v in column) / n) ** 0.5
        stds.append(spread if len(set(column)) > 1 else 1.0)
    return means, stds


@fit_scaler.alternative
def by_relative_spread(Xtr):
    mean = np.einsum("nd->d", Xtr) / len(Xtr)
    std = np.sqrt(np.einsum("nd,nd->d", Xtr - mean, Xtr - mean) / len(Xtr))
    return mean, np.where(std <= 1e-12 * abs(mean), 1, std)


@fit_scaler.alternative
def by_range(Xtr):
    std = np.std(Xtr, 0, keepdims=True)
    return Scaler(np.mean(Xtr, 0), np.where(np.ptp(Xtr, axis=0) > 0, std[0], 1.0))


CONSTANT = {
    "never changes": lambda x, std: x.max(0) == x.min(0),
    "std is 0": lambda x, std: std == 0,
    "std is small": lambda x, std: std < 1e-8,
    "nowhere": lambda x, std: np.zeros(x.shape[1], bool),
}


@fit_scaler.variant
def _(Xtr, *, constant="never changes", axis=0, ddof=0, root=True, added=0.0):
    mean, std = Xtr.mean(axis=axis), Xtr.std(axis=axis, ddof=ddof)
    std = std if root else std**2
    x = Xtr if axis == 0 else Xtr.T
    return mean, np.where(CONSTANT[constant](x, std), 1.0, std) + added


fit_scaler.switch(
    "constant_not_handled",
    "A feature that never changes has std 0 or, by rounding, almost 0; dividing by it gives "
    "infinities or noise. Return 1 for it.",
    constant="nowhere",
)
fit_scaler.switch(
    "exact_zero_only",
    "std == 0 finds the column of 7 and misses the column of 0.1: its mean is rounded, so its std "
    "comes out near 1e-17. Ask whether the largest value equals the smallest.",
    constant="std is 0",
)
fit_scaler.switch(
    "threshold_in_units",
    "A fixed threshold on std depends on the unit. A wavelength in metres has a std of 1e-9 and "
    "does change. Ask whether the largest value equals the smallest.",
    constant="std is small",
)
fit_scaler.switch(
    "unbiased_scaler",
    "You divided by N − 1. Then the scaled training set has a variance of (N − 1)/N; divide by N.",
    ddof=1,
)
fit_scaler.switch(
    "variance_for_std",
    "That is the variance. Dividing by it gives a feature with the unit 1/x; take the root.",
    root=False,
)
fit_scaler.switch(
    "one_per_sample",
    "You reduced axis 1, one mean for each sample. A scaler has one for each feature: axis 0.",
    axis=1,
)
fit_scaler.switch(
    "eps_added",
    "You added a small number to every std. That changes all features a little, and those in small "
    "units a lot. Replace the std only where nothing changes.",
    added=1e-8,
    constant="nowhere",
)


@fit_scaler.mistake("That is one mean and one std for the whole table; name the axis.")
def one_for_all(Xtr):
    return Xtr.mean(), Xtr.std()


@fit_scaler.mistake("std comes second: return mean, std.")
def std_first(Xtr):
    return fit_scaler.right(Xtr)[::-1]


@fit_scaler.mistake(
    "You returned the scaled data. The scaler is what you scale with, mean and std: other data "
    "will need the same two."
)
def scaled_at_once(Xtr):
    mean, std = fit_scaler.right(Xtr)
    return (Xtr - mean) / std


@fit_scaler.mistake(
    "That is minimum and range. A single outlier then decides the scale of its feature; return "
    "mean and standard deviation."
)
def min_and_range(Xtr):
    return Xtr.min(0), np.where(np.ptp(Xtr, 0) > 0, np.ptp(Xtr, 0), 1)


@fit_scaler.mistake(
    "You centred the caller's table in place. The numbers are right; Xtr is changed."
)
def training_set_overwritten(Xtr):
    mean, std = fit_scaler.right(Xtr)
    Xtr -= mean
    return mean, std
