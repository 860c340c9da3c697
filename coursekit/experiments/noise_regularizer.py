"""Does the noise of small groups regularise? Few images, a fifth of them with a wrong label.

Ghost batch norm with groups of 4, 16 and 64 in batches of 64: all else is equal.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from coursekit.training import Ghost, Problem, accuracy, digits, mlp, train

GROUPS, ROWS, WRONG, LR, STEPS = (4, 16, 64), 256, 0.2, 0.05, 250


def problem() -> Problem:
    """The first 256 training digits, a fifth under a random label; the same for all seeds."""
    full, rng = digits(), np.random.default_rng(12)
    y = full.y[:ROWS].copy()
    wrong = rng.random(ROWS) < WRONG
    y[wrong] = rng.integers(10, size=wrong.sum())
    return full._replace(x=full.x[:ROWS], y=y)


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[int, np.ndarray]:
    """group -> (3, seeds): last training loss, accuracy on what was trained on, test accuracy."""
    given, found = problem(), {}
    for group in GROUPS:
        build = partial(mlp, depth=2, norm=partial(Ghost, group=group))
        run = train(build, given, seeds=seeds, lr=LR, steps=steps, title=f"groups of {group}")
        fitted = accuracy(run.net, given.x, given.y)
        found[group] = np.array([run.loss[:, -20:].mean(1), fitted, run.accuracy[:, -1]])
    return found


def effects(found: dict[int, np.ndarray]) -> dict[str, np.ndarray]:
    """Groups of 4 against 64, and of 16 against 64."""
    (loss4, fit4, test4), (_, _, test16), (loss64, fit64, test64) = (found[g] for g in GROUPS)
    return {
        "training loss, groups of 4 / 64": np.log(loss4 / loss64),
        "training accuracy, 64 - 4": 100 * (fit64 - fit4),
        "test accuracy, 4 - 64": 100 * (test4 - test64),
        "test accuracy, 16 - 64": 100 * (test16 - test64),
    }
