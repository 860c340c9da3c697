"""What becomes of a mutant: refused, cut off, or accepted; and does that one differ at all?"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from coursekit.checking import AnswerTimeout, Exercise, Local, judge
from coursekit.checking.compare import compare
from coursekit.checking.edits import source_of
from coursekit.checking.expected import expected
from coursekit.checking.limits.guard import quiet
from coursekit.checking.ready import get_ready
from coursekit.checking.task import PUBLIC_SEED
from coursekit.checking.trace import ScriptFailed, Trace, observe
from mutating.inputs import calls, takes_answers
from mutating.operators import OPERATORS
from mutating.trees import Mutant, definition, mutants

TIME = 0.5  # seconds of the processor's for a call; the right answers take hundredths
SEEDS = range(1, 6)  # of other traces that an accepted one is compared on
SCRIPTS = 20  # draws of a domain that is a script
NEAR_0 = 1e-3  # no number below counts by its own size
REFUSED, CUT, SAME, DIFFERS, FAILED = "refused", "cut off", "same", "differs", "judge failed"


def all_mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Every mutant of an exercise's right answer."""
    return mutants(definition(source_of(exercise.right)), OPERATORS)


def made(exercise: Exercise, mutant: Mutant) -> Any:
    """The function or class of a mutant, among the names of the right answer's module."""
    scope = dict(inspect.getmodule(exercise.right).__dict__)
    exec(compile(ast.Module([mutant.tree], []), f"<{exercise.name}, mutated>", "exec"), scope)
    return scope[exercise.name]


def outcome(exercise: Exercise, mutant: Mutant) -> tuple[str, str]:
    """What became of it, and on which inputs an accepted one is not the right answer."""
    get_ready(exercise)
    try:
        function = made(exercise, mutant)
    except Exception:  # a class may fail while it is made, and a default while it is computed
        return REFUSED, ""
    with quiet():
        early = _soon(exercise, function, expected(exercise, "", PUBLIC_SEED).trace())
    if early:
        return early, ""
    result = judge(exercise, Local(function, name=exercise.name, timeout=TIME))
    if not result.passed:
        return (FAILED if result.status == "judge_failed" else REFUSED), result.message
    with quiet():
        where = apart(exercise, function)
    return (DIFFERS, where) if where else (SAME, "")


def _soon(exercise: Exercise, function: Any, right: Trace) -> str:
    """Refused or cut off, where that is seen before the whole check has run; else nothing."""
    answer = Local(function, name=exercise.name, timeout=TIME)
    try:
        mine = observe(exercise, answer, PUBLIC_SEED, beside=right)
    except ScriptFailed:
        return ""
    if isinstance(mine.stopped, AnswerTimeout):
        return CUT
    return REFUSED if mine.parted or mine.stopped or mine.mutated else ""


def apart(exercise: Exercise, function: Any) -> str:
    """The first inputs on which a function is not the right one to nine digits; or nothing.

    Of a class whose domain is no script nothing can be varied but the seed: it is said to differ.
    """
    for seed in SEEDS:
        right = expected(exercise, "", seed).trace()
        mine = observe(exercise, Local(function, name=exercise.name, timeout=TIME), seed)
        if where := _parts(mine, right):
            return f"{where}, seed {seed}"
    domain = getattr(exercise, "domain", None)
    if takes_answers(domain):
        drawn = replace(exercise, script=domain)
        for n in range(SCRIPTS):
            both = (Local(f, name=exercise.name, timeout=TIME) for f in (function, exercise.right))
            mine, right = (observe(drawn, answer, n) for answer in both)
            if where := _parts(mine, right):
                return f"{where}, draw {n} of the domain"
    elif isinstance(exercise.right, type):
        return "no other life was tried"
    for label, args, options, want in calls(exercise):
        got, stopped = called(exercise, function, args(), options)
        if stopped or differ(got, want):
            return label
    return ""


def _parts(mine: Trace, right: Trace) -> str:
    """Where two traces part, or nothing."""
    for got, want in zip(mine.steps, right.steps, strict=False):
        if differ(got.value, want.value):
            return got.label
    return "its end" if mine.stopped or len(mine.steps) != len(right.steps) else ""


def called(exercise: Exercise, function: Any, args: tuple, options: dict) -> tuple[Any, bool]:
    """What a function returns, or None and that it raised."""
    try:
        return Local(function, name=exercise.name, timeout=TIME)(*args, **options), False
    except Exception:
        return None, True


def differ(got: Any, want: Any) -> bool:
    """True if two values differ by more than their last digits; numbers near 0 have fewer."""
    if isinstance(want, float | np.ndarray) or hasattr(want, "detach"):
        size = np.abs(np.asarray(want.detach() if hasattr(want, "detach") else want))
        size = size[np.isfinite(size)] if size.dtype.kind in "fiu" else np.zeros(0)
        loose = 1e-9 if "float64" in str(getattr(want, "dtype", "float64")) else 1e-4
        largest = float(size.max(initial=NEAR_0))
        return compare(got, want, rtol=loose, atol=loose * largest) is not None
    if isinstance(want, tuple | list) and isinstance(got, tuple | list) and len(got) == len(want):
        return any(differ(a, b) for a, b in zip(got, want, strict=True))
    if isinstance(want, dict) and isinstance(got, dict) and got.keys() == want.keys():
        return any(differ(got[key], want[key]) for key in want)
    return compare(got, want) is not None
