"""One submission that counts, as a gradebook tells it."""

import json
from dataclasses import dataclass, replace
from typing import Any

from coursekit.grading.gradebook import policy, stored
from coursekit.grading.gradebook.adjust import Override, adjusted
from coursekit.grading.intake.roster import Person
from coursekit.grading.reports.results import SubmissionReport


@dataclass(frozen=True)
class Entry:
    """One submission that counts, as it stands in the gradebook."""

    student: str
    lesson: str
    file: str
    hash: str
    attempt: int
    attempts: int
    judged: SubmissionReport | None  # by the judge alone; None: it is still to be graded
    report: SubmissionReport | None  # the same with overrides and policy
    overrides: tuple[Override, ...] = ()
    last: bool = True  # it was part of the last run

    def known_by(self, exercise: str) -> tuple[str, ...]:
        """Digests of an answer, its own first, where that was kept; then of the whole file."""
        own = dict(self.judged.prints).get(exercise) if self.judged else None
        return (own, self.hash) if own else (self.hash,)


def of_row(
    row: Any, plan: policy.Policy, given: dict[str, Override], who: Person | None, run: int
) -> Entry:
    """What a row of the database says.

    Args:
        given: the student's overrides for the lesson, by exercise.
        who: whose it is, if the roster has them.
        run: the number of the last run.
    """
    judged = None
    if row.report is not None:
        judged = stored.from_text(row.report)
        notes = (*json.loads(row.notes), *judged.notes)
        judged = replace(
            judged, student=row.name, file=row.file, notes=notes, attempt=row.attempt,
            attempts=row.attempts, name=who.name if who else row.name,
            section=who.section if who else "",
        )  # fmt: skip
    entry = Entry(
        row.name, row.lesson, row.file, row.hash, row.attempt, row.attempts,
        judged, None, tuple(given.values()), row.run == run,
    )  # fmt: skip
    if judged is None:
        return entry
    marks = {
        name: replace(one, older=bool(one.of) and one.of not in entry.known_by(name))
        for name, one in given.items()
    }
    report = adjusted(judged, plan, marks, row.handed_in, row.late, who)
    return replace(entry, report=report, overrides=tuple(marks.values()))
