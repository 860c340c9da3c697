"""What lets a deep residual network train: a norm, or only small branches at the start?

Twenty blocks beside identities. Arms: nothing; SkipInit, a learned factor of each branch that
starts at zero; and, at the entrance of each branch, batch norm, layer norm, RMS norm, or tanh in a
norm's place. Every arm has its own learning rate, chosen on seeds of their own.

Source: De & Smith 2020, https://arxiv.org/abs/2002.10444; Zhu et al. 2025
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from coursekit.experiments import TUNING, best_rate
from coursekit.training import DynamicTanh, RMSNorm, digits, residual, sweep

RATES, STEPS, DEPTH = (0.003, 0.01, 0.03), 100, 20
ARMS = {
    "none": partial(residual, norm="none"),
    "skipinit": partial(residual, norm="none", scale=0.0),
    "batch": partial(residual, norm="batch"),
    "layer": partial(residual, norm="layer"),
    "rms": partial(residual, norm=RMSNorm),
    "dyt": partial(residual, norm=DynamicTanh),
}


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Test accuracy in percent at each arm's own rate: arm -> (seeds,)."""
    found, tuning = {}, len(TUNING)
    for arm, build in ARMS.items():
        run = sweep(
            partial(build, depth=DEPTH), digits(), seeds=[*TUNING, *seeds], lrs=RATES, steps=steps,
            title=arm,
        )  # fmt: skip
        best = best_rate(run.loss[:, :tuning], RATES)
        found[arm] = 100 * np.nan_to_num(run.accuracy[best, tuning:, -1])
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy."""
    return {
        "skipinit": found["skipinit"],
        "skipinit - none": found["skipinit"] - found["none"],
        "skipinit - batch": found["skipinit"] - found["batch"],
        "batch - none": found["batch"] - found["none"],
        "rms - layer": found["rms"] - found["layer"],
        "dyt - layer": found["dyt"] - found["layer"],
    }
