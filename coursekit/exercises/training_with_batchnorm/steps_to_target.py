"""The exercise steps_to_target of the lesson training_with_batchnorm."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.training_with_batchnorm.inputs import between, read


def runs(rng):
    at = np.array([10.0, 20, 40, 80, 160, 320])
    climbing = np.sort(read(rng, 4, 6, low=0.4), axis=1)
    climbing[:, -1] = 0.98
    yield "4 runs that all arrive", (climbing, at, 0.901)
    lost = climbing.copy()
    lost[1] = read(rng, 6, high=0.6)
    lost[3, 2:], lost[3, :2] = np.nan, [0.35, 0.52]
    yield "one that stays low and one that diverges", (lost, at, 0.901)
    dips = np.array([[0.4, 0.92, 0.7, 0.95, 0.5, 0.93], [0.95, 0.4, 0.96, 0.3, 0.97, 0.6]])
    yield "2 runs that arrive and fall back", (dips, at, 0.9)
    yield "one that arrives and then diverges", (np.array([[0.5, 0.93, np.nan]]), at[:3], 0.9)
    yield (
        "3 runs, none of which arrives",
        (read(rng, 3, 4, high=0.6), np.array([5.0, 10, 20, 45]), 0.8),
    )
    yield (
        "exactly on the target",
        (np.array([[0.25, 0.5, 0.75, 0.5], [0.5, 0.75, 1.0, 0.25]]), at[:4], 0.75),
    )


def any_runs(rng):
    R, E = draws.sizes(rng, 2)
    accuracy = read(rng, R, E)
    for run in range(R):
        if rng.random() < 0.3:
            accuracy[run, rng.integers(E) :] = np.nan
    at = np.cumsum(rng.integers(1, 60, E)).astype(float)
    return draws.laid(rng, accuracy), at, between(rng)


@exercise(
    cases=runs,
    domain=any_runs,
    hints=(
        "First ask of each measurement whether it reaches the target. What you then look for is "
        "a place in each row of True and False.",
        "Try a run that never arrives. Does your function give the first number of `at` there? "
        "`argmax` of a row of False is 0.",
        "reached = accuracy >= ___\nfirst = at[reached.argmax(axis=___)]\n"
        "return np.where(reached.___(axis=1), first, ___)",
    ),
    points=2,
    minutes=7,
    difficulty=2,
    ask="Two of twenty runs never arrive. Which average of the twenty numbers can you still take?",
)
def steps_to_target(accuracy, at, target):
    """The steps after which each run first reads `target` or more, inf where it never does. -> (R,)

    accuracy is (R, E), measured after `at` (E,) steps; it is nan where a run has diverged.
    """
    reached = accuracy >= target
    first = at[reached.argmax(axis=1)]
    return np.where(reached.any(axis=1), first, np.inf)


@steps_to_target.alternative
def run_by_run(accuracy, at, target):
    found = []
    for row in accuracy:
        steps = [int(s) for s, a in zip(at, row, strict=True) if a >= target]
        found.append(steps[0] if steps else float("inf"))
    return found


@steps_to_target.alternative
def smallest_of_those_that_arrived(accuracy, at, target):
    return np.where(accuracy >= target, at.astype(float), np.inf).min(1)


@steps_to_target.alternative
def by_flat_places(accuracy, at, target):
    found = np.full(accuracy.shape[0], np.inf)
    rows, columns = np.nonzero(np.nan_to_num(accuracy) >= target)
    for row, column in zip(rows[::-1], columns[::-1], strict=True):
        found[row] = at[column]
    return found


@steps_to_target.alternative
def with_torch(accuracy, at, target):
    import torch

    reached = torch.tensor(accuracy.copy()) >= target
    steps = torch.tensor(at, dtype=torch.float64).expand(reached.shape)
    return steps.masked_fill(~reached, torch.inf).amin(1)
