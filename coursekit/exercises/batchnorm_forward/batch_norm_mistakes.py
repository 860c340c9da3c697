"""The expected wrong answers to the exercise batch_norm."""

import numpy as np

from coursekit.exercises.batchnorm_forward.batch_norm import batch_norm

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
    "exchanged": lambda x_hat, gamma, beta: beta * x_hat + gamma,
    "along samples": lambda x_hat, gamma, beta: gamma[:, None] * x_hat + beta[:, None],
}
ROOTED = {"√var": (1, 0.5), "var": (1, 1), "√std": (0.5, 0.5)}  # powers before and after + eps
SPREAD = {  # whose variance
    "each column's": lambda x, mean, axis, ddof: x.var(axis, keepdims=True, ddof=ddof),
    "the distances'": lambda x, mean, axis, ddof: (x - mean).var(ddof=ddof),
    "x's": lambda x, mean, axis, ddof: x.var(ddof=ddof),
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
    rooted="√var",
    spread="each column's",
    affine="right",
):
    mean = x.mean(axis, keepdims=True)
    var = SPREAD[spread](x, mean, axis, ddof)
    inside, outside = EPS[eps_is](eps)
    first, then = ROOTED[rooted]
    divisor = (var**first + inside) ** then + outside
    return AFFINE[affine]((x - centre * mean) / divisor, gamma, beta)


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
    rooted="var",
)
batch_norm.switch(
    "deviation_under_root",
    "You put the standard deviation under the root; the variance belongs there: √(var + eps).",
    rooted="√std",
)
batch_norm.switch(
    "variance_without_axis",
    "The mean of your squared distances has no axis, so all features share one variance. "
    "Average the squares over axis 0 too.",
    spread="the distances'",
)
batch_norm.switch(
    "x_var_without_axis",
    "x.var() without an axis is one variance of all numbers together; x.var(axis=0) has one for "
    "each feature.",
    spread="x's",
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
batch_norm.switch(
    "gamma_and_beta_exchanged",
    "gamma and beta are exchanged: multiply by gamma, add beta.",
    affine="exchanged",
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


def _default(name, value):
    """The right answer, but for the value that eps has when it is left out."""

    def changed(x, gamma, beta, eps=value):
        return batch_norm.right(x, gamma, beta, eps)

    changed.__name__ = name
    batch_norm.mistake("You changed the default of eps. Keep eps=1e-5 in the first line.")(changed)


for name, value in {
    "default_1e_3": 1e-3,
    "default_1e_6": 1e-6,
    "default_1e_8": 1e-8,
    "default_0": 0.0,
}.items():
    _default(name, value)


@batch_norm.mistake("eps has lost its default. Keep eps=1e-5 in the first line.")
def default_removed(x, gamma, beta, eps):
    return batch_norm.right(x, gamma, beta, eps)
