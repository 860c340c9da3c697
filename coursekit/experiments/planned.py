"""A learner's plan, carried out: does batch norm help an eight-layer ReLU network?

The plan is one that lesson 10 calls fair (`checking.plans`). Each arm tries its rates on the tuning
seeds; then it trains at its own rate on the seeds that are reported.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from coursekit.experiments import best_rate
from coursekit.statistics import differences, interval
from coursekit.training import Problem, digits, mlp, sweep, train

DEPTH = 8
VALIDATION = 297  # training images that are kept apart where these choose the rate


class Outcome(NamedTuple):
    """What came of a plan."""

    rate: dict[str, float]  # of each arm
    edge: list[str]  # the arms whose rate is the lowest or the highest that they tried
    accuracy: dict[str, np.ndarray]  # percent of the test digits: arm -> (seeds,); 0 where lost
    gain: float  # points, batch norm against none
    half: float  # of its 95 % interval
    verdict: str


def measure(plan: Mapping[str, Any], *, steps: int | None = None) -> Outcome:
    """Carry out a plan.

    Args:
        plan: its entries are those of `checking.entries.ENTRIES`.
        steps: instead of the plan's, where it is to be quick.
    """
    rate, edge, accuracy = {}, [], {}
    for arm in ("none", "batch"):
        rates = sorted(float(lr) for lr in plan["rates"][arm])
        build = partial(mlp, depth=DEPTH, norm=arm)
        options: dict[str, Any] = {
            "steps": steps or int(plan["steps"][arm]),
            "batch": int(plan["batch_size"][arm]),
        }
        best = _best(plan, build, rates, options, f"{arm}, tuning")
        rate[arm] = rates[best]
        if best in (0, len(rates) - 1):
            edge.append(arm)
        seeds = [int(seed) for seed in plan["seeds"]]
        run = train(build, digits(), seeds=seeds, lr=rate[arm], title=arm, **options)
        accuracy[arm] = 100 * np.nan_to_num(run.accuracy[:, -1])
    gain, half = (float(v) for v in interval(differences(accuracy["batch"], accuracy["none"])))
    return Outcome(rate, edge, accuracy, gain, half, verdict(gain, half, float(plan["bar"])))


def verdict(gain: float, half: float, bar: float) -> str:
    """What an interval says of a bar that was fixed before."""
    if gain - half > bar:
        return "holds"
    return "fails" if gain + half < bar else "undecided"


def _best(plan, build, rates, options, title) -> int:
    """The index of an arm's own rate."""
    seeds = [int(seed) for seed in plan["tuning_seeds"]]
    by_loss = plan["rate_chosen_by"] == "training loss"
    problem = digits() if by_loss else _apart(digits())
    run = sweep(build, problem, seeds=seeds, lrs=rates, title=title, **options)
    if by_loss:
        return best_rate(run.loss, rates)
    return int(np.nan_to_num(run.accuracy[:, :, -1]).mean(1).argmax())


def _apart(problem: Problem) -> Problem:
    """Some of the training images in the place of the test images."""
    kept = len(problem.x) - VALIDATION
    return Problem(problem.x[:kept], problem.y[:kept], problem.x[kept:], problem.y[kept:])
