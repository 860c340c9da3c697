"""Answers that are alike, between students and with the published ones: a list to look at.

It is never a verdict: a short exercise has few right answers, and whoever learned from the
published one writes it again. What is compared is the definition of the function asked for, token
by token. Names that its author chose are numbered in the order they appear, for renaming is the
first thing that a copier does; attributes, keywords, operators and numbers stay, for they are what
tells one way of computing from another. Comments, docstrings and layout are left out. Statements
put in another order are not seen through. Exercises that come with an answer are left out.

Each exercise is a block of its own. Equal answers are one form; the F forms that are left are all
compared with each other by rapidfuzz, O(F²) comparisons in C++: for 1,000 submissions at most
500,000 per exercise, about a second, and one byte of memory for each.
"""

import ast
import builtins
import hashlib
import inspect
import io
import itertools
import keyword
import textwrap
import tokenize
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.source.reach import parse
from coursekit.errors import GradeError
from coursekit.grading.intake.notebook import read
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.intake.transform import tell_all
from coursekit.grading.reports.results import GradeReport
from coursekit.patience import TEXT, at_most

if TYPE_CHECKING:  # imported where answers are compared
    import numpy as np

ALIKE = 90  # per cent of the tokens, in order
SHORTEST = 30  # tokens; below, everybody writes the same
LONGEST = 2_000  # tokens; the course's own answers end at about 400, and nobody may fill the hours
LARGEST = 100_000  # characters; longer code is no answer to an exercise
PUBLISHED = "published/"  # no student: names of students are names of files
UNWRITTEN = ("unsolved", "missing")
SOLUTIONS = Path(__file__).parents[3] / "solutions"
LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip


Answers = tuple[tuple[str, str], ...]  # a submission's (exercise, code)


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

    def as_json(self) -> dict[str, Any]:
        """The group's entry in similar.json."""
        return {
            "lesson": self.lesson,
            "exercise": self.exercise,
            "students": list(self.students),
            "published": list(self.published),
            "similarity": self.similarity,
            "tokens": self.tokens,
            "answers": self.answers,
        }


def similar(
    report: GradeReport, found: Sequence[Submission], read: Sequence[Answers] | None = None
) -> list[Alike]:
    """Every group of answers that are alike, those far from any published one and long ones first.

    Answers that were not written, or of under SHORTEST or over LONGEST tokens, are left out.

    Args:
        read: the `answers` of each submission, where they were read elsewhere.
    """
    if read is None:
        read = [answers(one) for one in found]
    written: dict[tuple[str, str], dict[str, str]] = {}  # (lesson, exercise) -> who -> code
    done = {
        (s.file, r.exercise)
        for s in report.submissions
        for r in s.results
        if r.status not in UNWRITTEN
    }
    for submission, own in zip(found, read, strict=True):
        for name, code in own:
            if (submission.file, name) in done:
                written.setdefault((submission.lesson, name), {})[submission.student] = code
    groups = [g for key in sorted(written) for g in _groups(*key, written[key])]
    return sorted(groups, key=lambda g: (bool(g.published), -g.tokens, g.exercise, g.students))


def fingerprint(report: GradeReport, found: Sequence[Submission]) -> str:
    """A hash of all that `similar` looks at, far cheaper than looking."""
    seen = hashlib.sha256(f"{report.version} {ALIKE} {SHORTEST}".encode())
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


def _groups(lesson: str, name: str, written: dict[str, str]) -> Iterator[Alike]:
    """The groups of one exercise: the connected parts of "alike"."""
    task = exercises.load(lesson)[name]
    assert isinstance(task, Exercise)
    code = written | {PUBLISHED + own: text for own, text in published(task).items()}
    forms: dict[tuple[str, ...], list[str]] = {}
    for author, text in code.items():
        if SHORTEST <= len(form := tokens(text)) <= LONGEST:
            forms.setdefault(form, []).append(author)
    near = compare(list(forms))
    who, lengths = list(forms.values()), [len(form) for form in forms]
    for part in _parts(near):
        everyone = [one for i in part for one in who[i]]
        students = tuple(sorted(one for one in everyone if not one.startswith(PUBLISHED)))
        own = tuple(one.removeprefix(PUBLISHED) for one in everyone if one.startswith(PUBLISHED))
        if not students or len(students) + len(own) < 2:
            continue
        equal = any(len(who[i]) > 1 for i in part)
        closest = 100 if equal else max(int(near[i, j]) for i in part for j in part if i != j)
        sources = tuple((", ".join(map(_label, who[i])), code[who[i][0]]) for i in part)
        longest = max(lengths[i] for i in part)
        yield Alike(name, lesson, students, own, closest, longest, len(written), sources)


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
    return author.replace(PUBLISHED, "published: ")


def _source(function: Callable) -> str:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
    return "\n".join(lines[start:])


def tokens(code: str) -> tuple[str, ...]:
    """The tokens of a definition, without what a copier changes first: names, comments, layout."""
    try:
        reader = tokenize.generate_tokens(io.StringIO(code).readline)
        raw = list(itertools.islice(reader, 10 * LONGEST))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return ()
    kept, given, statement = [], dict[str, str](), True
    for before, token in zip([None, *raw], raw, strict=False):
        if token.type in LAYOUT:
            statement = statement or token.type not in (tokenize.COMMENT, tokenize.NL)
            continue
        if token.type == tokenize.STRING and statement:
            continue  # a docstring, the course's own
        statement = False
        text = token.string
        chosen = token.type == tokenize.NAME and not keyword.iskeyword(text)
        if chosen and not hasattr(builtins, text) and not (before and before.string == "."):
            text = given.setdefault(text, f"name{len(given)}")
        kept.append(text)
    return tuple(kept)


def compare(forms: Sequence[tuple[str, ...]]) -> "np.ndarray":
    """How alike each two forms are, in per cent; 0 where it is under ALIKE."""
    import numpy as np
    from rapidfuzz.process import cdist

    # One character for each token: rapidfuzz is fastest on strings.
    numbers: dict[str, int] = {}
    lines = ["".join(chr(numbers.setdefault(t, len(numbers) + 1)) for t in f) for f in forms]
    return cdist(lines, lines, score_cutoff=ALIKE, dtype=np.uint8)


def _parts(near: "np.ndarray") -> list[list[int]]:
    """The connected parts of a symmetric table of who is near whom."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(csr_matrix(near > 0), directed=False)
    parts: list[list[int]] = [[] for _ in range(count)]
    for i, part in enumerate(label):
        parts[part].append(i)
    return parts
