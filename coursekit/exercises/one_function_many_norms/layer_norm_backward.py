"""The exercise layer_norm_backward of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.one_function_many_norms.caches import script


@exercise(
    script=script,
    hints=(
        "First the gradient of x_hat: gamma meets dy before anything is averaged. Then take two "
        "averages over the features, one of that gradient and one of its product with x_hat.",
        "Sum your dx over the features of one sample: is it 0? Now set gamma to ones: if dx "
        "becomes right, gamma stands in the wrong place. And dgamma must have gamma's shape: "
        "which axes are left to sum over?",
        "dx_hat = ___ * dy\n"
        "m1 = dx_hat.mean(-1, keepdims=True)\n"
        "m2 = (dx_hat * ___).mean(-1, keepdims=True)\n"
        "dx = ___ * (dx_hat - m1 - ___ * m2)\n"
        "others = tuple(range(dy.ndim - 1))\n"
        "return dx, (dy * ___).sum(others), dy.sum(others)",
    ),
    points=3,
    minutes=12,
    difficulty=4,
    ask="In batch norm's backward pass γ may stand in front of everything. Why not here?",
)
def layer_norm_backward(dy, x_hat, gamma, inv_std):
    """Gradients of layer norm. (..., D), (..., D), (D,), (..., 1) -> dx (..., D), dgamma, dbeta"""
    dx_hat = gamma * dy
    m1 = dx_hat.mean(-1, keepdims=True)
    m2 = (dx_hat * x_hat).mean(-1, keepdims=True)
    dx = inv_std * (dx_hat - m1 - x_hat * m2)
    others = tuple(range(dy.ndim - 1))
    return dx, (dy * x_hat).sum(others), dy.sum(others)


@layer_norm_backward.alternative
def by_sums(dy, x_hat, gamma, inv_std):
    D, g = dy.shape[-1], dy * gamma
    dx = D * g - g.sum(-1, keepdims=True) - x_hat * (g * x_hat).sum(-1, keepdims=True)
    flat = (-1, D)
    dgamma = (dy * x_hat).reshape(flat).sum(0)
    return dx * inv_std / D, dgamma, dy.reshape(flat).sum(0)


@layer_norm_backward.alternative
def jacobian_of_each_token(dy, x_hat, gamma, inv_std):
    D = dy.shape[-1]
    dx = np.empty_like(dy)
    for place in np.ndindex(dy.shape[:-1]):
        h = x_hat[place]
        jacobian = inv_std[place][0] * (np.eye(D) - 1 / D - np.outer(h, h) / D)
        dx[place] = jacobian.T @ (gamma * dy[place])
    dy, x_hat = dy.reshape(-1, D), x_hat.reshape(-1, D)
    return dx, np.einsum("nd,nd->d", dy, x_hat), np.einsum("nd->d", dy)


@layer_norm_backward.alternative
def node_by_node(dy, x_hat, gamma, inv_std):
    """Through centred, var and mean, as in lesson 05."""
    D, dx_hat = dy.shape[-1], dy * gamma
    centred = x_hat / inv_std
    dvar = (dx_hat * centred).sum(-1, keepdims=True) * -0.5 * inv_std**3
    dcentred = dx_hat * inv_std + dvar * 2 * centred / D
    dmu = -dcentred.sum(-1, keepdims=True)
    others = tuple(range(dy.ndim - 1))
    return dcentred + dmu / D, np.sum(dy * x_hat, axis=others), np.sum(dy, axis=others)


@layer_norm_backward.alternative
def backward_in_torch(dy, x_hat, gamma, inv_std):
    import torch

    dy, h, gamma, inv_std = (torch.from_numpy(a) for a in (dy, x_hat, gamma, inv_std))
    g = dy * gamma
    g = g - g.mean(-1, keepdim=True)
    dx = inv_std * (g - h * (g * h).mean(-1, keepdim=True))
    return dx, (dy * h).flatten(0, -2).sum(0), dy.flatten(0, -2).sum(0)


def _sums(dy, x_hat):
    others = tuple(range(dy.ndim - 1))
    return (dy * x_hat).sum(others), dy.sum(others)


GAMMA = {  # what meets dy before the averages, and what meets the whole after them
    "first": lambda gamma: (gamma, 1),
    "last": lambda gamma: (1, gamma),
    "absent": lambda gamma: (1, 1),
}
AVERAGE = {
    "features": lambda a: a.mean(-1, keepdims=True),
    "batch": lambda a: a.mean(0, keepdims=True),
    "all but features": lambda a: a.mean(tuple(range(a.ndim - 1)), keepdims=True),
    "everything": lambda a: a.mean(),
    "sums": lambda a: a.sum(-1, keepdims=True),
    "D - 1": lambda a: a.sum(-1, keepdims=True) / (a.shape[-1] - 1),
}


@layer_norm_backward.variant
def _(
    dy,
    x_hat,
    gamma,
    inv_std,
    *,
    gamma_is="first",
    over="features",
    m1=1,
    m2=1,
    power=1,
    dgamma="sum",
):
    first, last = GAMMA[gamma_is](gamma)
    dx_hat, average = first * dy, AVERAGE[over]
    inside = dx_hat - m1 * average(dx_hat) - m2 * x_hat * average(dx_hat * x_hat)
    gain, shift = _sums(dy, x_hat)
    count = dy.size / dy.shape[-1]
    gain, shift = {
        "sum": (gain, shift),
        "averaged": (gain / count, shift / count),
        "times gamma": (gain * gamma, shift),
        "exchanged": (shift, gain),
        "without x_hat": (shift, shift),
        "over features": ((dy * x_hat).sum(-1), dy.sum(-1)),
        "axis 0 only": ((dy * x_hat).sum(0), dy.sum(0)),
        "unsummed": (dy * x_hat, dy),
        "beta times gamma": (gain, shift * gamma),
    }[dgamma]
    return last * inv_std**power * inside, gain, shift


layer_norm_backward.switch(
    "gamma_factored_out",
    "You multiplied by gamma at the end. In batch norm that is allowed, since gamma is constant "
    "where the averages run; here they run over the features, and each has its own gamma: it must "
    "meet dy before the averages.",
    gamma_is="last",
)
layer_norm_backward.switch(
    "gamma_missing_in_dx", "gamma is missing in dx: start with gamma * dy.", gamma_is="absent"
)
layer_norm_backward.switch(
    "batch_axis",
    "Your averages run over axis 0: that is batch norm's backward. A sample's gradient depends on "
    "that sample alone; average over the last axis.",
    over="batch",
)
layer_norm_backward.switch(
    "averaged_per_feature",
    "Your averages run over every axis but the features: that is batch norm's backward. "
    "Average over the last axis.",
    over="all but features",
)
layer_norm_backward.switch(
    "averaged_over_everything",
    "Your averages run over all numbers; each token has its own two averages.",
    over="everything",
)
layer_norm_backward.switch(
    "sums_for_means",
    "You subtracted sums where means belong: divide by D (or multiply dx_hat by D and divide all).",
    over="sums",
)
layer_norm_backward.switch(
    "divided_by_d_minus_1", "The averages divide by D, as the forward pass did.", over="D - 1"
)
layer_norm_backward.switch(
    "mean_path_missing",
    "Your dx does not sum to 0 over the features. x also moved its own mean: subtract the mean of "
    "dx_hat.",
    m1=0,
)
layer_norm_backward.switch(
    "variance_path_missing",
    "x also moved its own variance: subtract x_hat times the mean of dx_hat · x_hat.",
    m2=0,
)
layer_norm_backward.switch(
    "sign_of_variance_path",
    "The last term has the wrong sign: x_hat times the mean of dx_hat · x_hat is subtracted.",
    m2=-1,
)
layer_norm_backward.switch(
    "inv_std_missing", "The factor inv_std in front of dx is missing.", power=0
)
layer_norm_backward.switch("inv_std_squared", "inv_std stands in dx twice.", power=2)
layer_norm_backward.switch(
    "parameters_averaged",
    "dgamma and dbeta are averages; every token adds its own part, so they are sums.",
    dgamma="averaged",
)
layer_norm_backward.switch(
    "dgamma_times_gamma", "dgamma is multiplied by gamma: y = gamma · x_hat + beta is linear in "
    "gamma, and its slope is x_hat.",
    dgamma="times gamma",
)  # fmt: skip
layer_norm_backward.switch(
    "dbeta_times_gamma", "dbeta is multiplied by gamma: beta is added after gamma.",
    dgamma="beta times gamma",
)  # fmt: skip
layer_norm_backward.switch(
    "parameters_exchanged", "dgamma and dbeta are exchanged.", dgamma="exchanged"
)
layer_norm_backward.switch(
    "dgamma_without_x_hat",
    "dgamma is the sum of dy · x_hat; yours leaves x_hat out, which is dbeta.",
    dgamma="without x_hat",
)
layer_norm_backward.switch(
    "parameters_over_features",
    "You summed dgamma and dbeta over the features, which leaves one number for each token. "
    "gamma is shared by the tokens: sum over those, and keep the features.",
    dgamma="over features",
)
layer_norm_backward.switch(
    "parameters_over_axis_0_only",
    "dgamma must have gamma's shape, (D,): with three axes, sum over the first two.",
    dgamma="axis 0 only",
)
layer_norm_backward.switch(
    "parameters_not_summed",
    "dgamma and dbeta have the shape of dy. All tokens share gamma and beta: sum over them.",
    dgamma="unsummed",
)


@layer_norm_backward.mistake(
    "You treated mean and variance as constants. They are functions of x, which is why two "
    "averages are subtracted."
)
def statistics_constant(dy, x_hat, gamma, inv_std):
    return (gamma * dy * inv_std, *_sums(dy, x_hat))


@layer_norm_backward.mistake(
    "dy *= gamma writes into the caller's dy, and dbeta needs it as it was."
)
def dy_overwritten(dy, x_hat, gamma, inv_std):
    dy *= gamma
    m1, m2 = dy.mean(-1, keepdims=True), (dy * x_hat).mean(-1, keepdims=True)
    return (inv_std * (dy - m1 - x_hat * m2), *_sums(dy, x_hat))
