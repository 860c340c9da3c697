"""What an instructor does at the gradebook: look, give points by hand, have it graded again."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.errors import GradeError
from coursekit.grading.gradebook import Entry, Gradebook, Override, locate
from coursekit.grading.gradebook import policy as policies
from coursekit.grading.results import GradeReport
from coursekit.grading.run import grade, write_reports


@dataclass(frozen=True)
class Standing:
    """What a gradebook holds; `entries` are those that were asked for, `every` all of them."""

    entries: tuple[Entry, ...]
    every: tuple[Entry, ...]
    policy: policies.Policy
    seed: int
    exit_code: int = 0

    def totals(self) -> dict[str, float]:
        """The share of the whole course, by the policy's weights, of each student shown."""
        shares: dict[str, dict[str, float]] = {}
        for entry in self.every:
            report = entry.report
            if entry.student and (report is None or report.max):  # else it is of no lesson
                mine = shares.setdefault(entry.student, {})
                share = report.score / report.max if report else 0.0
                mine[entry.lesson] = max(share, mine.get(entry.lesson, 0.0))
        lessons = {lesson for mine in shares.values() for lesson in mine}  # not handed in: 0
        return {
            student: self.policy.total(dict.fromkeys(lessons, 0.0) | shares[student])
            for student in dict.fromkeys(entry.student for entry in self.entries)
            if student in shares
        }

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "seed": self.seed,
            "policy": json.loads(self.policy.as_text()),
            "totals": {student: round(share, 6) for student, share in self.totals().items()},
            "submissions": [_as_json(entry) for entry in self.entries],
        }

    def summary(self) -> str:
        """For the terminal."""
        if not self.entries:
            return "Nothing in the gradebook fits."
        titles = ("student", "lesson", "attempt", "points", "judged", "status")
        rows = [titles, *map(_row, self.entries)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        out = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        given = [one for entry in self.entries for one in entry.overrides]
        out += ["", "By hand:"] if given else []
        for one in given:
            what = f"{one.lesson} {one.exercise}".rstrip()
            out.append(f"  {one.student}: {what}: {one.score:g} ({one.reason})")
        out += ["", "Share of the course:"]
        out += [f"  {student}: {share:.1%}" for student, share in self.totals().items()]
        return "\n".join(out)


def show(place: str, student: str | None = None, lesson: str | None = None) -> Standing:
    """What counts in a gradebook.

    Args:
        place: the folder of its reports, or its URL.
        student, lesson: only these.

    Raises:
        GradeError: there is no such gradebook, or it cannot be used.
    """
    with Gradebook.open(locate(place)) as book:
        every = tuple(book.entries())
        asked = tuple(
            entry
            for entry in every
            if student in (None, entry.student) and lesson in (None, entry.lesson)
        )
        plan = policies.from_text(book.recall("policy"))
        return Standing(asked, every, plan, int(book.recall("seed") or 0))


def override(
    place: str, student: str, lesson: str, exercise: str, score: float | None, reason: str
) -> Standing:
    """Give points by hand, or take them back if there is no score; then write the reports again.

    Raises:
        GradeError: there is no such gradebook, student, lesson or exercise; no reason is given.
    """
    with Gradebook.open(locate(place)) as book:
        if score is None:
            book.withdraw(student, lesson, exercise)
        else:
            if not 0 <= score < math.inf:
                raise GradeError(f"--score must be from 0; got {score:g}")
            if not reason.strip():
                raise GradeError("--reason is missing: say why, the student will read it")
            book.override(Override(student, lesson, exercise, score, reason.strip()))
        if all(entry.report for entry in book.entries(last_run=True)):
            write_reports(book, _out(place, json.loads(book.recall("settings") or "{}")))
    return show(place, student, lesson)


def regrade(
    place: str,
    student: str | None = None,
    lesson: str | None = None,
    *,
    jobs: int = 1,
    cluster: str | None = None,
) -> GradeReport:
    """Judge again what has a result, with the last run's arguments; overrides stay.

    Raises:
        GradeError: nothing fits, or the submissions are no longer where they were.
    """
    url = locate(place)
    with Gradebook.open(url) as book:
        kept, seed = json.loads(book.recall("settings") or "{}"), book.recall("seed")
        source = Path(kept.get("submissions", ""))
        if not kept or not source.exists():
            raise GradeError(
                f"the submissions are no longer at {source}; put them there, or use `coursekit "
                "grade` with their new place"
            )
        if not book.regrade(student=student, lesson=lesson):
            raise GradeError("nothing that was graded fits; `coursekit gradebook show` lists it")
    return grade(
        source,
        _out(place, kept),
        jobs=jobs,
        sandbox=kept["sandbox"],
        timeout=kept["timeout"],
        total=kept["total"],
        seed=int(seed or 0),
        packs=tuple(map(Path, kept["packs"])),
        db=url.render_as_string(hide_password=False),
        cluster=cluster,
    )


def _out(place: str, kept: dict[str, Any]) -> Path:
    """Where the reports are: the folder that was named, which may have moved, or the last run's."""
    return Path(kept["out"] if "://" in place else place)


def _row(entry: Entry) -> tuple[str, ...]:
    judged, report = entry.judged, entry.report
    return (
        entry.student,
        entry.lesson,
        f"{entry.attempt} of {entry.attempts}",
        f"{report.score:g} of {report.max:g}" if report else "",
        f"{judged.score:g}" if judged else "",
        _status(entry),
    )


def _status(entry: Entry) -> str:
    if entry.report is None:
        return "not graded yet"
    waiting = [r.exercise for r in entry.report.results if r.max and r.status == "manual"]
    return entry.report.status + (f"; to be marked: {', '.join(waiting)}" if waiting else "")


def _as_json(entry: Entry) -> dict[str, Any]:
    judged, report = entry.judged, entry.report
    return {
        "student": entry.student,
        "lesson": entry.lesson,
        "file": entry.file,
        "hash": entry.hash,
        "attempt": entry.attempt,
        "attempts": entry.attempts,
        "status": report.status if report else None,
        "score": report.score if report else None,
        "judged": judged.score if judged else None,
        "max": report.max if report else None,
        "notes": list(report.notes) if report else [],
        "overrides": [
            {"exercise": o.exercise, "score": o.score, "reason": o.reason, "made": o.made}
            for o in entry.overrides
        ],
    }
