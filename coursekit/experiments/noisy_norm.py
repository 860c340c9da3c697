"""If batch norm helps because layers' inputs stand still, then shaking them should undo the help.

After each batch norm every unit is scaled and shifted at random, anew at every step: the
distribution that the next layer sees moves at least as much as without any norm.

Source: Santurkar et al. 2018, section 2.1, https://arxiv.org/abs/1805.11604
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from coursekit.devices import generator
from coursekit.statistics import log_ratios, steps_to
from coursekit.training import digits, mlp, train
from coursekit.training.network import BatchNorm

DEPTH, STEPS, LR, SMOOTH, EPS = 6, 200, 0.03, 0.9, 1e-5
NOISE = {"sigmoid": 1.0, "tanh": 0.5}


class Watch(nn.Module):
    """Passes x on, and keeps how far units' means move at a step, in deviations before the move.

    It is what lesson 11 calls drift, with the same eps.
    """

    def __init__(self):
        super().__init__()
        self.last, self.moved = None, []

    def forward(self, x):
        if self.training:
            mean, var = x.detach().mean(1), x.detach().var(1, correction=0)  # (R, D)
            if self.last is not None:
                before, std = self.last
                self.moved.append(((mean - before).abs() / std).mean(1))
            self.last = mean, (var + EPS).sqrt()
        return x

    def drift(self) -> np.ndarray:
        """The average over steps: (R,)."""
        return torch.stack(self.moved).mean(0).cpu().numpy()


class Noisy(BatchNorm):
    """Batch norm whose units are scaled by 1 + n U(0, 1) and shifted by n N(0, 1), each."""

    def __init__(self, seeds: Sequence[int], D: int, amount: float, layer: int):
        super().__init__(len(seeds), D)
        self.amount = amount
        self.sources = [generator(2_000_000 + 97 * seed + layer) for seed in seeds]

    def forward(self, x):
        y, D = super().forward(x), x.shape[-1]
        if not self.training:
            return y
        scale = torch.stack([torch.rand(1, D, generator=g) for g in self.sources]).to(x)
        shift = torch.stack([torch.randn(1, D, generator=g) for g in self.sources]).to(x)
        return y * (1 + self.amount * scale) + self.amount * shift


class Arm(NamedTuple):
    """One norm: how far inputs of the fifth layer moved, and how training went, for each seed."""

    drift: np.ndarray  # (seeds,)
    loss: np.ndarray  # (seeds, steps), smoothed
    steps: np.ndarray  # (seeds,) to a smoothed training loss of 0.5; inf for never
    final: np.ndarray  # (seeds,): training loss at the end, averaged over the last 20 steps


def network(seeds, problem, *, act: str, norm: str, watch: Watch) -> nn.Sequential:
    """`mlp`, whose fifth layer's activation is watched from its input side."""
    count = iter(range(DEPTH))

    def make(R, D):
        n = next(count)
        layers: list[nn.Module] = []
        if norm == "batch":
            layers = [BatchNorm(R, D)]
        elif norm == "noisy":
            layers = [Noisy(seeds, D, NOISE[act], n)]
        return nn.Sequential(*layers, *([watch] if n == DEPTH - 2 else []))

    return mlp(seeds, problem, depth=DEPTH, act=act, norm=make, init="lecun")


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, Arm]:
    """Train "sigmoid, none" and so on: two activations, each with none, batch and noisy."""
    found = {}
    for act in NOISE:
        for norm in ("none", "batch", "noisy"):
            watch, name = Watch(), f"{act}, {norm}"

            def build(seeds, problem, act=act, norm=norm, watch=watch):
                return network(seeds, problem, act=act, norm=norm, watch=watch)

            run = train(build, digits(), seeds=seeds, lr=LR, steps=steps, title=name)
            loss = smoothed(np.where(np.isnan(run.loss), np.inf, run.loss))
            when = steps_to(-loss, np.arange(1, steps + 1), -0.5)
            found[name] = Arm(watch.drift(), loss, when, run.loss[:, -20:].mean(1))
    return found


def smoothed(loss: np.ndarray) -> np.ndarray:
    """A running average over steps that starts at the first loss: (R, steps)."""
    out = [loss[:, 0]]
    for column in loss.T[1:]:
        out.append(SMOOTH * out[-1] + (1 - SMOOTH) * column)
    return np.stack(out, axis=1)


def effects(found: dict[str, Arm]) -> dict[str, np.ndarray]:
    """Noisy batch norm against none and against batch norm."""
    out: dict[str, np.ndarray] = {}
    for act in NOISE:
        none, batch, noisy = (found[f"{act}, {norm}"] for norm in ("none", "batch", "noisy"))
        steps = none.loss.shape[1]
        out |= {
            f"{act}: drift, noisy / none": np.log(noisy.drift / none.drift),
            f"{act}: drift, noisy / batch": np.log(noisy.drift / batch.drift),
            f"{act}: drift, none / batch": np.log(none.drift / batch.drift),
            f"{act}: steps, none / noisy": log_ratios(none.steps, noisy.steps, steps),
            f"{act}: steps, noisy / batch": log_ratios(noisy.steps, batch.steps, steps),
            f"{act}: final loss, none - noisy": none.final - noisy.final,
        }
    return out
