"""Plans of experiments: the form that a learner fills in, and what makes one fair.

An exercise whose answer is a plan takes `script(form)` and `drawn(form)`, and its right answer's
mistakes from `mistakes()`, beside those of its own file:

    FORM = plans.Form(arms=("none", "batch"))

    @exercise(script=plans.script(FORM), domain=plans.drawn(FORM), hints=…)
    def fair_plan(runs):
        arms, rates, tuning = ["none", "batch"], [0.003, 0.01, 0.03, 0.1], [900, 901]
        left = runs - len(arms) * len(rates) * len(tuning)
        return {…}

    fair_plan.edits(plans.mistakes())

Each rule is one observation: "fair", or what is not. So whatever plan breaks the same rules as a
named mistake is called by its name, whatever its numbers are.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from coursekit.checking import entries

FAIR = "fair"
RATES, APART, SPAN = 4, 4.0, 10.0  # of a search: so many, so far apart, over so much in all
SEEDS = 5  # that are reported, at least
BATCH = (16, 1000)  # so that it has a variance, and validation leaves as many rows to train on
Plan = dict[str, Any]
Rule = Callable[["Form", Plan, int], str]  # FAIR, or what is not


class Form(NamedTuple):
    """What a plan is for, and what its page asks of it.

    arms: the names of what is compared; runs: how many networks may be trained, and steps: how
    many steps each may take, from and to; reach: where its optimizer's rates lie; bar: the
    smallest and the largest difference that can be seen, which are one image of 500 and all;
    more: (label, rule) of a lesson's own.
    """

    arms: tuple[str, ...]
    runs: tuple[int, int] = (40, 400)
    steps: tuple[int, int] = (50, 500)
    reach: tuple[float, float] = (1e-4, 3.0)  # of plain descent
    bar: tuple[float, float] = (0.2, 100.0)
    more: tuple[tuple[str, Rule], ...] = ()


def mistakes() -> str:
    """The edits that make any lesson's plan unfair, as `Exercise.edits` takes them."""
    return Path(__file__).with_name("plan_mistakes.txt").read_text("utf-8")


def script(form: Form) -> Callable:
    """The script of an exercise whose answer is a plan: for the fewest runs, some, and the most."""

    def observe(answer: Any, rng: np.random.Generator) -> Iterator[tuple[str, Any]]:
        for runs in (form.runs[0], sum(form.runs) // 2, form.runs[1]):
            yield from _judged(form, answer, runs)

    return observe


def drawn(form: Form) -> Callable:
    """The domain of such an exercise: any number of runs that its page allows."""

    def observe(answer: Any, rng: np.random.Generator) -> Iterator[tuple[str, Any]]:
        yield from _judged(form, answer, int(rng.integers(form.runs[0], form.runs[1] + 1)))

    return observe


def _judged(form: Form, answer: Any, runs: int) -> Iterator[tuple[str, Any]]:
    answer.doing = f"{runs} runs"
    plan = answer(runs)
    if not isinstance(plan, dict):
        yield f"the plan for {runs} runs", plan  # beside the right one's, which is a dict
        return
    kinds = {name: entries.kind(name, value, form.arms) for name, value in plan.items()}
    yield f"the plan for {runs} runs", kinds
    if kinds == entries.ENTRIES:
        read = {name: entries.read(name, value) for name, value in plan.items()}
        for label, rule in (*RULES, *form.more):
            yield f"{label} ({runs} runs)", rule(form, read, runs)


def cost(plan: Plan) -> int:
    """How many networks a plan trains: each arm at each of its rates, then at its own."""
    tried = sum(len(rates) for rates in plan["rates"].values())
    return tried * len(plan["tuning_seeds"]) + len(plan["rates"]) * len(plan["seeds"])


def _arms(form: Form, plan: Plan, runs: int) -> str:
    if lacking := [arm for arm in form.arms if arm not in plan["arms"]]:
        return f"without {lacking[0]}"
    return FAIR if len(plan["arms"]) == len(form.arms) else "not what the question compares"


def _rates(form: Form, plan: Plan, runs: int) -> str:
    tried = [sorted(set(rates)) for rates in plan["rates"].values()]
    counts = {len(rates) for rates in tried}
    if counts == {1}:
        return "one rate for all" if len({r for [r] in tried}) == 1 else "no search for any arm"
    if 1 in counts:
        return "a search for some arms only"
    if len(counts) > 1:
        return "a longer search for one arm than for another"
    if max(counts) < RATES:
        return f"a search of fewer than {RATES} rates"
    if any(b > APART * a * (1 + 1e-9) for rates in tried for a, b in pairwise(rates)):
        return "too coarse: the best may lie between two rates"
    narrow = any(rates[-1] < SPAN * rates[0] * (1 - 1e-9) for rates in tried)
    return "too narrow: the best may lie outside" if narrow else FAIR


def _reach(form: Form, plan: Plan, runs: int) -> str:
    tried = [rate for rates in plan["rates"].values() for rate in rates]
    low, high = form.reach
    if min(tried) < low * (1 - 1e-9):
        return f"below {low:g}"
    return FAIR if max(tried) <= high * (1 + 1e-9) else f"above {high:g}"


def _tuning(form: Form, plan: Plan, runs: int) -> str:
    shared = set(plan["tuning_seeds"]) & set(plan["seeds"])
    return "made on seeds that are reported" if shared else FAIR


def _choice(form: Form, plan: Plan, runs: int) -> str:
    return "made by the test set" if plan["rate_chosen_by"] == "test accuracy" else FAIR


def _seeds(form: Form, plan: Plan, runs: int) -> str:
    different = len(set(plan["seeds"]))
    if different == 1 == len(plan["seeds"]):
        return "one"
    if different < len(plan["seeds"]):
        return "too small: a seed counts twice"
    return FAIR if different >= SEEDS else f"below {SEEDS}"


def _steps(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if len(set(plan["steps"].values())) == 1 else "larger for one arm"


def _samples(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if len(set(plan["batch_size"].values())) == 1 else "larger for one arm"


def _length(form: Form, plan: Plan, runs: int) -> str:
    return _between(plan["steps"].values(), form.steps)


def _size(form: Form, plan: Plan, runs: int) -> str:
    return _between(plan["batch_size"].values(), BATCH)


def _between(numbers: Collection[float], ends: tuple[int, int]) -> str:
    low, high = ends
    if min(numbers) < low:
        return f"below {low}"
    return FAIR if max(numbers) <= high else f"above {high}"


def _lost(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if plan["lost_runs"] == "count as failures" else "hidden: " + plan["lost_runs"]


def _report(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if plan["report"] == "paired interval" else "the " + plan["report"]


def _bar(form: Form, plan: Plan, runs: int) -> str:
    if plan["bar"] < form.bar[0]:
        return "below what the measure can show"
    return FAIR if plan["bar"] <= form.bar[1] else "above what can be reached"


def _cost(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if cost(plan) <= runs else "more than there is"


RULES: tuple[tuple[str, Rule], ...] = (
    ("the comparison", _arms),
    ("the search for a rate", _rates),
    ("the size of the rates", _reach),
    ("the tuning", _tuning),
    ("the choice of the rate", _choice),
    ("the number of seeds", _seeds),
    ("the budget in steps", _steps),
    ("the budget in samples", _samples),
    ("the number of steps", _length),
    ("the size of a batch", _size),
    ("the fate of lost runs", _lost),
    ("the report", _report),
    ("the bar", _bar),
    ("the cost", _cost),
)
