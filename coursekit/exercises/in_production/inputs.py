"""Inputs that several exercises of the lesson draw."""

import numpy as np
import torch

from coursekit.checking import AnswerError


def stored(rng, C):
    """What a trained batch norm has for C channels: gamma, beta, mean, var, (C,) each.

    Gammas of either sign and never 1, means far from 0, variances from 0.05 to 9.
    """
    gamma = rng.uniform(0.4, 0.8, C) * rng.choice([1, 3], C)
    gamma[1::2] *= -1
    beta, mean = rng.uniform(1, 2, C), rng.uniform(0.5, 2, C)
    return gamma, beta, mean, np.geomspace(0.05, 9, C) * rng.uniform(0.8, 1.2, C)


def filled(module, rng):
    """The module in float64, every number in it drawn from rng: torch's own start is of no seed."""
    module = module.double()
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point():
            low, high = (0.5, 3.0) if name.endswith("var") else (-1.5, 1.5)
            tensor.copy_(torch.tensor(rng.uniform(low, high, tensor.shape)))
    return module


def rows(rng, N, D):
    """(N, D) float64: every feature has its own mean and spread."""
    return torch.tensor(rng.normal(np.linspace(-3, 4, D), np.linspace(0.5, 3, D), (N, D)))


def reach(made, path):
    """A part of the answer's model by its path.

    Raises:
        AnswerError: it is no longer there.
    """
    for name in path.split(".") if path else ():
        made = made.get(name)
        if not hasattr(made, "vjp"):
            raise AnswerError("TypeError", f"the model's part {path} is no layer any more")
    return made
