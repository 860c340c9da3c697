"""What came of grading, as values, and as results.json and scores.csv."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from coursekit import exercises
from coursekit.checking import Result
from coursekit.grading.submissions import Submission

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

    @property
    def score(self) -> float:
        earned = sum(r.score for r in self.results) * self.kept
        return _number(earned if self.given is None else self.given)

    @property
    def max(self) -> float:
        return _number(sum(r.max for r in self.results))

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
            "file": self.file,
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
                    "message": r.message,
                }
                for r in self.results
            ],
        }


def ungraded(submission: Submission, status: str, reason: str) -> SubmissionReport:
    """The report of a submission that was not judged: no points out of those of its lesson."""
    s = submission
    tasks = exercises.load(s.lesson).values() if s.lesson in exercises.names() else ()
    words = "not judged: see the submission's own status."
    results = tuple(Result(t.name, s.lesson, "missing", 0, t.points, "", words) for t in tasks)
    about = (s.student, s.lesson, s.file, status, reason)
    again = status == "judge_failed"
    return SubmissionReport(*about, results=results, ungraded=True, again=again)


@dataclass(frozen=True)
class GradeReport:
    """The whole run."""

    submissions: tuple[SubmissionReport, ...]
    seed: int
    sandbox: str
    version: str
    out: str = ""
    seconds: float = field(default=0.0, compare=False)
    judged: int | None = field(default=None, compare=False)  # in this run; None: nobody counted

    @property
    def exit_code(self) -> int:
        """0, or 1 if some file could not be graded."""
        failed = any(s.ungraded or s.status == "judge_failed" for s in self.submissions)
        return 1 if failed else 0

    def as_json(self) -> dict[str, Any]:
        """The content of results.json."""
        return {
            "submissions": [s.as_json() for s in self.submissions],
            "seed": self.seed,
            "sandbox": self.sandbox,
            "version": self.version,
        }

    def as_csv(self) -> str:
        """The content of scores.csv: one row per submission."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["student", "lesson", "file", "status", "score", "max"])
        for s in self.submissions:
            texts = [s.student, s.lesson, s.file, s.status]
            rows.writerow([*map(text_cell, texts), s.score, s.max])
        return out.getvalue()

    def summary(self) -> str:
        """A table for the terminal, what needs a look, and the commonest diagnoses."""
        width = max((len(s.file) for s in self.submissions), default=0)
        out = [
            f"{s.file:<{width}}  {f'{s.score:g} of {s.max:g}':>10}  {s.status}"
            for s in self.submissions
        ]
        look = [line for s in self.submissions for line in s.lines]
        out += ["", "To look at:", *(f"  {line}" for line in look)] if look else []
        common = self._diagnoses().most_common(5)
        out += ["", "Most frequent diagnoses:"] if common else []
        out += [f"  {n:>4} × {exercise}: {name}" for (exercise, name), n in common]
        if self.sandbox == "none":
            out += ["", "Run WITHOUT a sandbox: submissions could read and write your files."]
        every = len(self.submissions)
        rate = f" in {self.seconds:.1f} s" if self.seconds else ""
        if self.judged is not None:
            rate += f" ({self.judged} judged, {every - self.judged} kept from before)"
        out += ["", f"{every} graded{rate}; seed {self.seed}; reports in {self.out}"]
        return "\n".join(out)

    def _diagnoses(self) -> Counter[tuple[str, str]]:
        return Counter(
            (r.exercise, r.diagnosis.replace("_", " "))
            for s in self.submissions
            for r in s.results
            if r.diagnosis and r.max and r.status != "unsolved"
        )


def _number(value: float) -> float:
    """2.0 as 2: scores are read by people."""
    value = round(float(value), 6)
    return int(value) if value.is_integer() else value


def text_cell(text: str) -> str:
    """Text that a spreadsheet takes as text, even if it begins as a formula would."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
