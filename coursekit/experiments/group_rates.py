"""How few samples may share a mean and a variance, if every arm has its own best learning rate?

`ghost_groups` holds the rate fixed. Here each arm has the rate of RATES at which its training loss
is lowest on TUNING, so no arm suffers from a rate that suits another.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from coursekit.experiments import TUNING, best_rate
from coursekit.training import Ghost, digits, mlp, sweep, train

GROUPS = (2, 4, 8, 16, 64)
RATES = (0.01, 0.03, 0.1, 0.3)
STEPS = 150


class Finding(NamedTuple):
    """What each arm came to: "2" and so on for groups, "layer" and "none"."""

    error: dict[str, np.ndarray]  # test error in percent, (seeds,); a run that was lost has 100
    rate: dict[str, float]  # the rate that was chosen


def measure(
    seeds: Sequence[int], *, groups=GROUPS, rates: Sequence[float] = RATES, steps: int = STEPS
) -> Finding:
    """Choose each arm's rate on TUNING, then train it on these seeds."""
    norms: dict[str, Any] = {str(g): partial(Ghost, group=g) for g in groups}
    error, rate = {}, {}
    for name, norm in {**norms, "layer": "layer", "none": "none"}.items():
        build = partial(mlp, depth=2, norm=norm)
        tried = sweep(
            build, digits(), seeds=TUNING, lrs=rates, steps=steps, title=f"{name}: which rate"
        )
        rate[name] = rates[best_rate(tried.loss, rates)]
        run = train(build, digits(), seeds=seeds, lr=rate[name], steps=steps, title=name)
        error[name] = 100 * (1 - np.nan_to_num(run.accuracy[:, -1]))
    return Finding(error, rate)
