"""whose.csv: names that the roster leaves open, asked of the instructor, who writes the id."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from coursekit.errors import GradeError
from coursekit.files import write_changed
from coursekit.grading.intake import sheet
from coursekit.grading.intake.identity import NOBODY, Answers, Asked
from coursekit.grading.intake.roster import Roster

FILE = "whose.csv"
COLUMNS = ("called", "number", "lesson", "file", "fits", "id")
GUEST = "-"
BOM = "\ufeff"  # or a spreadsheet takes letters for others, and saves what was never asked


def read(folder: Path, roster: Roster) -> Answers:
    """What the instructor wrote: {(name, number, lesson): people}.

    Raises:
        GradeError: the file cannot be read, or an id is not on the roster.
    """
    answers = {}
    for number, cells in _rows(folder):
        if cells[-1]:
            where = f"{folder / FILE}, line {number}"
            answers[Asked(cells[0], cells[1], cells[2]).key] = _people(cells[-1], roster, where)
    return answers


def write(folder: Path, asked: Iterable[Asked]) -> None:
    """Ask, below what was answered before.

    Raises:
        GradeError: the file cannot be written.
    """
    old = [cells for _, cells in _rows(folder) if cells[-1]]
    new = [
        [one.called, one.number, one.lesson, one.file, "; ".join(map(str, one.fits)), ""]
        for one in asked
    ]
    if not old and not new and not (folder / FILE).exists():
        return
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows([sheet.text_cell(cell) for cell in cells] for cells in [*old, *new])
    try:
        write_changed(folder / FILE, BOM + out.getvalue())
    except OSError as error:
        raise GradeError(f"cannot write {folder / FILE} ({error.strerror})") from error


def left(folder: Path) -> list[str]:
    """What the instructor is asked to do, in words; nothing where no name is left open."""
    count = sum(not cells[-1] for _, cells in _rows(folder))
    if not count:
        return []
    names = "1 name" if count == 1 else f"{count} names"
    return [
        f"the roster leaves {names} open: write the id of the student into the last column of "
        f"{folder / FILE} ({GUEST} for a guest) and run it again"
    ]


def _rows(folder: Path) -> list[tuple[int, list[str]]]:
    """The lines below the titles, with their numbers."""
    if not (folder / FILE).exists():
        return []
    found = sheet.read(folder / FILE, dict.fromkeys(COLUMNS, ()))
    return [(n, [sheet.plain_cell(row.get(name, "")) for name in COLUMNS]) for n, row in found]


def _people(text: str, roster: Roster, where: str) -> tuple:
    try:
        return NOBODY if text == GUEST else tuple(roster.one(t.strip()) for t in text.split(";"))
    except GradeError as error:
        raise GradeError(f"{where}: {error}") from error
