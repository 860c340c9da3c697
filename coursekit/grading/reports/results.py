"""What came of grading, as values, and as results.json and scores.csv."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from coursekit import exercises
from coursekit.checking import Question, Result
from coursekit.checking.told import told
from coursekit.grading.intake.passages import Passage
from coursekit.grading.intake.roster import EVERY, Person
from coursekit.grading.intake.sheet import text_cell as text_cell
from coursekit.grading.intake.submission import Submission
from coursekit.grading.reports.causes import causes, clusters
from coursekit.terminal import printable

# How a submission ended, as its learner reads it: any other word could carry a hidden input out.
TOLD = {
    "timeout": "it ran out of time",
    "crashed": "its process ended",
    "oom": "it used more memory than allowed",
    "judge_failed": "the grader itself failed, which is no verdict; it is graded again",
}
ENDINGS = ("graded", "timeout", "oom", "crashed", "malformed", "judge_failed")


@dataclass(frozen=True)
class SubmissionReport:
    """One submission with its verdict; `results` are the instructor's, `shown` the learner's."""

    student: str
    lesson: str
    file: str
    status: str
    reason: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    results: tuple[Result, ...] = ()
    shown: tuple[Result, ...] = ()  # the same, without what could tell the hidden inputs
    ungraded: bool = False  # not judged, through the file's fault or the grader's
    again: bool = False  # no verdict to keep: the next run judges it anew
    kept: float = 1.0  # the share of the points that lateness left
    given: float | None = None  # points for the lesson as a whole, given by hand
    page: str = ""  # where the learner's page lies below the reports
    nameless: tuple[tuple[str, str], ...] = ()  # (exercise, code) of wrong ones without a diagnosis
    name: str = ""  # of the student; `student` is the id, which is the name where no roster is
    section: str = ""
    late: int = 0  # days begun after the deadline that holds for this student
    attempt: int = 1  # which of the student's versions counts
    attempts: int = 1  # versions that were ever handed in
    passages: tuple[Passage, ...] = ()  # what the learner wrote for each exercise
    written: tuple[tuple[str, str], ...] = ()  # (exercise, answer) of what a person is to mark
    prints: tuple[tuple[str, str], ...] = ()  # (exercise, digest of its answer)
    older: tuple[str, ...] = ()  # exercises whose points by hand are for an older answer

    @property
    def score(self) -> float:
        earned = sum(r.score for r in self.results) * self.kept
        return _number(earned if self.given is None else self.given)

    @property
    def max(self) -> float:
        return _number(sum(r.max for r in self.results))

    @property
    def unjudged(self) -> bool:
        """True if the grader itself failed on it, and nobody gave points by hand."""
        statuses = {self.status, *(r.status for r in self.results)}
        return "judge_failed" in statuses and self.given is None

    @property
    def told(self) -> str:
        """How it ended and why, for the learner; nothing where it ended well."""
        return self.reason and TOLD.get(self.status, self.reason)

    @property
    def lines(self) -> list[str]:
        """How it ended and why, and what was odd, each with the file's name."""
        ending = [f"{self.file}: {self.status}: {self.reason}"] if self.reason else []
        return [*ending, *(f"{self.file}: {note}" for note in self.notes)]

    def as_json(self) -> dict[str, Any]:
        """The submission's entry in results.json."""
        return {
            "student": self.student,
            "lesson": self.lesson,
            **(
                {"name": self.name, "section": self.section}
                if self.name not in ("", self.student)
                else {}
            ),
            "file": self.file,
            "page": self.page,
            "status": self.status,
            "reason": self.reason,
            "notes": list(self.notes),
            "score": self.score,
            "max": self.max,
            "seconds": round(self.seconds, 3),
            "exercises": [
                {
                    "name": r.exercise,
                    "score": _number(r.score),
                    "max": _number(r.max),
                    "status": r.status,
                    "rung": r.rung,
                    "diagnosis": r.diagnosis,
                    "told": told(r),
                    "behaviour": r.behaviour,
                    "message": r.message,
                    **({"parts": {p.name: _number(p.score) for p in r.parts}} if r.parts else {}),
                }
                for r in self.results
            ],
        }


def ungraded(submission: Submission, status: str, reason: str) -> SubmissionReport:
    """The report of a submission that was not judged: no points out of those of its lesson."""
    s = submission
    tasks = exercises.load(s.lesson).values() if s.lesson in exercises.names() else ()
    words = "not judged: see the submission's own status."
    results = tuple(
        Result(
            t.name, s.lesson, "missing", 0, t.points, "", words, question=isinstance(t, Question)
        )
        for t in tasks
    )
    about = (s.student, s.lesson, s.file, status, reason)
    again = status == "judge_failed"
    return SubmissionReport(*about, results=results, ungraded=True, again=again)


@dataclass(frozen=True)
class GradeReport:
    """The whole run, and what else the gradebook holds."""

    submissions: tuple[SubmissionReport, ...]
    seed: int
    sandbox: str
    version: str
    out: str = ""
    seconds: float = field(default=0.0, compare=False)
    judged: int | None = field(default=None, compare=False)  # in this run; None: nobody counted
    problems: tuple[str, ...] = ()  # what could not be done for the class, in words
    others: tuple[SubmissionReport, ...] = ()  # what counts and was part of earlier runs only
    totals: Mapping[str, float] = field(default_factory=dict)  # share of the course, by student
    people: Mapping[str, Person] = field(default_factory=dict)  # by student; nobody without roster

    @property
    def everything(self) -> tuple[SubmissionReport, ...]:
        """All that counts in the gradebook."""
        return (*self.others, *self.submissions)

    @cached_property
    def names(self) -> dict[str, str]:
        """Of everybody on the roster, by id; with the id behind it where others have that name."""
        shared = Counter(person.name for person in self.people.values())
        return {
            id: one.name if shared[one.name] == 1 else f"{one.name} ({id})"
            for id, one in self.people.items()
        }

    @property
    def exit_code(self) -> int:
        """0, or 1 if some file could not be graded, or something of the reports not be made."""
        failed = any(s.ungraded or s.unjudged for s in self.submissions)
        return 1 if failed or self.problems else 0

    @property
    def absent(self) -> list[Person]:
        """Who is on the roster and handed nothing in, but for those excused from all of it."""
        there = {s.student for s in self.submissions}
        return [
            one for one in self.people.values() if one.id not in there and not one.is_excused(EVERY)
        ]

    @property
    def failures(self) -> list[str]:
        """What the grader itself failed at, to be said on top: a line on all, then one for each."""
        files = [s.file for s in self.submissions if s.unjudged]
        them = f"{len(files)} submission{'s' if len(files) > 1 else ''}"
        again = f"{'they are' if len(files) > 1 else 'it is'} graded again by the next run"
        told = [f"The grader itself failed on {them}; {again}:", *files] if files else []
        return [*told, *self.problems]

    def as_json(self) -> dict[str, Any]:
        """The content of results.json."""
        return {
            "submissions": [s.as_json() for s in self.submissions],
            "seed": self.seed,
            "sandbox": self.sandbox,
            "version": self.version,
            **({"absent": [one.id for one in self.absent]} if self.people else {}),
        }

    def as_csv(self) -> str:
        """The content of scores.csv: one row per submission."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["student", "lesson", "file", "status", "score", "max"])
        for s in self.submissions:
            texts = [s.student, s.lesson, s.file, s.status]
            score = "" if s.unjudged else s.score  # no points, and not none either
            rows.writerow([*map(text_cell, texts), score, s.max])
        return out.getvalue()

    def summary(self) -> str:
        """A table for the terminal, what needs a look, and the commonest diagnoses."""
        files = [printable(s.file) for s in self.submissions]
        width = max(map(len, files), default=0)
        first, *more = map(printable, self.failures or [""])
        out = [first, *(f"  {line}" for line in more), ""] if first else []
        out += [
            f"{file:<{width}}  {f'{s.score:g} of {s.max:g}':>10}  {s.status}"
            for file, s in zip(files, self.submissions, strict=True)
        ]
        look = dict.fromkeys(printable(line) for s in self.submissions for line in s.lines)
        out += ["", "To look at:", *(f"  {line}" for line in look)] if look else []
        if self.absent:
            out += ["", "Handed nothing in:"]
            out += [f"  {printable(str(one))}" for one in self.absent]
        common = causes(self.submissions).most_common(5)
        out += ["", "Most frequent diagnoses:"] if common else []
        out += [f"  {n:>4} × {cause}" for cause, n in common]
        unnamed = clusters(self.submissions)[:5]
        words = "Without a name; `coursekit new mistake --from` makes a draft of one:"
        out += ["", words] if unnamed else []
        out += [f"  {cluster}" for cluster in unnamed]
        if self.sandbox == "none":
            out += ["", "Run WITHOUT a sandbox: submissions could read and write your files."]
        every = len(self.submissions)
        rate = f" in {self.seconds:.1f} s" if self.seconds else ""
        if self.judged is not None:
            rate += f" ({self.judged} judged, {every - self.judged} kept from before)"
        out += ["", f"{every} graded{rate}; seed {self.seed}; reports in {self.out}"]
        return "\n".join(out)


def _number(value: float) -> float:
    """2.0 as 2: scores are read by people."""
    value = round(float(value), 6)
    return int(value) if value.is_integer() else value
