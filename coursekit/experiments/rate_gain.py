"""Which learning rates and initial scales train a network, with a norm and without one?

The maps that `widgets.rate_map` shows: every rate of a grid with every gain of the initial weights,
which are drawn from N(0, gain² · 2 / fan_in). `python -m coursekit.experiments.rate_gain` measures
all of them anew and stores them; a lesson measures one.
"""

import json
from collections.abc import Sequence
from functools import partial

import numpy as np

from coursekit.files import write_whole
from coursekit.training import SGD, Adam, digits, mlp, normal, train
from coursekit.widgets.rate_map import DEPTHS, GAINS, NORMS, RATES, STORED, key

SEEDS, STEPS = (0, 1), 100
OPTIMIZERS: dict[str, type[SGD] | type[Adam]] = {"sgd": SGD, "adam": Adam}


def measure(
    seeds: Sequence[int],
    *,
    norm: str,
    depth: int,
    optimizer: str,
    gains: Sequence[float] = GAINS,
    steps: int = STEPS,
) -> np.ndarray:
    """Percent of the test digits read after training: (gains, rates, seeds); 0 for a lost run."""
    inits = [normal(partial(_he, gain)) for gain in gains for _ in RATES for _ in seeds]
    run = train(
        partial(mlp, depth=depth, norm=norm, init=inits),
        digits(),
        seeds=[*seeds] * (len(gains) * len(RATES)),
        lr=[rate for _ in gains for rate in RATES for _ in seeds],
        steps=steps,
        optimizer=OPTIMIZERS[optimizer],
        title=f"{optimizer}, {depth} layers, {norm}",
    )
    return 100 * np.nan_to_num(run.accuracy[:, -1]).reshape(len(gains), len(RATES), -1)


def _he(gain: float, fan_in: int) -> float:
    return gain * (2 / fan_in) ** 0.5


def store() -> None:
    """Measure all maps and keep their means, whole percents: (gains, rates) each."""
    found = {
        key(norm, depth, optimizer): np.rint(
            measure(SEEDS, norm=norm, depth=depth, optimizer=optimizer).mean(2)
        )
        .astype(int)
        .tolist()
        for optimizer in OPTIMIZERS
        for depth in DEPTHS
        for norm in NORMS
    }
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(grid)}" for name, grid in found.items())
    write_whole(STORED, "{\n" + rows + "\n}\n")


if __name__ == "__main__":
    store()
