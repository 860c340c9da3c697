"""Whose notebook is this, and of which lesson? Read from where the file lies."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from coursekit import exercises
from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError

NAMED = re.compile(r"\d\d_(?P<lesson>\w+)")


@dataclass(frozen=True)
class Submission:
    """One notebook handed in. `problem` is why it cannot be graded, or nothing."""

    student: str
    lesson: str
    path: Path
    file: str  # relative to the folder of submissions
    problem: str = ""


@dataclass(frozen=True)
class Layout:
    """A way to lay submissions out: `student` reads a relative path, or declines with None."""

    shape: str
    student: Callable[[PurePath], str | None]


# The first layout that accepts a path wins; a new one is a row.
LAYOUTS = (
    Layout("STUDENT/NN_lesson.ipynb", lambda path: path.parts[0] if len(path.parts) == 2 else None),
)


def discover(folder: Path) -> list[Submission]:
    """Every submission under a folder, sorted by student and file.

    Raises:
        GradeError: the folder does not exist or holds no notebook.
    """
    if not folder.is_dir():
        raise GradeError(f"{folder} is not a folder; name the one that holds {_shapes()}")
    found = [p for p in folder.rglob("*.ipynb") if not _hidden(p.relative_to(folder))]
    if not found:
        raise GradeError(f"{folder} holds no notebook; {_shapes()} is looked for")
    known = exercises.names()
    return sorted((_submission(folder, p, known) for p in found), key=lambda s: (s.student, s.file))


def _submission(folder: Path, path: Path, known: Iterable[str]) -> Submission:
    relative = path.relative_to(folder)
    file, named = relative.as_posix(), NAMED.fullmatch(path.stem)
    lesson = named["lesson"] if named else path.stem
    student = next((s for layout in LAYOUTS if (s := layout.student(relative)) is not None), None)
    problem = ""
    if student is None:
        student = relative.parts[0] if len(relative.parts) > 1 else ""
        problem = f"it lies in the wrong place; move it to {_shapes()}"
    elif path.is_symlink() or not path.is_file():
        problem = "it is a link or a device; hand in the notebook itself"
    elif lesson not in known:
        guess = did_you_mean(lesson, known)
        problem = f"no lesson is called {lesson!r}.{guess} Name the file as the lesson's notebook"
    return Submission(student, lesson, path, file, problem)


def _hidden(path: PurePath) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _shapes() -> str:
    return " or ".join(layout.shape for layout in LAYOUTS)
