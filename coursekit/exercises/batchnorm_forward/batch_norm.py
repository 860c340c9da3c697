"""The exercise batch_norm of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.batchnorm_forward.inputs import features


def batches(rng):
    """A square batch first: there, lining gamma up with the samples is silent."""
    yield "3 samples × 3 features, eps = 0.1", (*features(rng, 3, 3), 0.1)
    yield "5 samples × 4 features, scales 0.001 … 20, eps = 0.3", (*features(rng, 5, 4), 0.3)
    yield "the same scales, eps = 1e-5", (*features(rng, 5, 4), 1e-5)
    x, gamma, beta = features(rng, 5, 3)
    x[:, 1] = 7
    yield "a feature that is 7 in every sample, eps = 1e-5", (x, gamma, beta, 1e-5)
    x, gamma, beta = features(rng, 5, 4, np.float32)
    x = (1000 + 3 * rng.standard_normal(x.shape)).astype(np.float32)
    yield "float32 around 1000, eps = 1e-5", (x, gamma, beta, 1e-5)
    yield "eps left out, so 1e-5", features(rng, 5, 4)
    yield "2 samples × 5 features, eps = 0.1", (*features(rng, 2, 5), 0.1)
    yield "1 sample × 4 features, eps = 0.1", (*features(rng, 1, 4), 0.1)


@exercise(
    cases=batches,
    hints=(
        "Four lines, in the order of the four formulas. Which axis must you average over so that "
        "the mean has one entry for each feature, shape (D,)?",
        "Look at one column of your output: is its mean beta? Is its standard deviation |gamma| "
        "when eps is tiny, and smaller than |gamma| when eps = 0.3? The first that fails names "
        "the line to look at.",
        "mean = x.mean(axis=___)\n"
        "var = ((x - mean) ** 2).mean(axis=___)\n"
        "x_hat = (x - mean) / np.sqrt(___ + ___)\n"
        "return gamma * ___ + ___",
    ),
    points=3,
    minutes=8,
    difficulty=2,
    forbidden=(
        "torch.nn.functional.batch_norm",
        "torch.nn.BatchNorm1d",
        "torch.nn.BatchNorm2d",
        "torch.nn.BatchNorm3d",
        "torch.nn.LazyBatchNorm1d",
        "torch.nn.SyncBatchNorm",
        "torch.nn.modules.batchnorm",
        "torch.batch_norm",
        "torch.native_batch_norm",
        "torch.ops.aten",
        "keras.layers.BatchNormalization",
        "keras.ops.batch_normalization",
        "keras.ops.nn.batch_normalization",
        "tensorflow.keras.layers.BatchNormalization",
        "tensorflow.nn.batch_normalization",
        "sklearn.preprocessing",
    ),
    ask="For a single sample your function returned beta, whatever x was. Which line made it so?",
)
def batch_norm(x, gamma, beta, eps=1e-5):
    """Normalize each feature over the batch, then scale and shift. (N, D), (D,), (D,) -> (N, D)"""
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta


@batch_norm.alternative
def methods(x, gamma, beta, eps=1e-5):
    return (x - x.mean(0, keepdims=True)) / (x.var(0, keepdims=True) + eps) ** 0.5 * gamma + beta


@batch_norm.alternative
def column_by_column(x, gamma, beta, eps=1e-5):
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        column = x[:, j]
        y[:, j] = gamma[j] * (column - column.mean()) / np.sqrt(column.var() + eps) + beta[j]
    return y


@batch_norm.alternative
def by_einsum(x, gamma, beta, eps=1e-5):
    centred = x - np.einsum("nd->d", x) / len(x)
    var = np.einsum("nd,nd->d", centred, centred) / len(x)
    return np.einsum("nd,d->nd", centred, gamma / np.sqrt(var + eps)) + beta


@batch_norm.alternative
def as_scale_and_shift(x, gamma, beta, eps=1e-5):
    scale = gamma / np.sqrt(x.var(0) + eps)
    shift = beta.astype(float) - x.mean(0, dtype=float) * scale
    return x * scale + shift


@batch_norm.alternative
def in_torch(x, gamma, beta, eps=1e-5):
    import torch

    x, gamma, beta = (torch.from_numpy(a) for a in (x, gamma, beta))
    inv_std = torch.rsqrt(x.var(0, correction=0) + eps)
    return (x - x.mean(0)) * inv_std * gamma + beta


@batch_norm.alternative
def on_plain_numbers(x, gamma, beta, eps=1e-5):
    columns = []
    for column, g, b in zip(x.T.tolist(), gamma.tolist(), beta.tolist(), strict=True):
        mean = sum(column) / len(column)
        var = sum((v - mean) ** 2 for v in column) / len(column)
        columns.append([g * (v - mean) / (var + eps) ** 0.5 + b for v in column])
    return np.array(columns).T


EPS = {  # what stands under the root with the variance, and what is added after it
    "inside": lambda eps: (eps, 0),
    "outside": lambda eps: (0, eps),
    "missing": lambda eps: (0, 0),
    "squared": lambda eps: (eps**2, 0),
    "always 1e-5": lambda eps: (1e-5, 0),
    "always 1e-8": lambda eps: (1e-8, 0),
    "subtracted": lambda eps: (-eps, 0),
    "twice": lambda eps: (eps, eps),
}
AFFINE = {
    "right": lambda x_hat, gamma, beta: gamma * x_hat + beta,
    "absent": lambda x_hat, gamma, beta: x_hat,
    "no gamma": lambda x_hat, gamma, beta: x_hat + beta,
    "no beta": lambda x_hat, gamma, beta: gamma * x_hat,
    "beta first": lambda x_hat, gamma, beta: gamma * (x_hat + beta),
    "along samples": lambda x_hat, gamma, beta: gamma[:, None] * x_hat + beta[:, None],
}


@batch_norm.variant
def _(
    x,
    gamma,
    beta,
    eps=1e-5,
    *,
    axis=0,
    ddof=0,
    centre=1,
    eps_is="inside",
    power=0.5,
    affine="right",
):
    mean, var = x.mean(axis, keepdims=True), x.var(axis, keepdims=True, ddof=ddof)
    inside, outside = EPS[eps_is](eps)
    return AFFINE[affine]((x - centre * mean) / ((var + inside) ** power + outside), gamma, beta)


batch_norm.switch(
    "unbiased_variance",
    "You divided the variance by N − 1, which is 0 for one sample; batch norm divides by N.",
    ddof=1,
)
batch_norm.switch(
    "eps_outside",
    "eps stands outside the square root: you divide by √var + eps; the formula is √(var + eps).",
    eps_is="outside",
)
batch_norm.switch(
    "eps_missing",
    "eps is nowhere: a feature that never changes has variance 0, and 0 / 0 is not a number.",
    eps_is="missing",
)
batch_norm.switch(
    "eps_squared",
    "You added eps² to the variance. eps already is a variance: add it as it is.",
    eps_is="squared",
)
batch_norm.switch(
    "eps_ignored", "You always add 1e-5, whatever the argument eps says.", eps_is="always 1e-5"
)
batch_norm.switch(
    "eps_ignored_tiny", "You always add 1e-8, whatever the argument eps says.", eps_is="always 1e-8"
)
batch_norm.switch(
    "eps_subtracted",
    "You subtracted eps from the variance; a small variance then becomes negative. Add it.",
    eps_is="subtracted",
)
batch_norm.switch(
    "eps_twice",
    "You added eps twice, under the root and after it; once, under the root, is enough.",
    eps_is="twice",
)
batch_norm.switch(
    "no_root",
    "You divided by the variance; take its square root, or the output has the unit 1/x.",
    power=1,
)
batch_norm.switch(
    "not_centred",
    "The mean is still in x_hat: subtract it before you divide.",
    centre=0,
)
batch_norm.switch(
    "layer_axes",
    "You averaged over axis 1, so every sample got its own mean: that is layer norm. "
    "Batch norm averages over axis 0, the batch.",
    axis=1,
)
batch_norm.switch(
    "global_statistics",
    "You took one mean and one variance of all numbers together; each feature has its own.",
    axis=None,
)
batch_norm.switch(
    "affine_forgotten",
    "You return x_hat; scale it by gamma and shift it by beta.",
    affine="absent",
)
batch_norm.switch(
    "gamma_forgotten", "gamma is never used: multiply x_hat by it.", affine="no gamma"
)
batch_norm.switch("beta_forgotten", "beta is never added.", affine="no beta")
batch_norm.switch(
    "beta_before_gamma",
    "You computed gamma · (x_hat + beta), which shifts by gamma · beta. Scale first, then shift.",
    affine="beta first",
)
batch_norm.switch(
    "affine_along_samples",
    "gamma and beta are lined up with the samples, one for each row; there is one for each "
    "feature, so (D,) already fits (N, D).",
    affine="along samples",
)


@batch_norm.mistake("You scaled and shifted x before normalizing, which removes both again.")
def affine_first(x, gamma, beta, eps=1e-5):
    y = gamma * x + beta
    return (y - y.mean(0)) / np.sqrt(y.var(0) + eps)


@batch_norm.mistake("Division goes before subtraction: put x - mean in parentheses.")
def no_parentheses(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0) / np.sqrt(x.var(0) + eps)) + beta


@batch_norm.mistake("The squared deviations are summed; their mean, divided by N, is the variance.")
def summed_variance(x, gamma, beta, eps=1e-5):
    centred = x - x.mean(0)
    return gamma * centred / np.sqrt((centred**2).sum(0) + eps) + beta


@batch_norm.mistake(
    "Your variance is mean(x²) − mean(x)². In float32, around 1000, x² keeps only one digit after "
    "the point and the difference is mostly rounding. Square x − mean instead."
)
def one_pass_variance(x, gamma, beta, eps=1e-5):
    var = (x**2).mean(0) - x.mean(0) ** 2
    return gamma * (x - x.mean(0)) / np.sqrt(var + eps) + beta


@batch_norm.mistake(
    "You averaged over axis 1, and without keepdims the N means lined up with the features. "
    "Batch norm averages over axis 0."
)
def axis_1_without_keepdims(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(1)) / np.sqrt(x.var(1) + eps) + beta


@batch_norm.mistake(
    "x -= mean writes into the caller's batch. The network still needs x; make a new array."
)
def x_overwritten(x, gamma, beta, eps=1e-5):
    x -= x.mean(0)
    return gamma * x / np.sqrt((x**2).mean(0) + eps) + beta
