"""Numbers that a lesson's cells printed, found by row and column, and written into its sentences.

    {{result CELL | ROW | COLUMN}}    {{result CELL | ROW | COLUMN : FORMAT}}

CELL is the id of a cell of the lesson. ROW is how one printed line begins; where several do, the
line before it comes first: `10 hidden layers > learning rate 0.1`. COLUMN is 1 for the first
number after ROW, 2 for the second; or the words in front of a number; or the head of its column,
which stands in a line above. It may be left out where the line has one number. `±`, `×÷` or an
interval in brackets behind a number belongs to it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from coursekit.errors import ArgumentError

RESULT = re.compile(r"\{\{result\s+([^{}]*?)\s*\}\}")
ONE = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:e[-+]?\d+)?"
NUMBER = re.compile(
    rf"(?<![\w.^])(?<!\^[-+−])({ONE})(?![\w^])"
    rf"(?:\s*(±|×÷)\s*({ONE})|\s*\[({ONE}), ({ONE})\])?(\s?%)?"
)
FORMATS = "mean, bare (without %), abs, percent, words, or one of Python's such as .1f and .2g"
SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


class Number(NamedTuple):
    """A measured number, what stands around it, and each as it was printed."""

    value: float
    text: str
    mark: str = ""  # ± or ×÷ before one number, [ before the two ends of an interval
    around: tuple[float, ...] = ()
    printed: tuple[str, ...] = ()
    percent: bool = False


def find(lines: Sequence[str], row: str, column: str = "") -> Number:
    """The number of a cell's printed lines that stands in this row and column.

    Raises:
        ArgumentError: no line, or more than one, begins with `row`; or it has no such number.
    """
    at, start = _line(lines, row)
    line = lines[at]
    found = [m for m in NUMBER.finditer(line) if m.start() >= start]
    if not found:
        raise ArgumentError(f"no number follows {row!r} in {line.strip()!r}")
    if not column:
        if len(found) > 1:
            said = f"{len(found)} numbers follow {row!r} in {line.strip()!r}"
            raise ArgumentError(f"{said}: say which, | 1 to {len(found)}, or the words before it")
        return _read(found[0])
    if column.isdecimal():
        if not 1 <= int(column) <= len(found):
            said = f"{len(found)} follow {row!r} in {line.strip()!r}"
            raise ArgumentError(f"there is no number {column}: {said}")
        return _read(found[int(column) - 1])
    wanted = _words(column)
    if inside := [m for m in wanted.finditer(line) if m.start() >= start]:
        after = [m for m in found if m.start() >= inside[0].end()]
        if len(inside) == 1 and after:
            return _read(after[0])
        many = (
            f"{column!r} stands {len(inside)} times" if after else f"no number follows {column!r}"
        )
        raise ArgumentError(f"{many} in {line.strip()!r}")
    for head in reversed(lines[:at]):
        if above := list(wanted.finditer(head)):
            span = range(above[0].start(), above[0].end())
            below = [m for m in found if set(span) & set(range(*m.span()))]
            if len(above) == 1 and len(below) == 1:
                return _read(below[0])
            raise ArgumentError(f"{len(below)} numbers stand under {column!r} in {line.strip()!r}")
    raise ArgumentError(f"{column!r} stands neither in {line.strip()!r} nor in a line above it")


def shown(number: Number, form: str = "") -> str:
    """A number as a sentence has it.

    Args:
        form: several of FORMATS, with spaces between: `mean .0f`.

    Raises:
        ArgumentError: one of them is no format.
    """
    wanted = form.split()
    if wrong := [one for one in wanted if not _is_format(one)]:
        raise ArgumentError(f"{wrong[0]!r} is no format; there are {FORMATS}")
    style = next((one for one in wanted if one[0] == "."), "")
    times = 100 if "percent" in wanted else 1
    if times > 1 and not style:
        style = ".3g"

    def one(value: float, text: str) -> str:
        value = times * (abs(value) if "abs" in wanted else value)
        if not style and "abs" not in wanted:
            return text.replace("-", "−", 1) if text.startswith("-") else text
        said = _rounded(value, style) if style else text.lstrip("-−+")
        return said.replace("-", "−", 1) if said.startswith("-") else said

    if "words" in wanted:
        return in_words(int(_rounded(times * abs(number.value), ".0f")))
    said = one(number.value, number.text)
    ends = [one(v, t) for v, t in zip(number.around, number.printed, strict=True)]
    if ends and "mean" not in wanted:
        said += f" [{', '.join(ends)}]" if number.mark == "[" else f" {number.mark} {ends[0]}"
    return said + (" %" if (number.percent or times > 1) and "bare" not in wanted else "")


def in_words(value: int) -> str:
    """A whole number from 0 to 99 in words; others as digits."""
    if 0 <= value < 20:
        return SMALL[value]
    if 20 <= value < 100:
        tens, ones = divmod(value, 10)
        return TENS[tens - 2] + (f"-{SMALL[ones]}" if ones else "")
    return f"{value:,}"


def fill(text: str, cells: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """A text with every {{result …}} in it as the cells printed it.

    Args:
        cells: id -> the outputs of that cell.

    Raises:
        ArgumentError: there is no such cell, row or number, or no such format.
    """
    return RESULT.sub(lambda match: result(match[1], cells), text)


def result(asked: str, cells: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """What stands for "CELL | ROW | COLUMN : FORMAT".

    Raises:
        ArgumentError: there is no such cell, row or number, or no such format.
    """
    body, form = split_form(asked)
    cell, *rest = [" ".join(part.split()) for part in body.split("|")]
    if not 1 <= len(rest) <= 2:
        raise ArgumentError("write {{result CELL | ROW | COLUMN}}; COLUMN may be left out")
    if cell not in cells:
        told = ", ".join(name for name, outputs in cells.items() if [*printed_lines(outputs)])
        raise ArgumentError(f"no cell is called {cell!r}; those that print are {told or 'none'}")
    printed = [*printed_lines(cells[cell])]
    if not printed:
        raise ArgumentError(f"nothing that the cell {cell!r} prints is kept")
    try:
        return shown(find(printed, *rest), form)
    except ArgumentError as error:
        raise ArgumentError(f"cell {cell!r}: {error}") from None


def split_form(asked: str) -> tuple[str, str]:
    """What is asked for, and the format behind its last colon; "" where that is none."""
    body, _, form = asked.rpartition(":")
    return (body.strip(), form) if body and all(map(_is_format, form.split())) else (asked, "")


def number(text: str, cells: Mapping[str, Iterable[Mapping[str, Any]]]) -> float:
    """The number that a text is once it is filled.

    Raises:
        ArgumentError: it is none, or there is no such cell, row or number.
    """
    said = fill(text, cells)
    try:
        return _float(said)
    except ValueError:
        raise ArgumentError(f"{text} is {said!r}, and no one number: write `: mean bare`") from None


def printed_lines(outputs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of text that a cell printed; pictures have none.

    A kernel may send a line in pieces, each an output of its own.
    """
    text = ""
    for output in outputs:
        data = output.get("data", {})
        if "data" in output:
            plain = "" if "text/html" in data else "".join(data.get("text/plain", ""))
            text += f"\n{plain}\n"
        elif output.get("name") != "stderr":
            text += "".join(output.get("text", ""))
    yield from (line for line in text.splitlines() if line.strip())


def _line(lines: Sequence[str], row: str) -> tuple[int, int]:
    """Which line begins so, and where what follows begins."""
    *before, last = [part.strip() for part in row.split(" > ")]
    first = 0
    for part in before:
        first = _line(lines[first:], part)[0] + first + 1
    found = [(n, m.end()) for n, line in enumerate(lines[first:], first)
             if (m := _words(last, r"^\s*").match(line))]  # fmt: skip
    whole = [(n, end) for n, end in found if re.match(r"\s\s|\s*$", lines[n][end:])]
    if len(found) == 1 or (before and found):
        return found[0]
    if len(whole) == 1:  # a table's row of just this name, among others that go on
        return whole[0]
    if found:
        raise ArgumentError(
            f"{len(found)} lines begin with {row!r}: write more of the one that you mean, or first "
            f"a line before it, {'LINE > ' + row!r}"
        )
    said = "\n    ".join(line.strip() for line in lines)
    raise ArgumentError(f"no line begins with {row!r}; printed is\n    {said}")


def _words(text: str, before: str = r"(?<!\w)") -> re.Pattern[str]:
    """These words with any space between them, and not as a part of others."""
    return re.compile(before + r"\s+".join(map(re.escape, text.split())) + r"(?!\w|\.\d)")


def _read(match: re.Match[str]) -> Number:
    text, mark, half, low, high, percent = (part and part.rstrip(".") for part in match.groups())
    printed = (low, high) if low else (half,) if half else ()
    around = tuple(map(_float, printed))
    return Number(_float(text), text, "[" if low else mark or "", around, printed, bool(percent))


def _float(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _rounded(value: float, style: str) -> str:
    """As Python does, but halves go up, as readers of a table expect."""
    if style.endswith("f"):
        places = Decimal(1).scaleb(-int(style[1:-1]))
        value = float(Decimal(repr(value)).quantize(places, ROUND_HALF_UP))
    return f"{value:{style}}"


def _is_format(word: str) -> bool:
    return bool(re.fullmatch(r"mean|bare|abs|percent|words|\.\d[feg]", word))
