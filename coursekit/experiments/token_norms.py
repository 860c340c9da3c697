"""Which norm for tokens? Five arms in small transformers, on digits and on text: no ranking.

Each arm has its own best rate, chosen on TUNING. The rows of digits are read by four blocks, the
letters of a text by two, which guess each next letter.

Source: Zhu et al. 2025, https://arxiv.org/abs/2503.10622; Chen et al. 2025 for erf
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from coursekit.experiments import TUNING, best_rate
from coursekit.training import (
    Adam,
    DynamicErf,
    DynamicTanh,
    Problem,
    RMSNorm,
    Transformer,
    digits,
    letters,
    sweep,
)

ARMS: dict[str, Any] = {
    "none": "none",
    "layer": "layer",
    "rms": RMSNorm,
    "tanh": DynamicTanh,
    "erf": DynamicErf,
}
RATES = (0.001, 0.003, 0.01, 0.03)
STEPS = 60


class Task(NamedTuple):
    """What is read, and by how many blocks."""

    problem: Problem
    tokens: int
    depth: int
    words: int


def tasks() -> dict[str, Task]:
    """The two, in the order in which they are shown."""
    text = letters(32)
    words = int(max(text.x.max(), text.y.max(), text.x_test.max(), text.y_test.max())) + 1
    return {"digits": Task(digits(), 8, 4, 0), "text": Task(text, 32, 2, words)}


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, dict[str, np.ndarray]]:
    """task -> arm -> (2, seeds): percent right, and the rate that was chosen."""
    found: dict[str, dict[str, np.ndarray]] = {}
    for task, (problem, tokens, depth, words) in tasks().items():
        found[task] = {}
        for arm, norm in ARMS.items():
            build = partial(Transformer, tokens=tokens, depth=depth, words=words, norm=norm)
            run = partial(sweep, build, problem, steps=steps, batch=16, optimizer=Adam, title=arm)
            rate = RATES[best_rate(run(seeds=TUNING, lrs=RATES).loss, RATES)]
            score = 100 * np.nan_to_num(run(seeds=seeds, lrs=[rate]).accuracy[0, :, -1])
            found[task][arm] = np.array([score, np.full(len(score), rate)])
    return found


def effects(found: dict[str, dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Points of accuracy against layer norm, by task."""
    return {
        f"{task}: {arm} - layer": rows[arm][0] - rows["layer"][0]
        for task, rows in found.items()
        for arm in rows
        if arm != "layer"
    }
