"""Weight norm against batch norm: at how many learning rates does each train?

Source: Salimans & Kingma 2016, https://arxiv.org/abs/1602.07868
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import nn

from coursekit.experiments import TUNING, best_rate
from coursekit.training import digits, mlp, sweep
from coursekit.training.network import Linear

RATES, STEPS, DEPTH = (0.01, 0.03, 0.1, 0.3, 1.0), 120, 6


class WeightNorm(nn.Module):
    """R linear layers with w = g v / |v|, a length g for each unit, at first as drawn."""

    def __init__(self, linear: Linear):
        super().__init__()
        self.v, self.bias = linear.weight, linear.bias
        self.g = nn.Parameter(linear.weight.detach().norm(dim=1, keepdim=True))

    def forward(self, x):
        return torch.baddbmm(self.bias, x, self.v * (self.g / self.v.norm(dim=1, keepdim=True)))


def weight_normed(seeds: Sequence[int], problem, **options) -> nn.Sequential:
    """`mlp` with weight norm in every hidden layer."""
    *hidden, last = mlp(seeds, problem, **options)
    return nn.Sequential(*(WeightNorm(m) if isinstance(m, Linear) else m for m in hidden), last)


def measure(
    seeds: Sequence[int], *, steps: int = STEPS
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """arm -> usable rates (seeds,), and accuracy in percent at the arm's own rate (seeds,)."""
    arms = {
        "none": partial(mlp, depth=DEPTH),
        "weight": partial(weight_normed, depth=DEPTH),
        "layer": partial(mlp, depth=DEPTH, norm="layer"),
        "batch": partial(mlp, depth=DEPTH, norm="batch"),
    }
    found, tuning = {}, len(TUNING)
    for arm, build in arms.items():
        seeded = [*TUNING, *seeds]
        run = sweep(build, digits(), seeds=seeded, lrs=RATES, steps=steps, title=arm)
        score = np.nan_to_num(run.accuracy[:, tuning:, -1])
        best = best_rate(run.loss[:, :tuning], RATES)
        found[arm] = (score >= 0.9).sum(0).astype(float), 100 * score[best]
    return found


def effects(found: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    """Usable rates and points of accuracy, arm against arm."""
    rates = {arm: usable for arm, (usable, _) in found.items()}
    score = {arm: percent for arm, (_, percent) in found.items()}
    return {
        "usable rates, weight - none": rates["weight"] - rates["none"],
        "usable rates, batch - weight": rates["batch"] - rates["weight"],
        "usable rates, batch - layer": rates["batch"] - rates["layer"],
        "accuracy, weight - batch": score["weight"] - score["batch"],
        "accuracy, weight - none": score["weight"] - score["none"],
    }
