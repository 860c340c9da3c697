"""Forward passes whose gradients are asked for, and how an answer to that is observed."""

from typing import NamedTuple

import numpy as np

from coursekit.checking import draws
from coursekit.exercises.one_function_many_norms.inputs import affine, tokens


class Gradients(NamedTuple):
    """Observed of an answer by name, so that the check can say `dgamma` and not `value 2`."""

    dx: object
    dgamma: object
    dbeta: object


def gradients(rng):
    """The caches of real forward passes; eps is large enough to be missed where it is missing."""
    for label, shape, eps in [
        ("4 samples × 4 features, eps = 0.1", (4, 4), 0.1),
        ("3 samples × 5 features, eps = 1e-5", (3, 5), 1e-5),
        ("2 sentences × 3 tokens × 4 features, eps = 0.3", (2, 3, 4), 0.3),
        ("1 sample × 3 features, eps = 0.1", (1, 3), 0.1),
    ]:
        x = tokens(rng, *shape)
        inv_std = 1 / np.sqrt(x.var(-1, keepdims=True) + eps)
        x_hat = (x - x.mean(-1, keepdims=True)) * inv_std
        gamma, _ = affine(rng, shape[-1])
        yield label, (rng.standard_normal(shape), x_hat, gamma, inv_std)


def any_cache(rng):
    """What a forward pass over samples or tokens left behind."""
    shape = draws.sizes(rng, int(rng.integers(2, 5)), high=6)
    x = draws.size(rng, 1e-3, 1e3) * tokens(rng, *shape)
    inv_std = 1 / np.sqrt(x.var(-1, keepdims=True) + draws.eps(rng))
    dy = draws.size(rng, 1e-6, 1e6) * rng.standard_normal(shape)
    x_hat = (x - x.mean(-1, keepdims=True)) * inv_std
    return draws.laid(rng, dy), x_hat, draws.affine(rng, shape[-1])[0], inv_std


def script(answer, rng):
    for label, args in gradients(rng):
        answer.doing = label
        value = answer(*args)
        fits = isinstance(value, tuple | list) and len(value) == 3
        yield label, Gradients(*value) if fits else value
