"""The expected wrong answers to the exercise batch_norm_backward."""

import numpy as np

from coursekit.exercises.backward_geometry.batch_norm_backward import batch_norm_backward

TAKEN_OUT = {  # of g, x_hat: what is subtracted from g
    "right": lambda g, h: g.mean(0) + h * (g * h).mean(0),
    "nothing": lambda g, h: 0,
    "no mean": lambda g, h: h * (g * h).mean(0),
    "no x_hat": lambda g, h: g.mean(0),
    "sums": lambda g, h: g.sum(0) + h * (g * h).sum(0),
    "sum of g": lambda g, h: g.sum(0) + h * (g * h).mean(0),
    "sum of g x_hat": lambda g, h: g.mean(0) + h * (g * h).sum(0),
    "sign": lambda g, h: g.mean(0) - h * (g * h).mean(0),
    "N - 1": lambda g, h: g.mean(0) + h * (g * h).sum(0) / (len(g) - 1),
    "all N - 1": lambda g, h: (g.sum(0) + h * (g * h).sum(0)) / (len(g) - 1),
    "not averaged": lambda g, h: g.mean(0) + h * (g * h),
    "no h in front": lambda g, h: g.mean(0) + (g * h).mean(0),
    "whole": lambda g, h: g.mean(0) + h * (g * h).sum(0) / (h * h).sum(0),
    "axis 1": lambda g, h: g.mean(1, keepdims=True) + h * (g * h).mean(1, keepdims=True),
    "no axis": lambda g, h: g.mean() + h * (g * h).mean(),
    "no axis in g": lambda g, h: g.mean() + h * (g * h).mean(0),
    "no axis in g x_hat": lambda g, h: g.mean(0) + h * (g * h).mean(),
}
IN_FRONT = {
    "right": lambda inv_std, gamma: inv_std,
    "missing": lambda inv_std, gamma: 1,
    "squared": lambda inv_std, gamma: inv_std**2,
    "upside down": lambda inv_std, gamma: 1 / inv_std,
}
GAMMA = {  # (factor of dy in g, x_hat as dx sees it)
    "right": lambda gamma, h: (gamma, h),
    "missing": lambda gamma, h: (1, h),
    "twice": lambda gamma, h: (gamma**2, h),
    "y": lambda gamma, h: (gamma, gamma * h),
}
OTHERS = {
    "right": lambda dy, h, gamma, inv_std: ((dy * h).sum(0), dy.sum(0)),
    "averaged": lambda dy, h, gamma, inv_std: ((dy * h).mean(0), dy.mean(0)),
    "dgamma averaged": lambda dy, h, gamma, inv_std: ((dy * h).mean(0), dy.sum(0)),
    "swapped": lambda dy, h, gamma, inv_std: (dy.sum(0), (dy * h).sum(0)),
    "from g": lambda dy, h, gamma, inv_std: ((gamma * dy * h).sum(0), (gamma * dy).sum(0)),
    "dgamma from g": lambda dy, h, gamma, inv_std: ((gamma * dy * h).sum(0), dy.sum(0)),
    "no x_hat": lambda dy, h, gamma, inv_std: (dy.sum(0), dy.sum(0)),
    "undivided": lambda dy, h, gamma, inv_std: ((dy * h / inv_std).sum(0), dy.sum(0)),
    "axis 1": lambda dy, h, gamma, inv_std: ((dy * h).sum(1), dy.sum(1)),
    "not summed": lambda dy, h, gamma, inv_std: (dy * h, dy),
}


@batch_norm_backward.variant
def _(dy, x_hat, gamma, inv_std, *, out="right", front="right", scale="right", others="right"):
    factor, h = GAMMA[scale](gamma, x_hat)
    g = factor * dy
    dx = IN_FRONT[front](inv_std, gamma) * (g - TAKEN_OUT[out](g, h))
    return dx, *OTHERS[others](dy, x_hat, gamma, inv_std)


ALONE = {"out": "right", "front": "right", "scale": "right", "others": "right"}  # pairs with none
for name, words, out in (
    (
        "statistics_detached",
        "Your dx is gamma · dy / σ, as if mean and variance were constants. They move with x: "
        "take out the mean of g and its part along x_hat.",
        "nothing",
    ),
    (
        "mean_path_dropped",
        "The path through the mean is missing: each column of dx must sum to 0, so subtract the "
        "mean of g.",
        "no mean",
    ),
    (
        "variance_path_dropped",
        "The path through the variance is missing: subtract x_hat times the mean of g · x_hat.",
        "no x_hat",
    ),
    (
        "sums_for_means",
        "1/N is missing twice: subtract the *mean* of g, and x_hat times the *mean* of g · x_hat.",
        "sums",
    ),
    (
        "variance_sign",
        "The variance's path has the wrong sign: the part along x_hat is taken out, not doubled.",
        "sign",
    ),
):
    batch_norm_backward.switch(name, words, out=out)
for name, words, out in (
    ("n_missing_in_mean", "1/N is missing in the mean of g.", "sum of g"),
    ("n_missing_in_x_hat", "1/N is missing in the mean of g · x_hat.", "sum of g x_hat"),
    (
        "n_minus_1",
        "You divided the sum of g · x_hat by N − 1. The forward pass used the biased variance, so "
        "it is N here.",
        "N - 1",
    ),
    (
        "n_minus_1_twice",
        "You divided both sums by N − 1. Mean and biased variance divide by N, so their gradients "
        "do too.",
        "all N - 1",
    ),
    (
        "x_hat_not_averaged",
        "You took g · x_hat entry by entry. All samples share the variance, so it is their mean "
        "over the batch that counts.",
        "not averaged",
    ),
    (
        "x_hat_not_in_front",
        "The mean of g · x_hat is one number for each feature; multiply it by x_hat to get the "
        "part of g along x_hat.",
        "no h in front",
    ),
    (
        "projected_fully",
        "You projected g out of x_hat completely, dividing by x_hat · x_hat. That is right for "
        "eps = 0 only: with eps x_hat is shorter than √N, and a little of its direction passes. "
        "Divide by N.",
        "whole",
    ),
    (
        "averaged_over_features",
        "You averaged over axis 1; mean and variance are shared by the batch, axis 0.",
        "axis 1",
    ),
    (
        "means_without_axis",
        "Both means have no axis, so they run over all features too. Each feature has statistics "
        "of its own: mean(0).",
        "no axis",
    ),
    (
        "mean_of_g_without_axis",
        "g.mean() has no axis, so it is one number for all features. Each has its own: g.mean(0).",
        "no axis in g",
    ),
    (
        "mean_of_g_x_hat_without_axis",
        "The mean of g · x_hat has no axis, so it is one number for all features. Each has its "
        "own: mean(0).",
        "no axis in g x_hat",
    ),
):
    batch_norm_backward.switch(name, words, **ALONE | {"out": out})
for name, words, front in (
    ("inv_std_missing", "The division by σ is missing: multiply dx by inv_std.", "missing"),
    (
        "inv_std_twice",
        "dx holds 1/σ twice; x_hat already carries its own. Multiply by inv_std once.",
        "squared",
    ),
):
    batch_norm_backward.switch(name, words, front=front)
for name, words, scale in (
    (
        "gamma_missing",
        "gamma is nowhere in dx: it multiplies x_hat, so on the way back it multiplies dy.",
        "missing",
    ),
    (
        "y_for_x_hat",
        "In dx stands gamma · x_hat where x_hat belongs: the part to take out lies along x_hat.",
        "y",
    ),
):
    batch_norm_backward.switch(name, words, scale=scale)
for name, words, others in (
    (
        "parameters_averaged",
        "You averaged dgamma and dbeta over the batch; both are sums.",
        "averaged",
    ),
    (
        "swapped",
        "dgamma and dbeta are exchanged: dgamma sums dy · x_hat, dbeta sums dy.",
        "swapped",
    ),
):
    batch_norm_backward.switch(name, words, others=others)
for name, words, others in (
    ("dgamma_averaged", "You averaged dgamma over the batch; it is a sum.", "dgamma averaged"),
    (
        "dgamma_from_g",
        "dgamma sums dy · x_hat; you multiplied it by gamma first.",
        "dgamma from g",
    ),
    ("dgamma_without_x_hat", "That is dbeta twice; dgamma sums dy · x_hat.", "no x_hat"),
    (
        "dgamma_from_centred_x",
        "dgamma sums dy · x_hat; you divided x_hat by inv_std, which gives x − mu back.",
        "undivided",
    ),
    (
        "parameters_per_sample",
        "dgamma and dbeta have one entry for each feature: sum over axis 0.",
        "axis 1",
    ),
    (
        "parameters_not_summed",
        "One gamma and one beta serve the whole batch, so their gradients add up: sum over axis 0.",
        "not summed",
    ),
    (
        "parameters_from_g",
        "dgamma and dbeta start from dy; you multiplied it by gamma first.",
        "from g",
    ),
):
    batch_norm_backward.switch(name, words, **ALONE | {"others": others})


@batch_norm_backward.mistake(
    "dy *= gamma writes into the caller's dy, and dgamma and dbeta then see gamma too."
)
def dy_overwritten(dy, x_hat, gamma, inv_std):
    dy *= gamma
    return batch_norm_backward.right(dy, x_hat, np.ones_like(gamma), inv_std)


@batch_norm_backward.mistake("Three values are asked for; you return dx alone.")
def only_dx(dy, x_hat, gamma, inv_std):
    return batch_norm_backward.right(dy, x_hat, gamma, inv_std)[0]


batch_norm_backward.switch(
    "divided_by_inv_std",
    "You divided by inv_std, but it is 1/σ already: multiply.",
    **ALONE | {"front": "upside down"},
)
batch_norm_backward.switch(
    "gamma_twice",
    "dx holds gamma twice: once in g = gamma * dy is enough.",
    **ALONE | {"scale": "twice"},
)
