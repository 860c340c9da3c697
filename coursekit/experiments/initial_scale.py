"""How much does it matter how large the initial weights are?

Every weight of a five-layer ReLU network is drawn from N(0, std²). All arms train with the same
learning rate, one that suits each of them where it works at all.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from coursekit.training import digits, mlp, normal, train

STDS = (0.001, 0.01, 0.1, 1.0, 3.0)
ARMS = ("none", "layer", "batch")
LR, STEPS, WORKS = 0.05, 150, 0.8


def measure(seeds: Sequence[int], *, stds=STDS, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Test accuracy after training: norm -> (stds, seeds)."""
    every, found = [*seeds] * len(stds), {}
    inits = [normal(std) for std in stds for _ in seeds]
    for norm in ARMS:
        build = partial(mlp, depth=5, norm=norm, init=inits)
        run = train(build, digits(), seeds=every, lr=LR, steps=steps, title=norm)
        found[norm] = np.nan_to_num(run.accuracy[:, -1]).reshape(len(stds), -1)
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """How many of the five scales train to 80 %, and what batch norm gains at the ends."""
    works = {norm: (scores >= WORKS).sum(0).astype(float) for norm, scores in found.items()}
    return {
        "scales that work, none": works["none"],
        "scales that work, batch": works["batch"],
        "scales that work, batch - none": works["batch"] - works["none"],
        "scales that work, batch - layer": works["batch"] - works["layer"],
        "accuracy lost by batch from 0.1 to 3": 100 * (found["batch"][2] - found["batch"][4]),
        "accuracy at 0.01, batch - none": 100 * (found["batch"][1] - found["none"][1]),
    }
