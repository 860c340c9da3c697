"""Is batch norm faster, and at which learning rates? Every arm is judged at its own best rate.

Each network trains at every rate of a grid. An arm's rate is the one with the lowest training loss
on seeds of their own, so no test image takes part in the choice. Budgets are equal: the same
batches, the same number of steps.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from coursekit.experiments import TUNING, best_rate
from coursekit.statistics import differences, log_ratios, steps_to
from coursekit.training import SGD, Adam, digits, mlp, sweep

TARGET, USABLE, EVERY = 0.9, 0.9, 10


class Setting(NamedTuple):
    """A network without its norm, and how it is trained."""

    act: str
    depth: int
    steps: int
    rates: tuple[float, ...]
    optimizer: type[SGD] | type[Adam] = SGD


SETTINGS = {
    "relu": Setting("relu", 8, 120, (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)),
    "sigmoid": Setting("sigmoid", 3, 200, (0.03, 0.1, 0.3, 1.0)),
    "shallow": Setting("relu", 3, 120, (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)),
    "adam": Setting("relu", 8, 120, (0.0003, 0.001, 0.003, 0.01, 0.03), Adam),
}


class Arm(NamedTuple):
    """What became of one norm; the tuning seeds are no longer in it."""

    accuracy: np.ndarray  # (rates, seeds, E), on the test set
    at: np.ndarray  # (E,)
    best: int  # the index of the rate that it gets

    def last(self, rate: int | None = None) -> np.ndarray:
        """The final accuracy of each seed, at the arm's own rate or another."""
        return np.nan_to_num(self.accuracy[self.best if rate is None else rate, :, -1])

    def steps(self, rate: int | None = None) -> np.ndarray:
        """How many steps each seed took to the target; inf where it did not get there."""
        found = np.nan_to_num(self.accuracy[self.best if rate is None else rate])
        return steps_to(found, self.at, TARGET)

    def usable(self) -> np.ndarray:
        """How many rates of the grid end above 90 %, for each seed."""
        return (np.nan_to_num(self.accuracy[..., -1]) >= USABLE).sum(0)


def measure(seeds: Sequence[int], *, settings=tuple(SETTINGS)) -> dict[str, dict[str, Arm]]:
    """Train with and without batch norm in every setting: setting -> norm -> Arm."""
    found: dict[str, dict[str, Arm]] = {}
    for name in settings:
        given = SETTINGS[name]
        init = "he" if given.act == "relu" else "lecun"
        for norm in ("none", "batch"):
            run = sweep(
                partial(mlp, depth=given.depth, act=given.act, norm=norm, init=init),
                digits(),
                seeds=[*TUNING, *seeds],
                lrs=given.rates,
                steps=given.steps,
                every=EVERY,
                optimizer=given.optimizer,
                title=f"{name}, {norm}",
            )
            tuning = len(TUNING)
            best = best_rate(run.loss[:, :tuning], given.rates)
            found.setdefault(name, {})[norm] = Arm(run.accuracy[:, tuning:], run.at, best)
    return found


def effects(found: dict[str, dict[str, Arm]]) -> dict[str, np.ndarray]:
    """For each setting, batch norm against none: speed, accuracy, usable rates."""
    out: dict[str, np.ndarray] = {}
    for name, arms in found.items():
        none, batch = arms["none"], arms["batch"]
        limit = SETTINGS[name].steps
        out |= {
            f"{name}: steps, none / batch": log_ratios(none.steps(), batch.steps(), limit),
            f"{name}: accuracy gained": 100 * differences(batch.last(), none.last()),
            f"{name}: rates gained": differences(batch.usable(), none.usable()),
            f"{name}: accuracy gained at the other's rate": 100
            * differences(batch.last(none.best), none.last()),
            f"{name}: steps at the other's rate, none / batch": log_ratios(
                none.steps(), batch.steps(none.best), limit
            ),
            f"{name}: accuracy gained at the lowest rate": 100
            * differences(batch.last(0), none.last(0)),
            f"{name}: accuracy gained at the highest rate": 100
            * differences(batch.last(-1), none.last(-1)),
            f"{name}: range over rates": 100
            * (np.ptp(np.nan_to_num(batch.accuracy[..., -1]), axis=0)),
        }
    return out
