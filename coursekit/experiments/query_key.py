"""Queries and keys that are normalized: how large do a transformer's logits become at high rates?

A small transformer with RMS norm before each branch reads a digit row by row, with and without RMS
norm on its queries and keys, at learning rates up to far beyond the best.

Source: Dehghani et al. 2023, https://arxiv.org/abs/2302.05442; Wortsman et al. 2023,
    https://arxiv.org/abs/2309.14322
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from coursekit.training import Adam, Transformer, digits, sweep

ARMS = {"plain": False, "normalized": True}
RATES = (0.003, 0.01, 0.03, 0.06)
DEPTH, STEPS = 4, 100


def measure(seeds: Sequence[int], *, steps: int = STEPS) -> dict[str, np.ndarray]:
    """arm -> (2, rates, seeds): percent right, and the largest |logit| on the test images."""
    found = {}
    for arm, qk in ARMS.items():
        build = partial(Transformer, tokens=8, depth=DEPTH, qk=qk)
        run = sweep(
            build,
            digits(),
            seeds=seeds,
            lrs=RATES,
            steps=steps,
            batch=16,
            optimizer=Adam,
            title=arm,
        )
        score = 100 * np.nan_to_num(run.accuracy[:, :, -1])
        largest = run.net.largest_logit().cpu().double().numpy()  # type: ignore[operator]
        found[arm] = np.array([score, largest.reshape(score.shape)])
    return found


def effects(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy, and logits as logarithms of ratios."""
    plain, normed = found["plain"], found["normalized"]
    return {
        "logits at the highest rate, plain / normalized": np.log(plain[1, -1] / normed[1, -1]),
        "logits, plain: highest rate / lowest": np.log(plain[1, -1] / plain[1, 0]),
        "accuracy at the highest rate, normalized - plain": normed[0, -1] - plain[0, -1],
        "accuracy at the lowest rate, normalized - plain": normed[0, 0] - plain[0, 0],
    }
