"""From what a wrong answer did to what its author did: the mistake that behaves the same."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from coursekit.checking.answer import Answer, AnswerError, Held
from coursekit.checking.compare import compare, to_array
from coursekit.checking.expected import expected
from coursekit.checking.local import Local, parameters
from coursekit.checking.naming.cause import Looked
from coursekit.checking.naming.found import Diagnosis as Diagnosis
from coursekit.checking.pairs import likely
from coursekit.checking.task import Exercise
from coursekit.checking.trace import ScriptFailed, Trace, equal, first_difference, observe


def diagnose(
    exercise: Exercise, answer: Answer, mine: Trace, seed: int, looked: Looked | None = None
) -> Diagnosis | None:
    """Name the mistake whose every observation equals the learner's.

    The exercise's own come first, alone or beside a changed argument, then what can go wrong with
    any answer, then single edits of the right one that have no name, then pairs.

    Args:
        looked: the same answer beside its exercise's table, where that is looked into further.
    """
    for name, mistake in exercise.mistakes.items():
        if expected(exercise, name, seed).equals(mine):
            return Diagnosis(name, mistake.explanation)
    if found := _beside_a_change(exercise, mine, seed):
        return found
    if found := _given_back(exercise, mine, seed) or _constant(exercise, mine, seed):
        return found
    looked = looked or Looked(exercise, answer, mine, seed)
    with suppress(Exception):  # a fault there costs no pair its name
        found = looked.whole()
    if found:
        known = found.name in exercise.mistakes
        return found if known else swapped(exercise, answer, mine, seed) or found
    for both in likely(exercise, mine, seed, looked.may):
        if expected(exercise, both.name, seed).equals(mine):
            return Diagnosis(both.name, both.explanation)
    return None


def _beside_a_change(exercise: Exercise, mine: Trace, seed: int) -> Diagnosis | None:
    """A mistake that gives the same values, where only this answer also changes an argument."""
    if not mine.mutated:
        return None
    for name, mistake in exercise.mistakes.items():
        if expected(exercise, name, seed).equals(replace(mine, mutated=frozenset())):
            changed = ", ".join(sorted(mine.mutated))
            words = f"Besides, the call changed {changed} in place; the caller still needs it."
            return Diagnosis(name, f"{mistake.explanation} {words}")
    return None


def _given_back(exercise: Exercise, mine: Trace, seed: int) -> Diagnosis | None:
    first = Local(lambda *a, **k: a[0], name=exercise.name)
    try:
        given = observe(exercise, first, seed, beside=mine)
    except ScriptFailed:  # which wanted more of it than one value
        return None
    if mine.steps and equal(exercise, mine, given):
        return Diagnosis("returns_input", "You returned the first argument as it came in.")
    return None


def _constant(exercise: Exercise, mine: Trace, seed: int) -> Diagnosis | None:
    """The same value for every case, where the right ones differ."""
    values = [step.value for step in mine.steps]
    if not exercise.cases or mine.stopped or len(values) < 2 or to_array(values[0]) is None:
        return None
    right = [step.value for step in expected(exercise, "", seed).trace().steps]
    if any(compare(v, values[0]) for v in values[1:]) or not any(
        compare(v, right[0]) for v in right[1:]
    ):
        return None
    words = "Your function gives one value on every case, and the right ones differ: compute it."
    return Diagnosis("returns_constant", words)


def swapped(exercise: Exercise, answer: Answer, mine: Trace, seed: int) -> Diagnosis | None:
    """Right, if only two of its arguments came in each other's place: the answer is run so."""
    names = [p.rstrip("=") for p in parameters(exercise.right) or [] if not p.startswith("*")]
    if mine.stopped is not None and not isinstance(mine.stopped, AnswerError):
        return None  # it hung or died, and would again
    right = expected(exercise, "", seed).trace()
    if not (mine.stopped or first_difference(exercise, mine, right)):
        return None
    error = getattr(answer, "error", None)  # of the run that is reported
    try:
        for i, j in itertools.combinations(range(len(names)), 2):
            seen = observe(exercise, _Swapped(answer, i, j), seed, beside=right)
            if seen.steps and equal(exercise, seen, right):
                return _in_another_order(exercise.name, names, i, j)
    except ScriptFailed:
        return None
    finally:
        if error is not None:
            answer.error = error  # type: ignore[attr-defined]
    return None


def _in_another_order(name: str, names: list[str], i: int, j: int) -> Diagnosis:
    order = list(names)
    order[i], order[j] = order[j], order[i]
    words = (
        f"Your function takes its arguments in another order. It is called as "
        f"{name}({', '.join(names)}); yours is right as ({', '.join(order)})."
    )
    return Diagnosis("arguments_swapped", words)


class _Swapped:
    """An answer that gets two of its arguments in each other's place."""

    def __init__(self, answer: Answer, i: int, j: int):
        self.answer, self.i, self.j = answer, i, j
        self.name, self.parameters = answer.name, answer.parameters
        self.mutated: set[int] = set()
        self.returned: list[Any] = []
        self.doing = ""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.answer(*self._order(args), **options)

    def keep(self, *indices: int) -> Callable[..., Any]:
        kept = self.answer.keep(*indices)
        return lambda *args, **options: kept(*self._order(args), **options)

    def hold(self, value: Any) -> Held:
        return self.answer.hold(value)

    def other(self, name: str) -> Answer:
        return self.answer.other(name)

    def _order(self, args: tuple) -> tuple:
        given = list(args)
        if self.j < len(given):
            given[self.i], given[self.j] = given[self.j], given[self.i]
        return tuple(given)
