"""The exercise equal_budget of the lesson training_with_batchnorm."""

import numpy as np

from coursekit.checking import exercise


def budgets(rng):
    yield "batches of 16 and 24, 1000 samples", ([16, 24], 1000)
    yield "batches of 12, 8 and 30, 3700 samples", ([12, 8, 30], 3700)
    yield "batches of 64 and 64, 7800 samples", ([64, 64], 7800)
    yield "batches of 5 and 7, 69 samples", ([5, 7], 69)
    yield "batches of 5 and 7, 80 samples", ([5, 7], 80)
    yield "batches of 32 and 50, 700 samples: too few", ([32, 50], 700)
    yield "batches of 6, 10, 4 and 15, exactly 180", ([6, 10, 4, 15], 180)


def any_budget(rng):
    sizes = rng.integers(1, 41, int(rng.integers(1, 5)))
    return sizes.tolist(), int(rng.integers(1, 100_000))


@exercise(
    cases=budgets,
    domain=any_budget,
    hints=(
        "All arms see the same number of samples, and each sees whole batches only. What must "
        "that number be divisible by?",
        "For batches of 16 and 24 and 1000 samples: 62 and 41 steps see 992 and 984 samples. "
        "Which numbers below 1000 are both?",
        "together = np.lcm.reduce(___)\nseen = samples // ___ * ___\n"
        "return seen // np.array(batch_sizes)",
    ),
    minutes=6,
    difficulty=2,
    ask="One arm has batches of 16, the other of 64. Can both have equally many samples *and* "
    "equally many steps?",
)
def equal_budget(batch_sizes, samples):
    """The steps of each arm, so that all see equally many samples in whole batches. (A,) -> (A,)

    batch_sizes is a list. As many samples as possible, and `samples` at most, are seen.
    """
    together = np.lcm.reduce(batch_sizes)
    seen = samples // together * together
    return seen // np.array(batch_sizes)


@equal_budget.alternative
def counted_down(batch_sizes, samples):
    seen = samples
    while any(seen % size for size in batch_sizes):
        seen -= 1
    return [seen // int(size) for size in batch_sizes]


@equal_budget.alternative
def by_the_math_module(batch_sizes, samples):
    import math

    sizes = [int(size) for size in batch_sizes]
    seen = samples - samples % math.lcm(*sizes)
    return np.array([seen / size for size in sizes])


@equal_budget.alternative
def by_common_divisors(batch_sizes, samples):
    together = 1
    for size in batch_sizes:
        together = together * size // int(np.gcd(together, size))
    return tuple((samples // together) * (together // size) for size in batch_sizes)


@equal_budget.alternative
def by_the_multiples(batch_sizes, samples):
    largest = int(max(batch_sizes))
    fits = [n for n in range(0, samples + 1, largest) if not (n % np.array(batch_sizes)).any()]
    return [fits[-1] // size for size in batch_sizes]
