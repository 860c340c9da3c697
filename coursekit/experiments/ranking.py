"""Is one seed enough to say which of two is better? Where they are close, and where not."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from coursekit.training import Ghost, digits, mlp, train

LR, STEPS = 0.1, 120
PAIRS: dict[str, tuple[tuple[Any, int], ...]] = {
    "close": (("batch", 2), (partial(Ghost, group=16), 2)),  # all 64 to a statistic, or 16
    "apart": (("batch", 8), ("none", 8)),
}


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """pair -> difference of test accuracies in points, (seeds,)."""
    found = {}
    for pair, arms in PAIRS.items():
        scores = []
        for norm, depth in arms:
            build = partial(mlp, norm=norm, depth=depth)
            run = train(build, digits(), seeds=seeds, lr=LR, steps=steps, title=pair)
            scores.append(np.nan_to_num(run.accuracy[:, -1]))
        found[pair] = 100 * (scores[0] - scores[1])
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """1 for a seed that does not order the two as the mean of all does, else 0."""
    return {
        f"{pair}: seed against the mean": (d * np.sign(d.mean()) <= 0).astype(float)
        for pair, d in found.items()
    } | {f"{pair}: difference": d for pair, d in found.items()}
