"""The table of docs/article.md: section and claim of the article -> lesson and cell -> verdict."""

import re
from functools import cache
from pathlib import Path

from coursekit import exercises
from coursekit.authoring import contents
from coursekit.authoring.cells import Cell, lesson_name, read
from coursekit.authoring.minutes import HEADING
from coursekit.checking import Exercise
from coursekit.claims.article import Part, sections
from coursekit.claims.evidence import evidence
from coursekit.errors import BuildError

NOT_TAUGHT = "no lesson"


def table(root: Path) -> str:
    """A heading and a table for each section of the article; links are for a page in docs/.

    Raises:
        BuildError: a row names a lesson that is not there, or a cell that its lesson has not.
    """
    here = contents.numbered(root / "solutions")
    verdicts = {row.claim.number: row.verdict for row in evidence().rows}
    lines = []
    for section in sections():
        lines += [f"### {section.title}", "", "| | it says | taught in | verdict |"]
        lines += ["|--:|:--|:--|:--|"]
        for part in section.parts:
            lines.append(f"| | {part.says} | {where(part, here)} | {made(part, here)} |")
        for part in section.claims:
            number = f"[{part.claim}](claims.md)"
            words = part.says.replace("|", r"\|")
            verdict = f"**{verdicts[part.claim]}**"
            lines.append(f"| {number} | {words} | {where(part, here)} | {verdict} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def where(part: Part, here: dict[int, Path]) -> str:
    """Lesson, heading and cell, as a link.

    Raises:
        BuildError: the lesson is not there, or has no such cell.
    """
    if not part.lesson:
        return NOT_TAUGHT
    source = _source(part, here)
    cells = _cells(source, source.read_text("utf-8"))
    at = next((n for n, cell in enumerate(cells) if cell.id == part.cell), None)
    if at is None:
        raise BuildError(source, 1, f"{_row(part)}: no cell {part.cell!r} here")
    heading = _heading(cells[: at + 1]).replace("|", r"\|")
    return f"[{part.lesson}](../notebooks/{source.stem}.ipynb) {heading} `{part.cell}`"


def made(part: Part, here: dict[int, Path]) -> str:
    """What becomes of something that is defined or computed: learners write it, or see it run.

    Raises:
        BuildError: the lesson is not there.
    """
    task = exercises.load(lesson_name(_source(part, here))).get(part.cell)
    return "exercise" if isinstance(task, Exercise) else "shown"


def _source(part: Part, here: dict[int, Path]) -> Path:
    try:
        return here[int(part.lesson)]
    except KeyError:
        words = f"{_row(part)}: lesson {part.lesson} is not there"
        raise BuildError(Path("solutions"), 0, words) from None


def _row(part: Part) -> str:
    row = f"claim {part.claim}" if part.claim else repr(part.says)
    return f"coursekit/claims/article.toml, {row}"


@cache
def _cells(source: Path, text: str) -> tuple[Cell, ...]:
    """The cells of a lesson whose text is this one: the page asks for some lessons twenty times."""
    return tuple(read(source))


def _heading(cells: tuple[Cell, ...]) -> str:
    """The last heading of some cells, without its number and its marks."""
    for cell in reversed(cells):
        if cell.kind == "markdown" and (found := HEADING.findall(cell.source)):
            return re.sub(r"^\d+ · ", "", found[-1][1])
    return ""
