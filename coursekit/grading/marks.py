"""Marks by hand as a table: written for a spreadsheet, and read back, all of it or nothing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.files import write_whole
from coursekit.grading import by_hand
from coursekit.grading.by_hand import Answer
from coursekit.grading.gradebook import Gradebook, Override, locate, names
from coursekit.grading.intake import sheet
from coursekit.grading.intake.roster import Person
from coursekit.grading.intake.sheet import FORMULA, plain_cell, text_cell
from coursekit.grading.last_run import out_of, write_if_whole
from coursekit.grading.reports.table import BOM, csv_text
from coursekit.terminal import printable

FILE = "marks.csv"
TITLES = (
    "student", "name", "section", "lesson", "exercise", "of", "points", "reason", "by", "when",
    "note", "answer",
)  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "student": (), "lesson": (), "exercise": (), "points": ("score",), "reason": ("comment",),
    "when": (),
}  # fmt: skip
LONGEST = 30_000  # characters in a cell; a spreadsheet takes 32,767
MOST = 20  # lines that are told
REASON = 1000  # characters


def write(place: str, to: Path | None = None, *, bom: bool = False) -> str:
    """Write a CSV file of all that a person marks, with the marks that there are.

    Args:
        place: the folder of a gradebook's reports, or its URL.
        to: the file; marks.csv among the reports if absent.
        bom: begin it with a mark by which Excel knows its letters.

    Raises:
        GradeError: there is no such gradebook, the file cannot be written, or holds marks that the
            gradebook has not.
    """
    with Gradebook.open(locate(place)) as book:
        found, people = by_hand.of_book(book), book.people()
        path = to or out_of(book, place) / FILE
        _keep_what_is_there(path, found, people)
    try:
        write_whole(path, as_csv(found, bom=bom))
    except OSError as error:
        raise GradeError(f"cannot write {path} ({error.strerror})") from error
    return f"{path}: {len(found)} answers, {_left(found)}"


def take(place: str, path: Path, by: str | None = None) -> str:
    """Take a file's marks into a gradebook, and write its reports again; say what was new.

    Args:
        by: whoever gives them; the account's name if absent.

    Raises:
        GradeError: there is no such gradebook, or a line cannot be taken; then none is.
    """
    by = by_hand.marker(by) if by is not None else by_hand.login()
    with Gradebook.open(locate(place)) as book:
        found = by_hand.of_book(book)
        given = read(path, found, book.people(), by)
        if given:
            book.mark(given, by)
            write_if_whole(book, place, "coursekit marks")
        left = _left(by_hand.with_marks(found, book.overrides()))
    return f"{len(given)} marks are new or changed; {left}"


def as_csv(found: Iterable[Answer], *, bom: bool = False) -> str:
    """The table. Whoever's mark is for an older answer has no points in it, and a note of them."""
    rows: list[Sequence[Any]] = [TITLES]
    for a in found:
        mark = a.mark if a.done else None
        about = [a.student, a.name, a.section, a.lesson, a.exercise]
        who, when = (a.mark.by, a.mark.made) if a.mark else ("", "")
        rows.append([
            *map(text_cell, about), _number(a.max), _number(mark.score) if mark else "",
            text_cell(mark.reason) if mark else "", text_cell(who), when, text_cell(_note(a)),
            _lines(a.text),
        ])  # fmt: skip
    return (BOM if bom else "") + csv_text(rows)


def read(
    path: Path, found: Sequence[Answer], people: Mapping[str, Person], by: str
) -> list[Override]:
    """The marks of a file that are new or changed. A cell without points changes nothing.

    Raises:
        GradeError: the file cannot be read, or some of its lines; all of these are told.
    """
    rows = sheet.read(path, COLUMNS, others=True)
    sheet.needed(path, rows, "student", "lesson", "exercise", "points")
    given: dict[by_hand.Key, tuple[int, Override | None]] = {}
    wrong: list[str] = []
    for line, row in rows:
        try:
            answer = _meant(row, found, people)
            new = _mark(row, answer, by)
            before = given.get(answer.key)
            if before and before[1] != new:
                raise GradeError(f"{answer.exercise} of {answer.student} stands on two lines")
            given[answer.key] = (line, new)
        except GradeError as error:
            wrong.append(f"line {line}: {error}")
    if wrong:
        more = [f"and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
        told = "".join(f"\n  {one}" for one in [*wrong[:MOST], *more])
        raise GradeError(f"{path}: nothing was taken, for of some lines that is impossible:{told}")
    return [one for _, one in given.values() if one]


def points(text: str, most: float) -> float:
    """The points that a text says, with a point or a comma.

    Raises:
        GradeError: it is no number, below 0, or above the maximum.
    """
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        raise GradeError(f"points must be a number from 0 to {most:g}; got {text.strip()!r}")
    return number


def _meant(row: Mapping[str, str], found: Sequence[Answer], people: Mapping[str, Person]) -> Answer:
    """The answer of a row."""
    key = {name: plain_cell(row.get(name, "")) for name in ("student", "lesson", "exercise")}
    for name, cell in key.items():
        if not cell:
            raise GradeError(f"there is nothing below {name!r}, which is needed")
    student, lesson, exercise = key.values()
    whole = {(printable(a.student), a.lesson, a.exercise): a for a in found}
    if answer := whole.get((student, lesson, exercise)):
        return answer
    who = names.student(student, (a.student for a in found), people.values())
    what = names.lesson(lesson, (a.lesson for a in found if a.student == who), who)
    mine = {a.exercise: a for a in found if a.key[:2] == (who, what)}
    if exercise not in mine:
        guess = did_you_mean(exercise, mine) or f" To be marked there: {', '.join(mine)}."
        raise GradeError(f"{exercise!r} of {who} in {what} is not marked by hand.{guess}")
    return mine[exercise]


def _mark(row: Mapping[str, str], answer: Answer, by: str) -> Override | None:
    """The mark that a row gives; None where it changes nothing."""
    cell, reason = row.get("points", ""), plain_cell(row.get("reason", ""))
    about = f"{answer.exercise} of {answer.student}"
    if not cell:
        if reason and not answer.done:
            raise GradeError(f"{about} has a reason and no points")
        return None
    try:
        score = points(cell, answer.max)
    except GradeError as error:
        raise GradeError(f"{about}: {error}") from error
    if len(reason) > REASON:
        raise GradeError(f"{about}: a reason has up to {REASON} characters; got {len(reason)}")
    mark = answer.mark
    if answer.done and mark and (mark.score, printable(mark.reason)) == (score, printable(reason)):
        return None
    if mark and mark.made != row.get("when", mark.made):
        raise GradeError(
            f"{about} was given {mark.said} by {mark.by or 'somebody'} after this file was "
            "written; write the file anew, or leave these points empty"
        )
    return answer.marked(score, printable(reason, lines=True), by)


def _keep_what_is_there(path: Path, found: Sequence[Answer], people: Mapping[str, Person]) -> None:
    """Refuse to write over marks that nobody has read yet."""
    if not path.exists():
        return
    try:
        unread = f"{len(new)} marks" if (new := read(path, found, people, "")) else ""
    except GradeError:
        unread = "lines"
    if unread:
        raise GradeError(
            f"{path} holds {unread} that the gradebook has not: take them with --read {path}, or "
            "write another file with --to"
        )


def _note(answer: Answer) -> str:
    older = f"marked with {answer.mark.said}" if answer.mark and answer.older else ""
    return "; ".join(filter(None, (older, answer.said)))


def _left(found: Sequence[Answer]) -> str:
    older, none = sum(a.older for a in found), sum(a.mark is None for a in found)
    return f"{none} without a mark, {older} with one for an older answer"


def _lines(text: str) -> str:
    """Text in a cell, on lines of its own."""
    plain = printable(text, lines=True)
    if len(plain) > LONGEST:
        plain = plain[:LONGEST] + "…"
    return "'" + plain if plain.startswith(FORMULA) else plain


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else value
