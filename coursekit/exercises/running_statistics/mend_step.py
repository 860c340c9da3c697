"""The exercise mend_step of the lesson running_statistics."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.running_statistics.inputs import batch


def stored(rng, D):
    return rng.normal(size=D), rng.uniform(0.5, 2, D)


def calls(rng):
    """Both modes, what is stored far from the batch's own; one sample in evaluation only."""
    yield "training, 5 samples × 4 features, momentum = 0.37", (
        batch(rng, 5, 4), stored(rng, 4), True, 0.37, 0.3,
    )  # fmt: skip
    yield "evaluation, 5 samples × 4 features, momentum = 0.37", (
        batch(rng, 5, 4), stored(rng, 4), False, 0.37, 0.3,
    )  # fmt: skip
    yield "evaluation, 1 sample × 3 features", (batch(rng, 1, 3), stored(rng, 3), False, 0.37, 0.1)
    yield "training, 2 samples × 3 features, momentum = 1", (
        batch(rng, 2, 3), stored(rng, 3), True, 1.0, 0.1,
    )  # fmt: skip
    yield "training, momentum and eps left out", (batch(rng, 6, 3), stored(rng, 3), True)
    yield "evaluation, momentum and eps left out", (batch(rng, 4, 3), stored(rng, 3), False)


def any_call(rng):
    """Two samples or more in training, one or more in evaluation."""
    training = bool(rng.integers(2))
    N, D = draws.sizes(rng, 2, low=2)
    x = draws.columns(rng, N if training else int(rng.integers(1, 4)), D, 1e-6, 1e6)
    of = draws.columns(rng, 5, D, 1e-6, 1e6)
    return x, (of.mean(0), of.var(0)), training, round(rng.uniform(), 3), draws.eps(rng)


@exercise(
    cases=calls,
    domain=any_call,
    hints=(
        "The spot check looks at what the layer gives out. What else does each call give back, and "
        "who reads that?",
        "Evaluate the same batch twice, and give the second call what the first one returned. Must "
        "the two outputs be equal? Are they?",
        "mean, var = running\nif training:\n    mean, var = ___\n    running = (___, ___)\n"
        "return (x - mean) / np.sqrt(var + eps), ___",
    ),
    minutes=6,
    difficulty=3,
    returns=("y", "running"),
    planted="moved_in_evaluation",
    mend=True,
    ask="A test set is evaluated with the function as you received it, and then once more in "
    "another order. Which outputs agree?",
)
def mend_step(x, running, training, momentum=0.1, eps=1e-5):
    """One call of batch norm on x (N, D). -> y (N, D), and what is stored after the call

    running is what was stored before, (mean, var), both (D,). In training the batch normalizes,
    and both move towards it: momentum is its weight, its stored variance divides by N − 1. In
    evaluation what is stored normalizes.
    """
    mean, var = running
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running = (
            (1 - momentum) * running[0] + momentum * mean,
            (1 - momentum) * running[1] + momentum * x.var(axis=0, ddof=1),
        )
    return (x - mean) / np.sqrt(var + eps), running


@mend_step.alternative
def two_ways_apart(x, running, training, momentum=0.1, eps=1e-5):
    old_mean, old_var = running
    if not training:
        return (x - old_mean) / np.sqrt(old_var + eps), running
    mean, var, N = x.mean(0), x.var(0), len(x)
    new_mean = old_mean + momentum * (mean - old_mean)
    new_var = old_var + momentum * (var * N / (N - 1) - old_var)
    return (x - mean) / np.sqrt(var + eps), (new_mean, new_var)


@mend_step.alternative
def with_a_weight_of_none(x, running, training, momentum=0.1, eps=1e-5):
    weight = momentum if training else 0.0
    seen = (x.mean(0), x.var(0, ddof=1)) if training else running
    moved = [old + weight * (new - old) for old, new in zip(running, seen, strict=True)]
    mean, var = (x.mean(0), x.var(0)) if training else running
    return (x - mean) * (var + eps) ** -0.5, moved


@mend_step.alternative
def step_by_columns(x, running, training, momentum=0.1, eps=1e-5):
    y, kept = np.empty_like(x), [np.array(s, dtype=float) for s in running]
    for j in range(x.shape[1]):
        column = x[:, j]
        mean, var = kept[0][j], kept[1][j]
        if training:
            mean, squares = column.mean(), ((column - column.mean()) ** 2).sum()
            var = squares / len(column)
            for s, new in zip(kept, (mean, squares / (len(column) - 1)), strict=True):
                s[j] = s[j] * (1 - momentum) + momentum * new
        y[:, j] = (column - mean) / np.sqrt(var + eps)
    return y, tuple(kept)
