"""The exercise apply_scaler of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import exercise
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


@exercise(
    cases=unseen,
    hints=(
        "The statistics are given. Nothing about X itself needs to be computed.",
        "Feed one single sample. If all its features come out as 0, where did you take the mean "
        "from?",
        "mean, std = ___\nreturn (X - ___) / ___",
    ),
    points=1,
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


@apply_scaler.variant
def _(X, s, *, centre="given", scale="given", along="features", times=-1):
    mean = {"given": s[0], "own": X.mean(0), "none": np.zeros(X.shape[1])}[centre]
    own = np.where(np.ptp(X, axis=0) > 0, X.std(0), 1)
    std = {"given": s[1], "own": own, "none": np.ones(X.shape[1]), "squared": s[1] ** 2}[scale]
    if along == "samples":
        mean, std = mean[:, None], std[:, None]
    return (X - mean) * std**times


apply_scaler.switch(
    "own_mean",
    "You subtracted the mean of X itself. Use the scaler's: a test sample must come out the same "
    "whoever is tested beside it.",
    centre="own",
)
apply_scaler.switch(
    "own_std",
    "You divided by the spread of X itself. Use the scaler's.",
    scale="own",
)
apply_scaler.switch("not_centred", "The mean is still in: subtract it first.", centre="none")
apply_scaler.switch("not_scaled", "You subtracted the mean; divide by std as well.", scale="none")
apply_scaler.switch("divided_by_variance", "You divided by std²; divide by std.", scale="squared")
apply_scaler.switch("multiplied", "You multiplied by std; divide by it.", times=1)
apply_scaler.switch(
    "along_samples",
    "mean and std are lined up with the samples; there is one of each per feature, and (D,) "
    "already fits (N, D).",
    along="samples",
)


@apply_scaler.mistake(
    "You fitted a new scaler to X. A single test sample then becomes all zeros, and the model "
    "meets features on another scale than it was trained on. Use the mean and std in s."
)
def refitted(X, s):
    mean, std = fit_scaler.right(X)
    return (X - mean) / std


@apply_scaler.mistake(
    "Division goes before subtraction: X - mean / std is X - (mean / std). Write (X - mean) / std."
)
def no_parentheses(X, s):
    return X - s[0] / s[1]


@apply_scaler.mistake("You added the mean; subtract it.")
def mean_added(X, s):
    return (X + s[0]) / s[1]


@apply_scaler.mistake("s is (mean, std), in this order; you took them the other way round.")
def taken_in_the_wrong_order(X, s):
    std, mean = s
    return (X - mean) / std


@apply_scaler.mistake("That undoes a scaling: X · std + mean. To apply it, (X − mean) / std.")
def undone(X, s):
    return X * s[1] + s[0]


@apply_scaler.mistake(
    "Right values, and X was overwritten: X -= mean writes into the caller's table. Make a new one."
)
def test_set_overwritten(X, s):
    X -= s[0]
    X /= s[1]
    return X
