"""A deep transformer by the place of its norms, with and without warm-up.

It reads a digit row by row. Nothing is chosen: each arm is shown at every rate. Warm-up lets the
rate grow to its value over the first half of the steps.

Source: Xiong et al. 2020, https://arxiv.org/abs/2002.04745
"""

from collections.abc import Sequence

import numpy as np

from coursekit.bars import bar
from coursekit.devices import one_thread
from coursekit.training import Adam, Trainer, Transformer, accuracy, digits

ARMS = {
    "pre": ("pre", False),
    "pre, warm-up": ("pre", True),
    "post": ("post", False),
    "post, warm-up": ("post", True),
    "peri": ("peri", False),
}
RATES = (0.001, 0.003, 0.01)
DEPTH, STEPS = 8, 60


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """arm -> (rates, seeds): percent of test images right."""
    one_thread()
    problem, found = digits(), {}
    every = [*seeds] * len(RATES)
    rates = np.repeat(RATES, len(seeds)).tolist()
    for arm, (place, warm) in ARMS.items():
        net = Transformer(every, problem, tokens=8, depth=DEPTH, place=place)
        trainer = Trainer(net, problem, seeds=every, lr=rates, batch=16, optimizer=Adam)
        full = trainer.optimizer.lr
        for done in bar(range(1, steps + 1), arm):
            trainer.optimizer.lr = full * min(1.0, 2 * done / steps) if warm else full
            trainer.step()
        score = accuracy(net, problem.x_test, problem.y_test)
        found[arm] = 100 * np.nan_to_num(score).reshape(len(RATES), -1)
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy, averaged over the rates or at the lowest."""
    whole = {arm: table.mean(0) for arm, table in found.items()}
    return {
        "pre - post, over the rates": whole["pre"] - whole["post"],
        "pre: warm-up - none, over the rates": whole["pre, warm-up"] - whole["pre"],
        "post: warm-up - none, over the rates": whole["post, warm-up"] - whole["post"],
        "peri - pre, over the rates": whole["peri"] - whole["pre"],
        "pre: warm-up - none, lowest rate": found["pre, warm-up"][0] - found["pre"][0],
    }
