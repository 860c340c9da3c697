"""Options of an exercise that mean nothing, told before anything is tried."""

import math
from collections.abc import Iterator
from typing import Any

from coursekit.checking.libraries import NORMS
from coursekit.checking.result import RUNGS
from coursekit.checking.task import Exercise
from coursekit.checking.words import line


def wrong_kinds(exercise: Exercise) -> Iterator[str]:
    """Which options are of a kind that nothing can be tried with."""
    if not _number(exercise.points):
        yield f"points must be a number, not {line(exercise.points)}"
    for name in ("rtol", "atol"):
        value = getattr(exercise, name)
        if value is not None and not (_number(value) and value >= 0):
            yield f"{name} must be a number that is not below 0, not {line(value)}"
    for name in ("forbidden", "allows", "returns", "writes"):
        value = getattr(exercise, name)
        if not (isinstance(value, tuple | list) and all(isinstance(v, str) for v in value)):
            yield f'{name} must be texts in brackets, as ("x",), not {line(value)}'
    if not isinstance(exercise.credit, dict):
        kind = line(exercise.credit)
        yield f'credit must be rungs with shares, as {{"gradients": 0.25}}, not {kind}'


def wrong_values(exercise: Exercise) -> Iterator[str]:
    """Which options have a value that means nothing."""
    if exercise.points < 0:
        yield "points must not be below 0, which a warm-up has"
    if unknown := sorted(set(exercise.allows) - NORMS.keys()):
        known = ", ".join(NORMS)
        yield f"allows names no norm that is known: {unknown[0]!r}; these are: {known}"
    if unknown := sorted(map(str, exercise.credit.keys() - set(RUNGS))):
        yield f"credit is given on a rung that is not known: {', '.join(unknown)}"
    for rung, share in exercise.credit.items():
        if not (_number(share) and 0 <= share <= 1):
            yield f"the credit on {rung!r} is a share from 0 to 1, not {line(share)}"
    if exercise.planted and exercise.planted not in exercise.mistakes:
        yield f"planted names no mistake: {line(exercise.planted)}"
    if exercise.parts and sum(p for p, _ in exercise.parts.values()) != exercise.points:
        yield "the points of its parts do not add up to its own; leave points out: see in_parts"
    if exercise.mend and not exercise.planted:
        yield "mend is for an exercise with a planted mistake: say which, planted=…"


def _number(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and math.isfinite(value)
