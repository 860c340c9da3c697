"""Batch norm before the activation, or after it?"""

from collections.abc import Sequence
from functools import partial

import numpy as np
from torch import nn

from coursekit.statistics import log_ratios, steps_to
from coursekit.training import digits, mlp, train
from coursekit.training.network import ACTIVATIONS, BatchNorm

LR, STEPS, DEPTH = 0.1, 120, 6
ACTS = ("relu", "tanh")


def after(act: str):
    """What `mlp` takes for its activation: one with a batch norm behind it."""

    def make(R: int, D: int) -> nn.Module:
        return nn.Sequential(ACTIVATIONS[act](), BatchNorm(R, D))

    return make


def measure(
    seeds: Sequence[int], *, steps: int = STEPS
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Final test accuracy and steps to 90 %: "relu, before" and so on -> (seeds,) each."""
    found = {}
    for act in ACTS:
        init = "he" if act == "relu" else "lecun"
        before = partial(mlp, depth=DEPTH, act=act, norm="batch", init=init)
        behind = partial(mlp, depth=DEPTH, act="linear", norm=after(act), init=init)
        for place, build in (("before", before), ("after", behind)):
            name = f"{act}, {place}"
            run = train(build, digits(), seeds=seeds, lr=LR, steps=steps, every=10, title=name)
            scores = np.nan_to_num(run.accuracy)
            found[name] = scores[:, -1], steps_to(scores, run.at, 0.9)
    return found


def effects(found: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    """Before against after."""
    out = {}
    for act in ACTS:
        before, behind = found[f"{act}, before"], found[f"{act}, after"]
        out[f"{act}: accuracy, before - after"] = 100 * (before[0] - behind[0])
        out[f"{act}: steps, after / before"] = log_ratios(behind[1], before[1], STEPS)
    return out
