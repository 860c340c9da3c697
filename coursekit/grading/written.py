"""What a person is to read, and by what an answer is known again once another is handed in."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from coursekit.checking import Result
from coursekit.checking.source.reach import read

LONGEST = 20_000  # characters; what is longer is cut, and says so
CUT = "\n… (cut here; the rest stands in the notebook)"
DIGITS = 16  # of a digest: two answers of one student are told apart

Pairs = tuple[tuple[str, str], ...]


class Kept(NamedTuple):
    """(exercise, text) of each answer that waits for a person; (exercise, digest) of them all."""

    written: Pairs
    prints: Pairs


def kept(results: Iterable[Result], answers: Mapping[str, Any], source: str) -> Kept:
    """What is kept of a submission's answers.

    Args:
        answers: what the notebook answered to questions, by name.
        source: of its cells; an exercise's answer is its definition and what that leads to.
    """
    written, prints = [], []
    for result in results:
        name = result.exercise
        text = str(answers.get(name, "")) if result.question else _code(name, source)
        prints.append((name, digest(text)))
        if result.status == "manual":
            written.append((name, text if len(text) <= LONGEST else text[:LONGEST] + CUT))
    return Kept(tuple(written), tuple(prints))


def digest(text: str) -> str:
    """By what an answer is known again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _code(name: str, source: str) -> str:
    """The lines that define a function and what it is built on; all where they cannot be told."""
    try:
        return _lines(name, source) or source
    except Exception:  # whatever somebody wrote: it costs nobody a verdict
        return source


def _lines(name: str, source: str) -> str:
    lines, known = source.split("\n"), read(source)
    wanted: set[int] = set()
    for _, node in known.reach(name) if known else ():
        if end := getattr(node, "end_lineno", None):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(d.lineno for d in decorators)])  # type: ignore[attr-defined]
            wanted.update(range(first - 1, end))
    return "\n".join(lines[n] for n in sorted(wanted))
