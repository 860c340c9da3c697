"""What a person is to read: answers in prose, and the code of those whose points are withheld."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from coursekit.checking import Result
from coursekit.checking.source.reach import read

LONGEST = 20_000  # characters; what is longer is cut, and says so
CUT = "\n… (cut here; the rest stands in the notebook)"


def written(
    results: Iterable[Result], answers: Mapping[str, Any], source: str
) -> tuple[tuple[str, str], ...]:
    """(exercise, text) of each answer that waits for a person.

    Args:
        answers: what the notebook answered to questions, by name.
        source: of its cells; of an exercise, its definition and what that leads to are kept.
    """
    found = []
    for result in results:
        if result.status == "manual":
            told = answers.get(result.exercise)
            text = told if result.question and isinstance(told, str) else ""
            text = text if result.question else _code(result.exercise, source)
            found.append((result.exercise, text if len(text) <= LONGEST else text[:LONGEST] + CUT))
    return tuple(found)


def digest(text: str) -> str:
    """By what an answer is known again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _code(name: str, source: str) -> str:
    """The lines that define a function and what it is built on; all where they cannot be told."""
    lines, known = source.split("\n"), read(source)
    wanted: set[int] = set()
    for _, node in known.reach(name) if known else ():
        if end := getattr(node, "end_lineno", None):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(d.lineno for d in decorators)])  # type: ignore[attr-defined]
            wanted.update(range(first - 1, end))
    return "\n".join(lines[n] for n in sorted(wanted)) or source
