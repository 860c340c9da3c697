"""How few samples may share a mean and a variance? Only that number changes: ghost batch norm.

Optimizer batches of 64, learning rate and steps are the same for all. So nothing here is the
effect of noisier gradients, or of more updates.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from coursekit.training import Ghost, digits, mlp, train

GROUPS = (2, 4, 16, 64)
LR, STEPS = 0.1, 150


def measure(seeds: Sequence[int], *, groups=GROUPS, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Test error in percent: "2" and so on for groups, "layer" and "none": (seeds,)."""
    norms: dict[str, Any] = {str(g): partial(Ghost, group=g) for g in groups}
    found = {}
    for name, norm in {**norms, "layer": "layer", "none": "none"}.items():
        build = partial(mlp, depth=2, norm=norm)
        lr = LR if name != "none" else LR / 2
        run = train(build, digits(), seeds=seeds, lr=lr, steps=steps, title=f"groups of {name}")
        found[name] = 100 * (1 - np.nan_to_num(run.accuracy[:, -1]))
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of test error."""
    return {
        "error, groups of 2 - layer norm": found["2"] - found["layer"],
        "error, groups of 4 - layer norm": found["4"] - found["layer"],
        "error, groups of 64 - layer norm": found["64"] - found["layer"],
        "error, groups of 64 - groups of 16": found["64"] - found["16"],
        "error, groups of 2 - groups of 64": found["2"] - found["64"],
        "error, layer norm - none": found["layer"] - found["none"],
    }
