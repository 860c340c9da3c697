"""The expected wrong answers to the exercise batch_norm_nd."""

import math
from typing import Any

import numpy as np

from coursekit.exercises.batchnorm_everywhere.batch_norm_nd import batch_norm_nd
from coursekit.exercises.batchnorm_everywhere.inputs import along

OVER: dict[str, Any] = {  # the axes averaged over, of x's rank and the channels' axis
    "right": lambda rank, c: tuple(a for a in range(rank) if a != c % rank),
    "samples": lambda rank, c: (0,),
    "pixels": lambda rank, c: tuple(a for a in range(1, rank) if a != c % rank),
    "all but the first": lambda rank, c: tuple(range(1, rank)),
    "channels": lambda rank, c: (c,),
    "as NCHW": lambda rank, c: tuple(a for a in range(rank) if a != 1),
    "as NHWC": lambda rank, c: tuple(range(rank - 1)),
    "all": lambda rank, c: None,
    "minus forgotten": lambda rank, c: tuple(a for a in range(rank) if a != c),
}


def others(x, channel_axis) -> tuple[int, ...]:
    """The axes that are averaged over."""
    return tuple(a for a in range(x.ndim) if a != channel_axis % x.ndim)


AFFINE = {  # of x_hat and gamma, beta in the shape in which they meet it
    "right": lambda h, g, b: g * h + b,
    "absent": lambda h, g, b: h,
    "no gamma": lambda h, g, b: h + b,
    "no beta": lambda h, g, b: g * h,
    "beta first": lambda h, g, b: g * (h + b),
    "not reshaped": lambda h, g, b: g.ravel() * h + b.ravel(),
    "axis 1": lambda h, g, b: along(g.ravel(), h, 1) * h + along(b.ravel(), h, 1),
}
EPS = {  # under the root, and after it
    "inside": lambda eps: (eps, 0),
    "outside": lambda eps: (0, eps),
    "missing": lambda eps: (0, 0),
    "1e-5": lambda eps: (1e-5, 0),
    "squared": lambda eps: (eps**2, 0),
}


@batch_norm_nd.variant
def _(
    x, gamma, beta, channel_axis=1, eps=1e-5, *,
    over="right", ddof=0, eps_is="inside", power=0.5, affine="right", centre=1,
):  # fmt: skip
    axes = OVER[over](x.ndim, channel_axis)
    mean, var = x.mean(axes, keepdims=True), x.var(axes, keepdims=True, ddof=ddof)
    inside, outside = EPS[eps_is](eps)
    x_hat = (x - centre * mean) / ((var + inside) ** power + outside)
    return AFFINE[affine](x_hat, along(gamma, x, channel_axis), along(beta, x, channel_axis))


for name, words, switch in (
    (
        "per_pixel",
        "You averaged over axis 0 alone: each pixel has a mean of its own. A channel has one, over "
        "all samples and all pixels.",
        {"over": "samples"},
    ),
    (
        "instance_norm_axes",
        "You averaged over the pixels of one sample: that is instance norm. The samples share a "
        "mean too.",
        {"over": "pixels"},
    ),
    (
        "layer_norm_axes",
        "You averaged over every axis but the first, so each sample has its own mean: that is "
        "layer norm.",
        {"over": "all but the first"},
    ),
    (
        "over_the_channels",
        "You averaged over the channels themselves. They are the one axis that is kept.",
        {"over": "channels"},
    ),
    (
        "axis_1_whatever_is_asked",
        "Your statistics always keep axis 1, whatever channel_axis says: right for NCHW, and for "
        "NHWC one mean for each row of pixels.",
        {"over": "as NCHW"},
    ),
    (
        "last_axis_whatever_is_asked",
        "Your statistics always keep the last axis, as in NHWC. In NCHW that is the width.",
        {"over": "as NHWC"},
    ),
    (
        "global_statistics",
        "You took one mean and one variance of all numbers together. Each channel has its own.",
        {"over": "all"},
    ),
    (
        "negative_axis",
        "range() never gives −1, so for channel_axis = −1 you averaged over every axis, channels "
        "and all. Write channel_axis % x.ndim first.",
        {"over": "minus forgotten"},
    ),
    (
        "unbiased_variance",
        "You divided the variance by M − 1; divide by M, the number of values.",
        {"ddof": 1},
    ),
    ("eps_outside", "eps stands outside the square root.", {"eps_is": "outside"}),
    (
        "eps_missing",
        "eps is nowhere: a constant channel gives 0 / 0.",
        {"eps_is": "missing"},
    ),
    ("eps_ignored", "You always add 1e-5, whatever eps says.", {"eps_is": "1e-5"}),
    ("eps_squared", "You added eps² to the variance; add eps.", {"eps_is": "squared"}),
    ("no_root", "You divided by the variance; take its square root.", {"power": 1}),
    ("not_centred", "The mean is never subtracted.", {"centre": 0}),
    ("affine_forgotten", "You return x_hat; gamma and beta follow.", {"affine": "absent"}),
    ("gamma_forgotten", "gamma is never used.", {"affine": "no gamma"}),
    ("beta_forgotten", "beta is never added.", {"affine": "no beta"}),
    (
        "beta_before_gamma",
        "You computed gamma · (x_hat + beta). Scale first, then shift.",
        {"affine": "beta first"},
    ),
    (
        "affine_along_the_last_axis",
        "gamma of shape (C,) meets the last axis. Give it length C at channel_axis and 1 "
        "everywhere else.",
        {"affine": "not reshaped"},
    ),
    (
        "affine_along_axis_1",
        "gamma and beta always meet axis 1; they belong to channel_axis.",
        {"affine": "axis 1"},
    ),
):
    batch_norm_nd.switch(name, words, **switch)


@batch_norm_nd.mistake(
    "reshape(-1, C) cuts memory into pieces of C; it moves no axis. Unless the channels are last, "
    "the columns then mix channels. Move the axis to the end first (np.moveaxis)."
)
def reshaped_without_moving(x, gamma, beta, channel_axis=1, eps=1e-5):
    rows = x.reshape(-1, x.shape[channel_axis])
    x_hat = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps)
    return (gamma * x_hat + beta).reshape(x.shape)


@batch_norm_nd.mistake(
    "You moved the channels to the end and did not move them back: the values are right, the axes "
    "are not where they were."
)
def not_moved_back(x, gamma, beta, channel_axis=1, eps=1e-5):
    return np.moveaxis(batch_norm_nd.right(x, gamma, beta, channel_axis, eps), channel_axis, -1)


@batch_norm_nd.mistake(
    "You moved the channels to the end and came back with reshape, which moves no axis: the values "
    "are right and lie in the wrong places. np.moveaxis goes both ways."
)
def reshaped_back(x, gamma, beta, channel_axis=1, eps=1e-5):
    return not_moved_back(x, gamma, beta, channel_axis, eps).reshape(x.shape)


@batch_norm_nd.mistake(
    "You averaged the variances of the samples. That leaves out how far apart their means lie; "
    "take the variance over all axes in one call."
)
def mean_of_variances(x, gamma, beta, channel_axis=1, eps=1e-5):
    front = np.moveaxis(x, channel_axis, 0)  # (C, N, ...)
    var = front.reshape(*front.shape[:2], -1).var(2).mean(1)
    mean = front.reshape(len(front), -1).mean(1)
    x_hat = (x - along(mean, x, channel_axis)) / np.sqrt(along(var, x, channel_axis) + eps)
    return along(gamma, x, channel_axis) * x_hat + along(beta, x, channel_axis)


@batch_norm_nd.mistake(
    "You divided the sums by N, the number of samples. A channel has as many values as samples and "
    "pixels together."
)
def divided_by_samples(x, gamma, beta, channel_axis=1, eps=1e-5):
    axes = others(x, channel_axis)
    N = x.shape[axes[0]]
    mean = x.sum(axes, keepdims=True) / N
    var = ((x - mean) ** 2).sum(axes, keepdims=True) / N
    x_hat = (x - mean) / np.sqrt(var + eps)
    return along(gamma, x, channel_axis) * x_hat + along(beta, x, channel_axis)


@batch_norm_nd.mistake(
    "The squared deviations are summed; the variance is their mean, over all samples and pixels."
)
def summed_variance(x, gamma, beta, channel_axis=1, eps=1e-5):
    axes = others(x, channel_axis)
    M = math.prod(x.shape[a] for a in axes)
    centred = x - x.mean(axes, keepdims=True)
    x_hat = centred / np.sqrt(M * x.var(axes, keepdims=True) + eps)
    return along(gamma, x, channel_axis) * x_hat + along(beta, x, channel_axis)


@batch_norm_nd.mistake(
    "Your variance is mean(x²) − mean(x)². In float32, around 300, the difference is mostly "
    "rounding. Square x − mean instead."
)
def one_pass_variance(x, gamma, beta, channel_axis=1, eps=1e-5):
    axes = others(x, channel_axis)
    mean = x.mean(axes, keepdims=True)
    x_hat = (x - mean) / np.sqrt((x**2).mean(axes, keepdims=True) - mean**2 + eps)
    return along(gamma, x, channel_axis) * x_hat + along(beta, x, channel_axis)


@batch_norm_nd.mistake("You scaled and shifted x before normalizing; do it after.")
def affine_first(x, gamma, beta, channel_axis=1, eps=1e-5):
    x = along(gamma, x, channel_axis) * x + along(beta, x, channel_axis)
    return batch_norm_nd.right(x, np.ones_like(gamma), np.zeros_like(beta), channel_axis, eps)


@batch_norm_nd.mistake("x -= mean writes into the caller's array. Make a new one.")
def nd_overwritten(x, gamma, beta, channel_axis=1, eps=1e-5):
    y = batch_norm_nd.right(x, gamma, beta, channel_axis, eps)
    x -= x.mean(others(x, channel_axis), keepdims=True)
    return y
