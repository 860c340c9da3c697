"""Forty layers: does batch norm alone make them trainable, or is it the skips?

Each arm takes its own rate of two. A skip goes around every hidden layer but the first: x +
relu(norm(x W)).

Source: Yang et al. 2019, https://arxiv.org/abs/1902.08129
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
from torch import nn

from coursekit.experiments import TUNING, best_rate
from coursekit.training import digits, mlp, sweep
from coursekit.training.network import BatchNorm, Linear

DEPTH, WIDTH, STEPS, RATES = 40, 64, 80, (0.003, 0.01)


class Skip(nn.Module):
    """x + relu(norm(x W))"""

    def __init__(self, linear: nn.Module, norm: nn.Module):
        super().__init__()
        self.inside = nn.Sequential(linear, norm, nn.ReLU())

    def forward(self, x):
        return x + self.inside(x)


def skipping(seeds: Sequence[int], problem, *, depth: int = DEPTH) -> nn.Sequential:
    """As many layers as `mlp` has, with batch norm; an identity beside all but two of them."""
    plain = mlp(seeds, problem, depth=depth, width=WIDTH)
    linears = [layer for layer in plain if isinstance(layer, Linear)]
    skips = [Skip(linear, BatchNorm(len(seeds), WIDTH)) for linear in linears[1:-1]]
    return nn.Sequential(linears[0], *skips, linears[-1])


def measure(
    seeds: Sequence[int], *, steps: int = STEPS, depth: int = DEPTH
) -> dict[str, np.ndarray]:
    """Test accuracy in percent at each arm's own rate: arm -> (seeds,)."""
    arms = {
        "none": partial(mlp, depth=depth),
        "batch": partial(mlp, depth=depth, norm="batch"),
        "batch, skips": partial(skipping, depth=depth),
    }
    found, tuning = {}, 1
    for arm, build in arms.items():
        seeded = [*TUNING[:tuning], *seeds]
        run = sweep(build, digits(), seeds=seeded, lrs=RATES, steps=steps, title=arm)
        best = best_rate(run.loss[:, :tuning], RATES)
        found[arm] = 100 * np.nan_to_num(run.accuracy[best, tuning:, -1])
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Percent right, and points."""
    return {
        "accuracy, batch": found["batch"],
        "batch - none": found["batch"] - found["none"],
        "skips - no skips": found["batch, skips"] - found["batch"],
    }
