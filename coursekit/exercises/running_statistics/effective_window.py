"""The exercise effective_window of the lesson running_statistics."""

import math

import numpy as np

from coursekit.checking import draws, exercise


def windows(rng):
    for m in (0.12, 0.02, 0.001, 0.37, 0.5, 1.0):  # no power of one is 0.01, give or take a bit
        yield f"momentum = {m}", (m,)


def any_momentum(rng):
    return (float(rng.choice([1.0, draws.size(rng, 1e-3, 1.0), rng.uniform(1e-3, 1)])),)


@exercise(
    cases=windows,
    domain=any_momentum,
    endless="momentum = 1.0",
    hints=(
        "Each step multiplies what was there before by the same factor. Which?",
        "After n steps (1 − momentum)ⁿ is left. For momentum = 0.5 that is 0.5, 0.25, … 0.0078: "
        "do you return 7? And for momentum = 1, do you return 1?",
        "n, left = 0, 1.0\nwhile left > ___:\n    left *= ___\n    n += 1\nreturn n",
    ),
    minutes=5,
    difficulty=2,
    ask="60 steps with momentum 0.01: how much of the initial 0 and 1 is left at the end?",
)
def effective_window(momentum):
    """After how many batches does what was there before weigh at most 1 %? -> int

    momentum is in (0, 1] and weighs the new batch. At 0.99 exactly 1 % is left after one batch, so
    1 is meant. Counting in floats gives 2 there, which is taken too.
    """
    if momentum == 1:
        return 1
    return int(np.ceil(np.log(0.01) / np.log(1 - momentum)))


@effective_window.alternative
def window_by_counting(momentum):
    n, left = 0, 1.0
    while left > 0.01:
        left *= 1 - momentum
        n += 1
    return n


@effective_window.alternative
def window_by_cumulative_product(momentum):
    left = np.cumprod(np.full(20_000, 1 - momentum))
    return int(np.argmax(left <= 0.01)) + 1


@effective_window.alternative
def window_by_simulation(momentum):
    running, n = 1.0, 0
    while True:
        running, n = running + momentum * (0 - running), n + 1
        if running <= 0.01:
            return np.int64(n)


@effective_window.alternative
def window_by_log1p(momentum):
    with np.errstate(divide="ignore"):
        return max(1.0, np.ceil(np.log(0.01) / np.log1p(-momentum)))


@effective_window.mistake(
    "For momentum = 1 you take log(0). Nothing is left after one batch, so return 1 there."
)
def log_of_zero(momentum):
    return math.ceil(math.log(0.01) / math.log(1 - momentum))
