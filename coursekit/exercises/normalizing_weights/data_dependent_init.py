"""The exercise data_dependent_init of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.normalizing_weights.inputs import weights


def rows(rng, N, D):
    """(N, D): columns of their own size and mean."""
    return np.geomspace(0.5, 5, D) * (rng.uniform(1, 3, D) + rng.standard_normal((N, D)))


def batches(rng):
    for N, D, out in ((5, 4, 3), (4, 4, 4), (7, 3, 5), (6, 5, 1), (3, 2, 4)):
        yield f"{N} samples × {D} inputs, {out} units", (rows(rng, N, D), weights(rng, out, D))


def any_batch(rng):
    N, D, out = draws.sizes(rng, 3, low=2, high=8)
    x = draws.size(rng, 1e-3, 1e3) * rows(rng, N, D)
    return draws.laid(rng, x), draws.size(rng, 1e-3, 1e3) * weights(rng, out, D)


@exercise(
    cases=batches,
    domain=any_batch,
    rtol=1e-7,
    hints=(
        "Send the batch through the layer with g = 1 and b = 0. What must each unit's output be "
        "divided by, and what subtracted, so that its mean is 0 and its variance 1?",
        "t has the mean 6 and the standard deviation 2 in one unit. g is ½. What must b be, so "
        "that ½ · t + b has the mean 0: −6, or −3?",
        "unit = v / ___\nt = x @ ___.T\nreturn 1 / ___, - ___ / ___",
    ),
    minutes=6,
    difficulty=3,
    returns=("g", "b"),
    ask="The next batch comes. Are means 0 and variances 1 then, and must they be?",
)
def data_dependent_init(x, v):
    """Choose g and b so that g · (v / ‖v‖) · x + b has mean 0 and variance 1 in every unit.

    x: (N, D), the first batch; v: (out, D). -> g, b: (out,) each; the variance divides by N.
    """
    unit = v / np.sqrt((v**2).sum(1, keepdims=True))
    t = x @ unit.T
    mean, std = t.mean(0), t.std(0)
    return 1 / std, -mean / std


@data_dependent_init.alternative
def from_the_longer_one(x, v):
    """Normalize x v, and put v's length into g."""
    z = x @ v.T
    std = np.sqrt(z.var(axis=0))
    return np.linalg.norm(v, axis=1) / std, -z.mean(axis=0) / std


@data_dependent_init.alternative
def unit_by_unit(x, v):
    g, b = np.zeros(len(v)), np.zeros(len(v))
    for k, arrow in enumerate(v):
        t = x @ arrow / np.linalg.norm(arrow)
        g[k] = np.mean((t - t.mean()) ** 2) ** -0.5
        b[k] = -g[k] * t.mean()
    return g, b


@data_dependent_init.alternative
def from_the_covariance(x, v):
    unit = v / np.linalg.norm(v, axis=-1)[:, None]
    centred = x - x.mean(0)
    covariance = centred.T @ centred / len(x)
    g = np.einsum("od,de,oe->o", unit, covariance, unit) ** -0.5
    return [g, -g * (unit @ x.mean(0))]


@data_dependent_init.alternative
def init_in_torch(x, v):
    import torch

    x, v = (torch.from_numpy(np.ascontiguousarray(a)) for a in (x, v))
    t = torch.nn.functional.linear(x, torch.nn.functional.normalize(v, dim=1, eps=0.0))
    var, mean = torch.var_mean(t, 0, correction=0)
    return var.rsqrt(), -mean * var.rsqrt()
