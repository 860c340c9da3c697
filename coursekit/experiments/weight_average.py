"""An average of weights has no statistics of its own: what if it keeps the last network's?

A network with batch norm trains at a large learning rate; an exponential average of its parameters
is kept beside it. The average is read with the last network's running statistics, and with fresh
ones.

Source: Izmailov et al. 2018, section 3, https://arxiv.org/abs/1803.05407
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from coursekit.bars import bar
from coursekit.devices import one_thread
from coursekit.training import Trainer, accuracy, digits, mlp
from coursekit.training.network import BatchNorm

LR, STEPS, DECAY, PASSES = 0.5, 200, 0.99, 40


def refresh(net, x: torch.Tensor) -> None:
    """Estimate running statistics anew, from all rows of x (R, N, D) at once."""
    norms = [m for m in net.modules() if isinstance(m, BatchNorm)]
    kept = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    with torch.no_grad():
        net.train()(x)
    for norm, momentum in zip(norms, kept, strict=True):
        norm.momentum = momentum


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Test accuracy in percent: "last", "average, old statistics", "average, fresh statistics"."""
    one_thread()
    problem = digits()
    build = partial(mlp, depth=3, norm="batch")
    trainer = Trainer(build(seeds, problem), problem, seeds=seeds, lr=LR)
    average = [p.detach().clone() for p in trainer.net.parameters()]
    for _ in bar(range(steps), "averaging"):
        trainer.step()
        for kept, p in zip(average, trainer.net.parameters(), strict=True):
            kept.lerp_(p.detach(), 1 - DECAY)

    def score() -> np.ndarray:
        found = accuracy(trainer.net, problem.x_test, problem.y_test)
        return 100 * np.nan_to_num(found)

    out = {"last": score()}
    with torch.no_grad():
        for kept, p in zip(average, trainer.net.parameters(), strict=True):
            p.copy_(kept)
    out["average, old statistics"] = score()
    refresh(trainer.net, trainer.x.expand(len(seeds), -1, -1))
    out["average, fresh statistics"] = score()
    return out


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy."""
    old, fresh = found["average, old statistics"], found["average, fresh statistics"]
    return {"fresh - old": fresh - old, "fresh - last": fresh - found["last"]}
