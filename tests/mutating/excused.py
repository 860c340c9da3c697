"""Mutants that are accepted and differ somewhere: why each is no wrong answer."""

from collections.abc import Iterator
from typing import Any

# exercise -> part of "operator: words" -> why it is no wrong answer
EXCUSED: dict[str, dict[str, str]] = {}


def excuse(exercise: str, operator: str, words: str) -> str:
    """Why that mutant is no wrong answer, or nothing."""
    whole = f"{operator}: {words}"
    return next((why for part, why in EXCUSED.get(exercise, {}).items() if part in whole), "")


def unused(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(exercise, part) of every excuse that no accepted mutant needs."""
    for name, parts in EXCUSED.items():
        accepted = found[name].accepted if name in found else []
        wholes = [f"{operator}: {words}" for operator, words, *_ in accepted]
        yield from ((name, part) for part in parts if not any(part in w for w in wholes))
