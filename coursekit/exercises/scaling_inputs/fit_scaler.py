"""The exercise fit_scaler of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.scaling_inputs.inputs import features
from coursekit.exercises.scaling_inputs.scaler import Scaler, named


def training_sets(answer, rng):
    flat, tiny = features(rng, 6, 3), features(rng, 5, 3)
    flat[:, 1] = 7.0
    flat[:, 2] = 0.1  # whose mean over 6 rows is not 0.1
    tiny[:, 1] = 5e-7 + 1e-9 * rng.standard_normal(5)
    back = features(rng, 6, 3)
    back[-1, 1] = back[0, 1]
    for label, x in [
        ("5 samples, 4 features", features(rng, 5, 4)),
        ("4 samples, 4 features", features(rng, 4, 4)),
        ("6 samples, a column of 7 and a column of 0.1", flat),
        ("a wavelength in metres, 5e-7 ± 1e-9", tiny),
        ("a column that ends with the value it began with", back),
    ]:
        answer.doing = label
        yield label, named(answer(x))


def any_training_set(rng):
    (x,) = draws.floats(rng, draws.columns(rng, *draws.sizes(rng, 2)))
    return (draws.laid(rng, x),)


@exercise(
    script=training_sets,
    domain=any_training_set,
    atol=0,  # every mean and every std has a size of its own; a wavelength's are tiny
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
    """Mean and std of each feature; std is 1 where a feature never changes. (N, D) -> (D,), (D,)

    The std divides by N. A feature that changes at all changes by more than rounding.
    """
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
    rounding = 16 * np.finfo(std.dtype).eps * abs(mean)
    return mean, np.where(std <= rounding, 1, std)


@fit_scaler.alternative
def by_range(Xtr):
    std = np.std(Xtr, 0, keepdims=True)
    return Scaler(np.mean(Xtr, 0), np.where(np.ptp(Xtr, axis=0) > 0, std[0], 1.0))
