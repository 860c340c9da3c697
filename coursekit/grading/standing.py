"""What a gradebook holds, as a table for the terminal and as JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursekit.checking import Result
from coursekit.grading.gradebook import Entry
from coursekit.grading.gradebook.policy import Policy
from coursekit.grading.intake.roster import EVERY, Person
from coursekit.terminal import printable, word

COMMANDS = 5  # so many are written out
BY_HAND = ("exercise", "score", "reason", "made", "by", "older")  # what JSON has of an override


@dataclass(frozen=True)
class Standing:
    """What a gradebook holds; `entries` are those that were asked for, `every` all of them."""

    entries: tuple[Entry, ...]
    every: tuple[Entry, ...]
    policy: Policy
    seed: int
    place: str
    exit_code: int = 0
    people: Mapping[str, Person] = field(default_factory=dict)  # by id; nobody without roster

    def totals(self) -> dict[str, float]:
        """The share of the whole course, by the policy's weights, of each student shown."""
        everybody = totals(self.every, self.policy, self.people)
        names = dict.fromkeys(entry.student for entry in self.entries)
        if self.entries == self.every:  # the whole class, also those who handed nothing in
            names |= dict.fromkeys(self.people)
        return {student: everybody[student] for student in names if student in everybody}

    @property
    def absent(self) -> list[Person]:
        """Who is on the roster and handed nothing in, but for those excused from all of it."""
        there = {entry.student for entry in self.every}
        return [p for p in self.people.values() if p.id not in there and not p.is_excused(EVERY)]

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "seed": self.seed,
            "policy": json.loads(self.policy.as_text()),
            "totals": {student: round(share, 6) for student, share in self.totals().items()},
            "submissions": [_as_json(entry) for entry in self.entries],
            **({"absent": [one.id for one in self.absent]} if self.people else {}),
        }

    def summary(self) -> str:
        """For the terminal."""
        if not self.entries:
            return "The gradebook is empty."
        titles = ["student", "lesson", "attempt", "points", "judged", "status"]
        rows = [titles, *([*map(printable, _row(entry))] for entry in self.entries)]
        if self.people:
            named = {one.id: (one.name, one.section) for one in self.people.values()}
            about = [("name", "section"), *(named.get(e.student, ("", "")) for e in self.entries)]
            rows = [
                [row[0], *map(printable, own), *row[1:]]
                for row, own in zip(rows, about, strict=True)
            ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        out = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        if self.absent and self.entries == self.every:
            out += ["", "Handed nothing in:"]
            out += [f"  {printable(str(one))}" for one in self.absent]
        given = [one for entry in self.entries for one in entry.overrides]
        out += ["", "By hand:"] if given else []
        for one in given:
            what = f"{one.lesson} {one.exercise}".rstrip()
            out.append(printable(f"  {one.student}: {what}: {one.said}"))
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


def totals(
    every: Iterable[Entry], policy: Policy, people: Mapping[str, Person] | None = None
) -> dict[str, float]:
    """Each student's share of the whole course, by the policy's weights.

    Args:
        people: the roster; who is on it and handed nothing in has nothing, and has a share.
    """
    people = people or {}
    shares: dict[str, dict[str, float]] = {one: {} for one in people}
    for entry in every:
        report = entry.report
        if entry.student and (report is None or report.max):  # else it is of no lesson
            mine = shares.setdefault(entry.student, {})
            share = report.score / report.max if report else 0.0
            mine[entry.lesson] = max(share, mine.get(entry.lesson, 0.0))
    lessons = {lesson for mine in shares.values() for lesson in mine}  # not handed in: 0
    return {
        student: policy.total(dict.fromkeys(lessons, 0.0) | mine, people.get(student))
        for student, mine in shares.items()
    }


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
        "late": report.late if report else None,
        "status": report.status if report else None,
        "score": report.score if report else None,
        "judged": judged.score if judged else None,
        "max": report.max if report else None,
        "notes": list(report.notes) if report else [],
        "overrides": [
            {
                name: getattr(o, name)
                for name in ("exercise", "score", "reason", "made", "by", "older")
            }
            for o in entry.overrides
        ],
    }
