"""The exercise effective_window of the lesson running_statistics."""

import math
from collections.abc import Callable

import numpy as np

from coursekit.checking import exercise


def windows(rng):
    for m in (0.12, 0.02, 0.001, 0.37, 0.5, 1.0):  # no power of one is 0.01, give or take a bit
        yield f"momentum = {m}", (m,)


@exercise(
    cases=windows,
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

    momentum is in (0, 1] and weighs the new batch.
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


ROUND: dict[str, Callable[[float], float]] = {
    "up": math.ceil,
    "down": math.floor,
    "not": float,
}
DECAY = {"right": lambda m: 1 - m, "swapped": lambda m: m}


@effective_window.variant
def _(momentum, *, share=0.01, decay="right", rounded="up"):
    left = DECAY[decay](momentum)
    return ROUND[rounded](math.log(share) / math.log(left)) if 0 < left < 1 else 1


effective_window.switch(
    "half_life",
    "That is the half-life: after it one half is left. Go on until 1 % is.",
    share=0.5,
)
effective_window.switch("five_per_cent", "You stop at 5 %; at most 1 % is asked for.", share=0.05)
effective_window.switch(
    "momentum_swapped",
    "You let momentum itself be what is left after a step. It weighs the new batch; 1 − momentum "
    "of the old is left.",
    decay="swapped",
)
effective_window.switch(
    "rounded_down",
    "After so many batches a little more than 1 % is left: round up.",
    rounded="down",
)
effective_window.switch(
    "not_rounded", "Batches come whole: round up to the next integer.", rounded="not"
)


@effective_window.mistake(
    "1 / momentum is where about 37 % is left, the average's time constant. Go on until 1 % is."
)
def reciprocal_of_momentum(momentum):
    return math.ceil(1 / momentum)


@effective_window.mistake(
    "log(1 − m) is about −m for a small m only; for 0.1 and above the difference shows. Divide by "
    "log(1 − momentum)."
)
def small_momentum_formula(momentum):
    return math.ceil(-math.log(0.01) / momentum)


@effective_window.mistake(
    "2 / momentum − 1 is the length of a plain average with the same variance. Asked for is when "
    "the past has faded to 1 %."
)
def same_variance(momentum):
    return math.ceil(2 / momentum - 1)


@effective_window.mistake(
    "momentum = 1 leaves nothing after one batch: the answer is 1. There log(1 − momentum) is −∞."
)
def zero_for_one(momentum):
    return 0 if momentum == 1 else effective_window.right(momentum)


@effective_window.mistake(
    "For momentum = 1 you take log(0). Nothing is left after one batch, so return 1 there."
)
def log_of_zero(momentum):
    return math.ceil(math.log(0.01) / math.log(1 - momentum))
