"""Numbers of experiments, which nobody types: a lesson's sentences and alternative texts take them.

    {{claim 38}}   {{claim 38.2}}   {{claim 38.2 : mean .1f}}
    {{result CELL | ROW | COLUMN}}   {{result CELL | ROW | COLUMN : FORMAT}}

They stand anywhere in prose and within one string of a code cell; {{result}} in what questions say,
too, and in place of a prediction's truth. The first is the number of a claim's bar in the ledger,
with its interval; the second what a cell of this lesson printed when its solved notebook was made
(see `printed`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from coursekit import printed
from coursekit.checking import Task
from coursekit.checking.questions.question import Question
from coursekit.errors import ArgumentError, BuildError, ExerciseError
from coursekit.stored import Outputs

ASKED = re.compile(r"\{\{(claim|result)\s+([^{}]*?)\s*\}\}")
# Not a set, nor what an f-string holds: {result for result in a | b}.
PYTHON = r"(?:for|if|in|is|and|or|not|async)\b"
MISTYPED = re.compile(rf"\{{+\s*(?:claims?\s+\d|results?\s+(?!{PYTHON})\w[^{{}}|\n]*\|)[^{{}}\n]*")


def fill(text: str, shown: Outputs, source: Path, line: int) -> str:
    """A cell's text with the number in the place of each directive.

    Args:
        shown: by the lesson's own cells.
        line: of the source, at which the text begins.

    Raises:
        BuildError: there is no such claim, cell, row or number; says where, and what is there.
    """

    def number(match: re.Match[str]) -> str:
        try:
            return answer(match, shown)
        except ArgumentError as error:
            here = line + text.count("\n", 0, match.start())
            raise BuildError(source, here, f"{' '.join(match.group().split())}: {error}") from None

    text = ASKED.sub(number, text)
    if wrong := MISTYPED.search(text):
        words = "write {{claim 38.2}} or {{result CELL | ROW | COLUMN}}, the braces as here"
        raise BuildError(source, line, f"{wrong.group()!r} is no directive: {words}")
    return text


def asked(tasks: Mapping[str, Task]) -> list[str]:
    """The directives in what a lesson's questions say; not in what they said in former editions.

    Raises:
        ExerciseError: one takes a claim's number, of which a check knows nothing.
    """
    found = []
    for task in tasks.values():
        if isinstance(task, Question):
            said = [value for name, value in vars(task).items() if name != "former"]
            found += [match.group() for text in _texts(said) for match in ASKED.finditer(text)]
            if any(text.startswith("{{claim") for text in found):
                raise ExerciseError(f"{task.name}: a question takes {{{{result …}}}}, no claim")
    return found


def _texts(value: Any) -> Iterator[str]:
    """Every text in a field of a question."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)


def answer(asked: re.Match[str], shown: Outputs) -> str:
    """The number that one directive stands for.

    Raises:
        ArgumentError: there is no such claim, cell, row or number.
    """
    return claim(asked[2]) if asked[1] == "claim" else printed.result(asked[2], shown)


def claim(asked: str) -> str:
    """What stands for "38.2 : FORMAT": the second bar of claim 38.

    Raises:
        ArgumentError: there is no such claim, bar or format, or nothing is measured.
    """
    from coursekit.claims.evidence import evidence, measured
    from coursekit.claims.rows import CLAIMS

    which, _, form = asked.partition(":")
    name, _, part = which.strip().partition(".")
    if not name.isdecimal() or (part and not part.isdecimal()):
        raise ArgumentError("write {{claim 38}}, or {{claim 38.2}} for its second bar")
    if int(name) not in CLAIMS:
        raise ArgumentError(f"the ledger has no claim {name}; see docs/claims.md")
    [row, *_] = evidence(number=int(name)).rows
    bars = "".join(f"\n    {n}: {measured(f)}" for n, f in enumerate(row.findings, 1))
    if not row.findings:
        raise ArgumentError(f"claim {name} rests on no experiment: {row.decides}")
    if not part and len(row.findings) > 1:
        raise ArgumentError(f"claim {name} has {len(row.findings)} bars: write one{bars}")
    at = int(part or 1)
    if not 1 <= at <= len(row.findings):
        raise ArgumentError(f"claim {name} has no bar {at}; it has{bars}")
    found = row.findings[at - 1]
    around = (found.low, found.high)
    said = [f"{value:.3g}" for value in (found.value, *around)]
    return printed.shown(printed.Number(found.value, said[0], "[", around, tuple(said[1:])), form)


def put(outputs: list[dict[str, Any]], code: str, shown: Outputs) -> list[dict[str, Any]]:
    """What a cell showed, with numbers for the directives that stood in its code when it ran.

    Raises:
        ArgumentError: a directive did not come out as it went in.
    """
    pairs = [(match.group(), answer(match, shown)) for match in ASKED.finditer(code)]
    pairs += [(escape(asked), escape(number)) for asked, number in pairs]
    done = [_replaced(output, pairs) for output in outputs]
    if pairs and (left := MISTYPED.search(json.dumps(done, ensure_ascii=False))):
        raise ArgumentError(f'{left.group()!r}: a directive stands in a plain string, not in f"…"')
    return done


def _replaced(value: Any, pairs: list[tuple[str, str]]) -> Any:
    """Any JSON value with the second of each pair in the place of the first, in all its texts."""
    if isinstance(value, dict):
        return {key: _replaced(one, pairs) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, pairs) for one in value]
    if isinstance(value, str):
        for asked, number in pairs:
            value = value.replace(asked, number)
    return value
