"""Sigmoids with batch norm against sigmoids whose initial weights were tuned.

The fair rival of a norm is the same network at its own best scale of the weights. Weights come from
N(0, gain² / fan_in); gain and learning rate are chosen together, by the training loss on seeds of
their own. The network with batch norm gets its own best rate, at gain 1.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from coursekit.experiments import TUNING, best_rate
from coursekit.statistics import log_ratios, steps_to
from coursekit.training import digits, mlp, normal, sweep

GAINS, RATES = (1.0, 2.0, 4.0, 5.0, 6.0, 8.0), (0.03, 0.1, 0.3)
DEPTH, STEPS, EVERY, TARGET = 8, 600, 20, 0.9


class Arm(NamedTuple):
    """One network at its own gain and rate."""

    gain: float
    rate: float
    accuracy: np.ndarray  # (seeds, E), on the test set
    at: np.ndarray  # (E,)

    def after(self, steps: int) -> np.ndarray:
        """The accuracy of each seed after so many steps."""
        return self.accuracy[:, list(self.at).index(steps)]

    def steps(self) -> np.ndarray:
        """How many steps each seed took to 90 %; inf where it did not get there."""
        return steps_to(self.accuracy, self.at, TARGET)


def measure(
    seeds: Sequence[int], *, gains: Sequence[float] = GAINS, steps: int = STEPS
) -> dict[str, Arm]:
    """Train without a norm at every gain and rate, and with batch norm at every rate."""
    return {
        "plain": _best(seeds, [1.0], "none", steps),
        "tuned": _best(seeds, gains, "none", steps),
        "batch": _best(seeds, [1.0], "batch", steps),
    }


def _best(seeds: Sequence[int], gains: Sequence[float], norm: str, steps: int) -> Arm:
    """The gain and the rate with the lowest training loss on `TUNING`, and how `seeds` fare."""
    pairs, losses = [(gain, rate) for gain in gains for rate in RATES], []
    options = {"steps": steps, "every": EVERY}
    for gain in gains:
        title = f"{norm}, gain {gain:g}"
        build = _network(gain, norm)
        tried = sweep(build, digits(), seeds=TUNING, lrs=RATES, title=title, **options)
        losses.append(tried.loss)
    gain, lr = pairs[best_rate(np.concatenate(losses), pairs)]
    run = sweep(_network(gain, norm), digits(), seeds=seeds, lrs=[lr], title=norm, **options)
    return Arm(gain, lr, np.nan_to_num(run.accuracy[0]), run.at)


def _network(gain: float, norm: str) -> Callable:
    init = normal(partial(_std, gain))
    return partial(mlp, depth=DEPTH, act="sigmoid", norm=norm, init=init)


def _std(gain: float, fan_in: int) -> float:
    return gain / fan_in**0.5


def effects(found: dict[str, Arm]) -> dict[str, np.ndarray]:
    """What tuning the scale gains, and what batch norm gains beyond it."""
    plain, tuned, batch = found["plain"], found["tuned"], found["batch"]
    last = int(batch.at[-1])
    return {
        "gain": np.full(len(tuned.accuracy), tuned.gain),
        "accuracy, plain": 100 * plain.after(last),
        "accuracy, tuned": 100 * tuned.after(last),
        "accuracy, batch": 100 * batch.after(last),
        "tuned - plain": 100 * (tuned.after(last) - plain.after(last)),
        "batch - tuned": 100 * (batch.after(last) - tuned.after(last)),
        "steps, tuned / batch": log_ratios(tuned.steps(), batch.steps(), last),
    }
