"""The reports of a gradebook's last run, and what is shown beside it of the runs before."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit import __version__
from coursekit.errors import GradeError, JudgeError
from coursekit.files import write_changed
from coursekit.grading import naming
from coursekit.grading.intake import whose
from coursekit.grading.intake.submission import Submission
from coursekit.grading.lock import InUse, turn
from coursekit.grading.reports import outputs
from coursekit.grading.reports.feedback import page
from coursekit.grading.reports.results import GradeReport, SubmissionReport

if TYPE_CHECKING:  # SQLAlchemy is for the process that writes; workers do without
    from coursekit.grading.earlier import Comparison
    from coursekit.grading.gradebook import Entry, Gradebook


def write_reports(
    book: "Gradebook",
    out: Path,
    started: float | None = None,
    found: Sequence[Submission] | None = None,
    compare: "Comparison | None" = None,
) -> GradeReport:
    """Write all that is made of a gradebook's last run, with what its instructor says.

    Args:
        found: what was handed in, where it is at hand; without it answers are not compared.
        compare: tells which answers are alike.

    A page that cannot be written costs its own submission, and so does an answer that cannot be
    compared; both are said in the reports.

    Raises:
        GradeError: something of that run is still to be graded, or `out` cannot be written.
    """
    from coursekit.grading.gradebook import policy as policies
    from coursekit.grading.standing import totals

    kept = json.loads(book.recall("settings") or "{}")
    every, people = book.entries(), book.people()
    now = [entry for entry in every if entry.last]
    waiting = sum(entry.report is None for entry in now)
    if waiting or not kept:
        raise GradeError(f"{waiting} submissions are not graded yet; run `coursekit grade`")
    reports, problems = _with_pages(now, out, kept["sandbox"])
    whole = GradeReport(
        tuple(reports),
        int(book.recall("seed") or 0),
        kept["sandbox"],
        __version__,
        str(out),
        0.0 if started is None else time.monotonic() - started,
        problems=(*whose.left(out), *problems),
        others=tuple(others(every, out)),
        totals=totals(every, policies.from_text(book.recall("policy")), people),
        people=people,
    )
    if found is not None:  # what several handed in together is one answer
        found = [*{one.path: one for one in reversed(found)}.values()][::-1]
    bom, against = kept.get("bom", False), compare.earlier.hash if compare else ""
    try:
        outputs.write(whole, out, found, compare, bom=bom, earlier=against)
    except JudgeError as error:
        problems.append(f"answers were not compared: {error}")
    problems += compare.crew.problems if compare else ()
    if set(problems) - set(whole.problems):
        whole = replace(whole, problems=(*whose.left(out), *problems))
        outputs.write(whole, out, bom=bom)
    return whole


def out_of(book: "Gradebook", place: str) -> Path:
    """Where the reports are: the folder that was named, which may have moved, or the last run's."""
    kept = json.loads(book.recall("settings") or "{}")
    return Path(place if Path(place).is_dir() else kept["out"])


def write_if_whole(book: "Gradebook", place: str, what: str) -> bool:
    """Write the reports again, once a run that goes on has ended.

    Args:
        what: the command that does it, for whoever comes meanwhile.

    Returns:
        False where that is left to a run: to one that goes on longer than anybody waits, or, where
        something is still to be graded, to the next. No seal is on reports without the new marks.
    """
    out = out_of(book, place)
    try:
        with turn(out, what):
            if not all(entry.report for entry in book.entries(last_run=True)):
                return False
            write_reports(book, out)
    except InUse:
        return False
    return True


def others(every: Sequence["Entry"], out: Path) -> Iterator[SubmissionReport]:
    """What counts and was no part of the last run, with its page if that is still there."""
    earlier = [entry for entry in every if not entry.last and entry.report is not None]
    places = _places(earlier)
    taken = Counter([*places, *_places([entry for entry in every if entry.last])])
    for entry, place in zip(earlier, places, strict=True):
        if entry.report is not None:
            there = taken[place] == 1 and (out / place).is_file()
            yield replace(entry.report, page=place if there else "")


def _with_pages(
    entries: Sequence["Entry"], out: Path, sandbox: str
) -> tuple[list[SubmissionReport], list[str]]:
    """The reports of graded entries, each with the page that was written of it, and what failed."""
    reports, problems = [], []
    for entry, place in zip(entries, _places(entries), strict=True):
        if (report := entry.report) is None:
            continue
        try:
            write_changed(out / place, page(report, sandbox))
            report = replace(report, page=place)
        except Exception as error:  # of one: the others have theirs
            problems.append(f"{report.file}: its page could not be written ({_said(error)})")
        reports.append(report)
    return reports, problems


def _places(entries: Sequence["Entry"]) -> list[str]:
    """Where each one's page lies: by its file, and by the student where several share that."""
    shared = Counter((entry.file, entry.hash) for entry in entries)
    files = [
        f"{entry.student}/{entry.file}" if shared[entry.file, entry.hash] > 1 else entry.file
        for entry in entries
    ]
    names = naming.pages(files)
    return [names[file] for file in files]


def _said(error: Exception) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return told or f"{type(error).__name__}: {error}"
