"""How wide is the window of usable learning rates, and what is won at the best of them, by depth?

A network with batch norm and one without train at every rate of a grid, 3 to 40 layers deep. Each
arm's own rate is the one with the lowest training loss on seeds of their own. All arms of an
optimizer see the same batches for the same number of steps.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from coursekit.experiments import TUNING, best_rate
from coursekit.training import SGD, Adam, digits, mlp, sweep

DEPTHS, STEPS, USABLE = (3, 10, 20, 40), 120, 0.8
RATES = {"sgd": (0.003, 0.01, 0.03, 0.1, 0.3), "adam": (0.0003, 0.001, 0.003, 0.01, 0.03)}
OPTIMIZERS = {"sgd": SGD, "adam": Adam}
ADAM = (3, 20)  # the depths that Adam trains, too


class Window(NamedTuple):
    """The test accuracy of one arm at every rate, and which rate is its own."""

    accuracy: np.ndarray  # (rates, seeds)
    best: int

    def own(self) -> np.ndarray:
        """Percent right at the arm's own rate, for each seed."""
        return 100 * self.accuracy[self.best]

    def width(self) -> np.ndarray:
        """At how many rates of the grid a seed reads 80 %."""
        return (self.accuracy >= USABLE).sum(0).astype(float)


def measure(
    seeds: Sequence[int], *, depths: Sequence[int] = DEPTHS, steps: int = STEPS
) -> dict[tuple[str, int, str], Window]:
    """Train every arm at every rate: (optimizer, depth, norm) -> Window."""
    found, tuning = {}, 1
    for optimizer, rates in RATES.items():
        for depth in depths:
            if optimizer == "adam" and depth not in ADAM:
                continue
            for norm in ("none", "batch"):
                run = sweep(
                    partial(mlp, depth=depth, norm=norm),
                    digits(),
                    seeds=[*TUNING[:tuning], *seeds],
                    lrs=rates,
                    steps=steps,
                    optimizer=OPTIMIZERS[optimizer],
                    title=f"{optimizer}, {depth} layers, {norm}",
                )
                scores = np.nan_to_num(run.accuracy[:, tuning:, -1])
                best = best_rate(run.loss[:, :tuning], rates)
                found[optimizer, depth, norm] = Window(scores, best)
    return found


def effects(found: dict[tuple[str, int, str], Window]) -> dict[str, np.ndarray]:
    """For each optimizer and depth: points won at the best rate, and rates won, of five."""
    out: dict[str, np.ndarray] = {}
    for optimizer, depth in dict.fromkeys((o, d) for o, d, _ in found):
        none, batch = (found[optimizer, depth, norm] for norm in ("none", "batch"))
        arm = f"{optimizer}, {depth} layers"
        out |= {
            f"{arm}: batch - none at their best": batch.own() - none.own(),
            f"{arm}: rates gained": batch.width() - none.width(),
            f"{arm}: accuracy, batch": batch.own(),
        }
    return out
