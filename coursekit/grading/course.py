"""What the course itself ships of a lesson: the cells of its notebook, and what they ask for."""

import ast
import json
from dataclasses import dataclass
from functools import cache

from coursekit import exercises
from coursekit.checking.task import did_you_mean
from coursekit.errors import CourseError, GradeError, WorkspaceError
from coursekit.workspace import called, shipped


@dataclass(frozen=True)
class Shipped:
    """A cell as learners get it."""

    id: str
    kind: str
    source: str
    demo: bool
    exercise: str  # the name of the exercise that is answered in it, or nothing


@cache
def cells(lesson: str) -> tuple[Shipped, ...]:
    """The cells of a lesson's notebook; none for a pack, or where no notebooks were installed."""
    try:
        paths = [path for path in shipped() if path.stem[3:] == lesson]
        whole = [json.loads(path.read_text("utf-8")) for path in paths]
    except (WorkspaceError, OSError, ValueError):
        return ()
    return tuple(_cell(cell) for notebook in whole for cell in notebook["cells"])


def numbered(text: str) -> str:
    """The lesson of the course that is called "09", "9" or "09_full_layer"; "" if there is none."""
    try:
        return (called(text, (path.stem for path in shipped())) or "")[3:]
    except CourseError:  # no notebooks came with it: packs have no numbers
        return ""


def stem(lesson: str) -> str:
    """What a lesson's notebook is called, without its ending: "09_full_layer"; a pack's has none.

    It is the name alone, too, where no notebooks were installed.
    """
    try:
        return next((path.stem for path in shipped() if path.stem[3:] == lesson), lesson)
    except WorkspaceError:
        return lesson


def lesson(text: str) -> str:
    """The lesson of the course, or the pack, that a person means.

    Raises:
        GradeError: there is none.
    """
    known = exercises.names()
    if text in known:
        return text
    if not (name := numbered(text)):
        raise GradeError(f"no lesson is called {text!r}.{did_you_mean(text, known)}")
    return name


def asked(lesson: str) -> frozenset[str]:
    """The names of a lesson's exercises, or of a pack's, told without importing them."""
    if lesson not in exercises.PACKS:
        return frozenset(cell.exercise for cell in cells(lesson) if cell.exercise)
    try:
        return _decorated(exercises.PACKS[lesson].read_text("utf-8"))
    except (OSError, ValueError):  # it is said where the pack is loaded
        return frozenset()


@cache
def _decorated(source: str) -> frozenset[str]:
    """The names of what is decorated with @exercise(…)."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and any(
            isinstance(one, ast.Call) and ast.unparse(one.func).split(".")[-1] == "exercise"
            for one in node.decorator_list
        )
    )


def _cell(cell: dict) -> Shipped:
    about = cell["metadata"]
    return Shipped(
        cell["id"],
        cell["cell_type"],
        "".join(cell["source"]),
        "demo" in about.get("tags", ()),
        about.get("coursekit", {}).get("exercise", ""),
    )
