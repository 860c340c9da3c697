"""What a gradebook holds, as a table for the terminal and as JSON."""

import json
from dataclasses import dataclass
from typing import Any

from coursekit.checking import Result
from coursekit.grading.gradebook import Entry
from coursekit.grading.gradebook.policy import Policy
from coursekit.terminal import printable, word

COMMANDS = 5  # so many are written out


@dataclass(frozen=True)
class Standing:
    """What a gradebook holds; `entries` are those that were asked for, `every` all of them."""

    entries: tuple[Entry, ...]
    every: tuple[Entry, ...]
    policy: Policy
    seed: int
    place: str
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
            return "The gradebook is empty."
        titles = ("student", "lesson", "attempt", "points", "judged", "status")
        rows = [titles, *([*map(printable, _row(entry))] for entry in self.entries)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        out = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        given = [one for entry in self.entries for one in entry.overrides]
        out += ["", "By hand:"] if given else []
        for one in given:
            what = f"{one.lesson} {one.exercise}".rstrip()
            out.append(printable(f"  {one.student}: {what}: {one.score:g} ({one.reason})"))
        out += self._commands()
        out += ["", "Share of the course:"]
        out += [f"  {printable(who)}: {share:.1%}" for who, share in self.totals().items()]
        return "\n".join(out)

    def _commands(self) -> list[str]:
        """How what waits for the instructor gets its points."""
        waiting = [(entry, one) for entry in self.entries for one in _waiting(entry)]
        if not waiting:
            return []
        lines = [
            f"  coursekit gradebook override {word(self.place)} --student {word(entry.student)} "
            f"--lesson {entry.lesson} --exercise {one.exercise} --score {one.max:g} "
            '--reason "..."'
            for entry, one in waiting[:COMMANDS]
        ]
        more = len(waiting) - len(lines)
        head = "To be marked by hand (here with all points; the student reads the reason):"
        return ["", head, *lines, *([f"  and {more} more, in the table above"] if more else [])]


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
    waiting = [one.exercise for one in _waiting(entry)]
    return entry.report.status + (f"; to be marked: {', '.join(waiting)}" if waiting else "")


def _waiting(entry: Entry) -> list[Result]:
    """What has no points until the instructor gives them."""
    results = entry.report.results if entry.report else ()
    return [result for result in results if result.max and result.status == "manual"]


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
