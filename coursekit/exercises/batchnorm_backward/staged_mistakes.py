"""The expected wrong answers to the exercise batch_norm_backward_staged."""

import numpy as np

from coursekit.exercises.batchnorm_backward.batch_norm_backward_staged import (
    batch_norm_backward_staged as staged,
)

INV_STD = {
    "right": lambda x, eps: 1 / np.sqrt(x.var(0) + eps),
    "no eps": lambda x, eps: 1 / np.sqrt(x.var(0)),
    "outside": lambda x, eps: 1 / (np.sqrt(x.var(0)) + eps),
    "unbiased": lambda x, eps: 1 / np.sqrt(x.var(0, ddof=1) + eps),
    "no root": lambda x, eps: 1 / (x.var(0) + eps),
}
DVAR = {  # of dx_hat, x - mu, inv_std and the batch axis
    "right": lambda g, x_mu, inv: (g * x_mu).sum(0) * -0.5 * inv**3,
    "sign": lambda g, x_mu, inv: (g * x_mu).sum(0) * 0.5 * inv**3,
    "no half": lambda g, x_mu, inv: (g * x_mu).sum(0) * -(inv**3),
    "power": lambda g, x_mu, inv: (g * x_mu).sum(0) * -0.5 * inv,
    "x_hat": lambda g, x_mu, inv: (g * x_mu).sum(0) * -0.5 * inv**4,
    "no dy": lambda g, x_mu, inv: x_mu.sum(0) * -0.5 * inv**3,
    "no x": lambda g, x_mu, inv: g.sum(0) * -0.5 * inv**3,
    "not summed": lambda g, x_mu, inv: g * x_mu * -0.5 * inv**3,
    "mean": lambda g, x_mu, inv: (g * x_mu).mean(0) * -0.5 * inv**3,
    "no axis": lambda g, x_mu, inv: (g * x_mu).sum() * -0.5 * inv**3,
}
DMU = {
    "right": lambda g, inv: -inv * g.sum(0),
    "sign": lambda g, inv: inv * g.sum(0),
    "no inv_std": lambda g, inv: -g.sum(0),
    "not summed": lambda g, inv: -inv * g,
    "mean": lambda g, inv: -inv * g.mean(0),
    "no axis": lambda g, inv: -inv * g.sum(),
    "zero": lambda g, inv: 0 * g.sum(0),
}
DX = {  # of what comes along the three paths
    "right": lambda direct, var, mu, N: direct + var * 2 / N + mu / N,
    "constants": lambda direct, var, mu, N: direct,
    "no var": lambda direct, var, mu, N: direct + mu / N,
    "no mu": lambda direct, var, mu, N: direct + var * 2 / N,
    "no 2": lambda direct, var, mu, N: direct + var / N + mu / N,
    "var not averaged": lambda direct, var, mu, N: direct + var * 2 + mu / N,
    "mu not averaged": lambda direct, var, mu, N: direct + var * 2 / N + mu,
    "N - 1": lambda direct, var, mu, N: direct + var * 2 / (N - 1) + mu / N,
    "x_hat": lambda direct, var, mu, N: direct + var * 2 / N + mu / N,  # var holds x_hat then
}
DGAMMA = {
    "right": lambda dy, x, x_hat, gamma: (dy * x_hat).sum(0),
    "x": lambda dy, x, x_hat, gamma: (dy * x).sum(0),
    "centred x": lambda dy, x, x_hat, gamma: (dy * (x - x.mean(0))).sum(0),
    "dx_hat": lambda dy, x, x_hat, gamma: (dy * gamma * x_hat).sum(0),
    "mean": lambda dy, x, x_hat, gamma: (dy * x_hat).mean(0),
    "no x_hat": lambda dy, x, x_hat, gamma: dy.sum(0),
}
DBETA = {
    "right": lambda dy, gamma: dy.sum(0),
    "mean": lambda dy, gamma: dy.mean(0),
    "dx_hat": lambda dy, gamma: (dy * gamma).sum(0),
    "axis 1": lambda dy, gamma: dy.sum(1),
}


@staged.variant
def _(dy, x, gamma, eps, *, inv="right", scaled=True, path=(), param=()):
    way = {"dvar": "right", "dmu": "right", "dx": "right", "dgamma": "right", "dbeta": "right"}
    way |= dict([path] if path else []) | dict([param] if param else [])
    x_mu, inv_std = x - x.mean(0), INV_STD[inv](x, eps)
    apart = x_mu * inv_std if way["dx"] == "x_hat" else x_mu
    dx_hat = dy * gamma if scaled else dy
    dvar, dmu = DVAR[way["dvar"]](dx_hat, x_mu, inv_std), DMU[way["dmu"]](dx_hat, inv_std)
    return {
        "dx_hat": dx_hat,
        "dvar": dvar,
        "dmu": dmu,
        "dx": DX[way["dx"]](dx_hat * inv_std, dvar * apart, dmu, len(x)),
        "dgamma": DGAMMA[way["dgamma"]](dy, x, x_mu * inv_std, gamma),
        "dbeta": DBETA[way["dbeta"]](dy, gamma),
    }


ALONE = {"scaled": True, "inv": "right", "path": (), "param": ()}  # sets all, so pairs with none
staged.switch(
    "gamma_missing",
    "gamma multiplies x_hat, so on the way back it multiplies dy: dx_hat = dy * gamma.",
    scaled=False,
)
staged.switch(
    "eps_missing",
    "1/σ is computed without eps here. The forward pass divided by √(var + eps): use the same "
    "number again.",
    inv="no eps",
)
staged.switch(
    "eps_outside",
    "eps stands outside the root; the forward pass divided by √(var + eps).",
    inv="outside",
)
staged.switch(
    "unbiased_variance",
    "Your variance divides by N − 1; the forward pass divided by N.",
    inv="unbiased",
)
staged.switch(
    "no_root",
    "You divide by var + eps where the forward pass divided by its square root.",
    **ALONE | {"inv": "no root"},
)
for name, words, path in (
    (
        "dvar_sign",
        "The derivative of (var + eps)^(−1/2) is negative: dvar needs a minus sign.",
        ("dvar", "sign"),
    ),
    (
        "dvar_without_half",
        "The derivative of (var + eps)^(−1/2) brings −1/2 down; the ½ is missing in dvar.",
        ("dvar", "no half"),
    ),
    (
        "dvar_wrong_power",
        "The derivative of (var + eps)^(−1/2) has the power −3/2: inv_std**3 in dvar.",
        ("dvar", "power"),
    ),
    ("dmu_sign", "The mean is subtracted, so dmu has a minus sign.", ("dmu", "sign")),
    (
        "statistics_constant",
        "dx holds the direct path only, as if mean and variance were constants. They are computed "
        "from x: add what comes through dvar and dmu.",
        ("dx", "constants"),
    ),
    (
        "variance_path_dropped",
        "In dx the path through the variance is missing.",
        ("dx", "no var"),
    ),
    ("mean_path_dropped", "In dx the path through the mean is missing.", ("dx", "no mu")),
):
    staged.switch(name, words, path=path)
for name, words, path in (
    (
        "dmu_without_inv_std",
        "Between the mean and x_hat lies the division by σ: dmu needs the factor inv_std.",
        ("dmu", "no inv_std"),
    ),
    (
        "two_missing",
        "The derivative of (x − mu)² is 2 (x − mu); the 2 is missing in dx.",
        ("dx", "no 2"),
    ),
    (
        "x_hat_in_dx",
        "In dx stands x_hat where x − mu belongs: the derivative of (x − mu)² is 2 (x − mu). dvar "
        "has its powers of 1/σ already.",
        ("dx", "x_hat"),
    ),
    (
        "dvar_from_x_hat",
        "dvar holds x_hat and inv_std³ both: x_hat already has one 1/σ. Take x − mu, or inv_std².",
        ("dvar", "x_hat"),
    ),
    (
        "dvar_without_dy",
        "dx_hat is missing in dvar; what is left is the sum of x − mu, which is always 0.",
        ("dvar", "no dy"),
    ),
    (
        "dvar_without_x",
        "dvar sums dx_hat alone. Each sample counts with its distance x − mu.",
        ("dvar", "no x"),
    ),
    (
        "dvar_not_summed",
        "One variance feeds every sample of its feature, so their gradients add up: sum dvar over "
        "the batch.",
        ("dvar", "not summed"),
    ),
    (
        "dvar_averaged",
        "You averaged dvar over the batch. Gradients of one number used N times are summed.",
        ("dvar", "mean"),
    ),
    (
        "dvar_over_all_entries",
        "The sum in dvar has no axis, so it runs over all features too. Each has its own variance: "
        "sum over axis 0.",
        ("dvar", "no axis"),
    ),
    (
        "dmu_over_all_entries",
        "The sum in dmu has no axis, so it runs over all features too. Each has its own mean: sum "
        "over axis 0.",
        ("dmu", "no axis"),
    ),
    (
        "dmu_not_summed",
        "One mean feeds every sample of its feature, so their gradients add up: sum dmu over the "
        "batch.",
        ("dmu", "not summed"),
    ),
    (
        "dmu_averaged",
        "You averaged dmu over the batch. Gradients of one number used N times are summed; the "
        "1/N comes later, in dx.",
        ("dmu", "mean"),
    ),
    (
        "dmu_zero",
        "dmu is 0: the mean was taken as a constant. It is computed from x.",
        ("dmu", "zero"),
    ),
    (
        "variance_path_not_averaged",
        "var is a mean over N samples, so each x gets 1/N of dvar: divide by N in dx.",
        ("dx", "var not averaged"),
    ),
    (
        "mean_path_not_averaged",
        "mu is a mean over N samples, so each x gets 1/N of dmu: divide by N in dx.",
        ("dx", "mu not averaged"),
    ),
    (
        "n_minus_1_in_dx",
        "In dx the variance's share is divided by N − 1; its forward pass divided by N.",
        ("dx", "N - 1"),
    ),
):
    staged.switch(name, words, **ALONE | {"path": path})
