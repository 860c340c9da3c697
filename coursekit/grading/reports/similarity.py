"""Answers that are alike, between students and with the published ones: a list to look at.

It is never a verdict: a short exercise has few right answers, and whoever learned from the
published one, which `use` and the last hint hand out, writes it again. What is compared is the
definition of the function asked for, as `forms` reads it: without what the course gave. Statements
put in another order are not seen through. Exercises that come with an answer are left out.

Each exercise is a block of its own. Equal answers are one form; the F forms that are left are all
compared with each other by rapidfuzz, O(F²) comparisons in C++: for 1,000 submissions at most
500,000 per exercise, about a second, and one byte of memory for each. Forms of earlier years are
compared with this year's, and not among themselves.
"""

import ast
import hashlib
import inspect
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.source.reach import parse
from coursekit.errors import GradeError
from coursekit.grading.intake.notebook import read
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.intake.transform import tell_all
from coursekit.grading.reports.forms import (
    ALIKE,
    LONGEST,
    SHORTEST,
    Form,
    compare,
    given,
    parts,
    tokens,
)
from coursekit.grading.reports.results import GradeReport
from coursekit.patience import TEXT, at_most

LARGEST = 100_000  # characters; longer code is no answer to an exercise
PUBLISHED = "published/"  # no student: names of students are names of files
UNWRITTEN = ("unsolved", "missing")
SOLUTIONS = Path(__file__).parents[3] / "solutions"
EARLIER = "earlier/"  # neither

Answers = tuple[tuple[str, str], ...]  # a submission's (exercise, code)
Written = dict[tuple[str, str], dict[str, str]]  # (lesson, exercise) -> student -> code


@dataclass(frozen=True)
class Alike:
    """Answers to one exercise that are alike: each to at least one of the others."""

    exercise: str
    lesson: str
    students: tuple[str, ...]
    published: tuple[str, ...]  # names of the course's own answers among them
    similarity: int  # per cent, of the two that are closest
    tokens: int
    answers: int  # how many were compared
    sources: tuple[tuple[str, str], ...]  # (who, code), one for each different form
    earlier: tuple[str, ...] = ()  # students of earlier years among them: "ada (2025)"

    def as_json(self) -> dict[str, Any]:
        """The group's entry in similar.json."""
        return {
            "lesson": self.lesson,
            "exercise": self.exercise,
            "students": list(self.students),
            "earlier": list(self.earlier),
            "published": list(self.published),
            "similarity": self.similarity,
            "tokens": self.tokens,
            "answers": self.answers,
        }


def similar(
    report: GradeReport,
    found: Sequence[Submission],
    read: Sequence[Answers] | None = None,
    earlier: Mapping[str, Written] | None = None,
) -> list[Alike]:
    """Every group of answers that are alike, those far from any published one and long ones first.

    Answers that were not written, or of under SHORTEST or over LONGEST tokens, are left out.

    Args:
        read: the `answers` of each submission, where they were read elsewhere.
        earlier: what was written in earlier years, by what the year is called.
    """
    every = written(report, found, read)
    years = earlier or {}
    groups: list[Alike] = []
    for key in sorted(every):
        before = {year: old.get(key, {}) for year, old in years.items()}
        groups += _groups(*key, every[key], before)
    return sorted(groups, key=lambda g: (bool(g.published), -g.tokens, g.exercise, g.students))


def written(
    report: GradeReport, found: Sequence[Submission], read: Sequence[Answers] | None = None
) -> Written:
    """What students wrote for each exercise; see `similar`."""
    if read is None:
        read = [answers(one) for one in found]
    every: Written = {}
    done = {
        (s.file, r.exercise)
        for s in report.submissions
        for r in s.results
        if r.status not in UNWRITTEN
    }
    for submission, own in zip(found, read, strict=True):
        for name, code in own:
            if (submission.file, name) in done:
                every.setdefault((submission.lesson, name), {})[submission.student] = code
    return every


def fingerprint(report: GradeReport, found: Sequence[Submission], earlier: str = "") -> str:
    """A hash of all that `similar` looks at, far cheaper than looking.

    Args:
        earlier: a hash of what was written in earlier years.
    """
    seen = hashlib.sha256(f"{report.version} {ALIKE} {SHORTEST} without given {earlier}".encode())
    for s in report.submissions:
        outcomes = [(r.exercise, r.status in UNWRITTEN) for r in s.results]
        seen.update(repr((s.student, s.file, outcomes)).encode())
    for submission in found:
        about = (submission.student, submission.file, submission.problem)
        seen.update(repr(about).encode())
        seen.update(submission.content_hash().encode())
    return seen.hexdigest()


@at_most(TEXT)
def answers(submission: Submission) -> Answers:
    """The code of each exercise of a submission that defines it; the last definition counts."""
    return () if submission.problem else tuple(_answers(submission))


def _answers(submission: Submission) -> Iterator[tuple[str, str]]:
    tasks = exercises.load(submission.lesson).items()
    # Who mends one text that all received writes what all others write.
    names = [name for name, task in tasks if isinstance(task, Exercise) and not task.planted]
    last: dict[str, str] = {}
    try:
        cells = [c.source for c in read(submission.path).run if _mentions(c.source, names)]
        for told in tell_all(cells):
            for node in [] if told.problem else parse(told.text).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names:
                    last[node.name] = ast.get_source_segment(told.text, node) or ""
    except (GradeError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for name in names:
        if name in last:
            yield name, last[name] if len(last[name]) <= LARGEST else ""


def _mentions(source: str, names: Sequence[str]) -> bool:
    """True if a text has one of these names in it, in whichever letters Python takes for it."""
    text = unicodedata.normalize("NFKC", source)
    return any(name in text for name in names)


def _groups(
    lesson: str, name: str, own: dict[str, str], before: Mapping[str, Mapping[str, str]]
) -> Iterator[Alike]:
    """The groups of one exercise: the connected parts of "alike"."""
    task = exercises.load(lesson)[name]
    assert isinstance(task, Exercise)
    code = own | {PUBLISHED + title: text for title, text in published(task).items()}
    now = _forms(code, lesson)
    # Who takes the course again may hand in what they wrote the first time.
    old = {
        f"{EARLIER}{student} ({year})": text
        for year, texts in before.items()
        for student, text in texts.items()
        if student not in own
    }
    past = _forms(old, lesson)
    for form in now.keys() & past.keys():
        now[form] += past.pop(form)
    near = compare(list(now), list(past))
    both = now | past
    who, lengths = list(both.values()), [len(form) for form in both]
    code |= old
    for part in parts(near):
        everyone = [one for i in part for one in who[i]]
        students = [one for one in everyone if not one.startswith((PUBLISHED, EARLIER))]
        titles, others = _of(PUBLISHED, everyone), _of(EARLIER, everyone)
        if not students or len(everyone) < 2:
            continue
        equal = any(len(who[i]) > 1 for i in part)
        rows = [i for i in part if i < len(near)]
        closest = 100 if equal else max(int(near[i, j]) for i in rows for j in part if i != j)
        sources = tuple(("; ".join(map(_label, who[i])), code[who[i][0]]) for i in part)
        longest = max(lengths[i] for i in part)
        about = (name, lesson, tuple(sorted(students)), titles, closest, longest, len(own), sources)
        yield Alike(*about, earlier=tuple(sorted(others)))


def _of(kind: str, authors: Sequence[str]) -> tuple[str, ...]:
    return tuple(one.removeprefix(kind) for one in authors if one.startswith(kind))


def _forms(code: Mapping[str, str], lesson: str) -> dict[Form, list[str]]:
    """Who wrote which form; too short and too long ones are left out."""
    base, forms = given(lesson), dict[Form, list[str]]()
    for author, text in code.items():
        if SHORTEST <= len(form := tokens(text, base)) <= LONGEST:
            forms.setdefault(form, []).append(author)
    return forms


def published(task: Exercise) -> dict[str, str]:
    """The course's own answers to an exercise, by name: right, alternative, or of its lesson."""
    functions = {task.name: task.right, **task.alternatives}
    found = {name: _source(function) for name, function in functions.items()}
    for path in SOLUTIONS.glob(f"[0-9][0-9]_{task.lesson}.ipynb"):  # in a checkout of the course
        solved = dict(_answers(Submission("", task.lesson, path, path.name)))
        if task.name in solved:
            found[f"the solved lesson's {task.name}"] = solved[task.name]
    return found


def _label(author: str) -> str:
    return author.replace(PUBLISHED, "published: ").removeprefix(EARLIER)


def _source(function: Callable) -> str:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
    return "\n".join(lines[start:])
