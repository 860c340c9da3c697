"""The exercise apply_scaler of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.scaling_inputs.fit_scaler import fit_scaler
from coursekit.exercises.scaling_inputs.inputs import features


def unseen(rng):
    """A square set first: there, lining the scaler up with the samples is silent."""
    x = features(rng, 9, 3)
    s = fit_scaler.right(x[:6])
    yield "3 test samples, 3 features", (x[6:], s)
    yield "the training set itself", (x[:6], s)
    yield "one test sample", (x[8:], s)
    x = features(rng, 7, 4)
    x[:, 2] = [7, 7, 7, 7, 9, 5, 7]
    yield "a feature that was constant in training and is not now", (x[4:], fit_scaler.right(x[:4]))


def any_rows(rng):
    """Rows near those of the training set, or far from them."""
    N, D = draws.sizes(rng, 2)
    x = draws.columns(rng, N + 3, D)
    return draws.laid(rng, x[3:]), fit_scaler.right(x[:3])


@exercise(
    cases=unseen,
    domain=any_rows,
    hints=(
        "The statistics are given. Nothing about X itself needs to be computed.",
        "Feed one single sample. If all its features come out as 0, where did you take the mean "
        "from?",
        "mean, std = ___\nreturn (X - ___) / ___",
    ),
    points=0,
    minutes=3,
    difficulty=1,
    ask="A test set scaled this way does not have mean 0. Why is that as it should be?",
)
def apply_scaler(X, s):
    """Scale any rows with a scaler (mean, std) fitted elsewhere. (N, D), ((D,), (D,)) -> (N, D)"""
    mean, std = s
    return (X - mean) / std


@apply_scaler.alternative
def as_slope_and_offset(X, s):
    return X * (1 / s[1]) - s[0] / s[1]


@apply_scaler.alternative
def feature_by_feature(X, s):
    out = np.zeros(X.shape)
    for d, (mean, std) in enumerate(zip(*s, strict=True)):
        out[:, d] = (X[:, d] - mean) / std
    return out


@apply_scaler.alternative
def by_matrix_product(X, s):
    mean, std = s
    return np.subtract(X, mean[None]) @ np.diag(1 / std)


@apply_scaler.alternative
def on_plain_lists(X, s):
    return [[(v - m) / d for v, m, d in zip(row, *s, strict=True)] for row in X.tolist()]
