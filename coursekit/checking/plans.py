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

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy import floor, isfinite  # by name: see compare

from coursekit.checking.compare import to_array

FAIR = "fair"
MENUS = {
    "rate_chosen_by": ("training loss", "validation accuracy", "test accuracy"),
    "lost_runs": ("count as failures", "leave out", "repeat with another seed"),
    "report": (
        "paired interval", "interval of each arm", "mean of each arm", "best run of each arm",
    ),
}  # fmt: skip
ENTRIES = {
    "arms": "a list of names",
    "rates": "a list of rates for each arm",
    "tuning_seeds": "a list of whole numbers",
    "rate_chosen_by": "a word of the table",
    "seeds": "a list of whole numbers",
    "steps": "a whole number for each arm",
    "batch_size": "a whole number for each arm",
    "lost_runs": "a word of the table",
    "report": "a word of the table",
    "bar": "a number",
}
Plan = dict[str, Any]
Rule = Callable[["Form", Plan, int], str]  # FAIR, or what is not


class Form(NamedTuple):
    """What a plan is for, and what its page asks of it.

    arms: the names of what is compared; runs: how many networks may be trained, from and to;
    rates: an arm is tried at so many at least, neighbours at most `apart` times each other, the
    highest at least `span` times the lowest; seeds: of so many at least is reported; resolution,
    most: the smallest and the largest difference that can be seen; more: (label, rule) of a
    lesson's own.
    """

    arms: tuple[str, ...]
    runs: tuple[int, int] = (40, 400)
    rates: int = 4
    apart: float = 4.0
    span: float = 10.0
    seeds: int = 5
    resolution: float = 0.2
    most: float = 100.0
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
    kinds = {name: _kind(form, name, value) for name, value in plan.items()}
    yield f"the plan for {runs} runs", kinds
    if kinds == ENTRIES:
        read = {name: _read(value) for name, value in plan.items()}
        for label, rule in (*RULES, *form.more):
            yield f"{label} ({runs} runs)", rule(form, read, runs)


def cost(plan: Plan) -> int:
    """How many networks a plan trains: each arm at each of its rates, then at its own."""
    tried = sum(len(rates) for rates in plan["rates"].values())
    return tried * len(plan["tuning_seeds"]) + len(plan["rates"]) * len(plan["seeds"])


def _kind(form: Form, name: str, value: Any) -> str:
    """What an entry is: that of ENTRIES where it is what was asked for."""
    asked = ENTRIES.get(name, "no line of the table")
    if name in MENUS:
        if not isinstance(value, str):
            return "no word in quotes"
        return asked if value in MENUS[name] else f"{value[:60]!r}, which the table does not have"
    if name == "bar":
        one = _numbers([value])
        return asked if one is not None and one.ndim == 1 else "no number"
    if name == "arms":
        listed = isinstance(value, list | tuple | set | frozenset) and len(value) > 0
        named = listed and all(isinstance(one, str) for one in value)
        return asked if named else "no list of names"
    if name in ("seeds", "tuning_seeds"):
        return asked if _whole(value) else "no list of whole numbers"
    if not isinstance(value, dict):
        return "no dict with an entry for each arm"
    if set(value) != set(form.arms):
        return f"no dict whose keys are {', '.join(form.arms)}"
    if name == "rates":
        tried = [_numbers(rates) for rates in value.values()]
        fit = all(rates is not None and rates.ndim == 1 and rates.min() > 0 for rates in tried)
        return asked if fit else "no list of positive numbers for each arm"
    fit = all(_whole([number], low=1) for number in value.values())
    return asked if fit else "no whole number for each arm"


def _numbers(value: Any) -> np.ndarray | None:
    """The finite numbers of a list, tuple, set, range or array; None where it holds others."""
    array = to_array(list(value) if isinstance(value, set | frozenset) else value)
    fit = array is not None and array.size and array.dtype.kind != "b" and isfinite(array).all()
    return array if fit else None


def _whole(value: Any, low: float = -np.inf) -> bool:
    found = _numbers(value)
    if found is None or found.ndim != 1:
        return False
    return bool((found == floor(found)).all() and found.min() >= low)


def _read(value: Any) -> Any:
    """An entry of a kind that was asked for, in Python's own numbers and lists."""
    if isinstance(value, dict):
        return {name: _read(one) for name, one in value.items()}
    if (array := _numbers(value)) is not None:
        return array.tolist()
    return value if isinstance(value, str) else list(value)


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
    if max(counts) < form.rates:
        return f"a search of fewer than {form.rates} rates"
    if any(b > form.apart * a * (1 + 1e-9) for rates in tried for a, b in pairwise(rates)):
        return "too coarse: the best may lie between two rates"
    narrow = any(rates[-1] < form.span * rates[0] * (1 - 1e-9) for rates in tried)
    return "too narrow: the best may lie outside" if narrow else FAIR


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
    return FAIR if different >= form.seeds else f"below {form.seeds}"


def _steps(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if len(set(plan["steps"].values())) == 1 else "larger for one arm"


def _samples(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if len(set(plan["batch_size"].values())) == 1 else "larger for one arm"


def _lost(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if plan["lost_runs"] == "count as failures" else "hidden: " + plan["lost_runs"]


def _report(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if plan["report"] == "paired interval" else "the " + plan["report"]


def _bar(form: Form, plan: Plan, runs: int) -> str:
    if plan["bar"] < form.resolution:
        return "below what the measure can show"
    return FAIR if plan["bar"] <= form.most else "above what can be reached"


def _cost(form: Form, plan: Plan, runs: int) -> str:
    return FAIR if cost(plan) <= runs else "more than there is"


RULES: tuple[tuple[str, Rule], ...] = (
    ("the comparison", _arms),
    ("the search for a rate", _rates),
    ("the tuning", _tuning),
    ("the choice of the rate", _choice),
    ("the number of seeds", _seeds),
    ("the budget in steps", _steps),
    ("the budget in samples", _samples),
    ("the fate of lost runs", _lost),
    ("the report", _report),
    ("the bar", _bar),
    ("the cost", _cost),
)
