"""Lessons as nbgrader's assignments: its metadata and marks around the same cells.

The form is schema 3 of cell metadata, as nbgrader 0.9 reads it:
https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html. An exercise's cell is an
"autograded answer", its check an "autograder test" whose hidden part draws other inputs than the
learner sees. A warm-up's check is no test: it carries no points. Nor do questions, which stay as
learners get them; so does an exercise that comes with a planted mistake, for nbgrader can only put
its own stub in an answer's place.
"""

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.authoring.answers import BEGIN, END, page
from coursekit.authoring.build import NOQA, build, dump
from coursekit.authoring.cells import Cell, lesson_name
from coursekit.checking import Exercise, Manual, Task
from coursekit.files import write_whole

CONFIG = """\
c = get_config()  # noqa: F821
# Experiments take longer than the 30 s that nbgrader gives a cell; COURSEKIT_QUICK=1 shortens them.
c.ExecutePreprocessor.timeout = 600
"""
# The last value is the cell's points: nbgrader's partial credit.
TEST = """\
from coursekit.learning import score

score({name})
### BEGIN HIDDEN TESTS
score({name}, seed={seed})
### END HIDDEN TESTS"""


def write(lessons: list[Path], course: Path) -> Iterator[Path]:
    """Write each lesson source as course/source/NN_lesson/NN_lesson.ipynb, ready for release.

    Raises:
        BuildError: a lesson breaks the authoring rules.
    """
    for source in lessons:
        path = course / "source" / source.stem / f"{source.stem}.ipynb"
        write_whole(path, dump(assignment(source, 1 + secrets.randbelow(2**31))))
        yield path
    config = course / "nbgrader_config.py"
    if not config.exists():
        write_whole(config, CONFIG)
        yield config


def assignment(source: Path, seed: int) -> dict[str, Any]:
    """The instructor's version of a lesson, as plain JSON data.

    Args:
        seed: of the inputs in hidden tests. Whoever knows it can work them out.

    Raises:
        BuildError: the lesson breaks the authoring rules.
    """
    tasks = exercises.load(lesson_name(source))
    originals = {cell.id: cell for cell in page(source, tasks)}
    notebook = build(source)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            _mark(cell, originals[cell["id"]], tasks, seed)
    return notebook


def _mark(cell: dict[str, Any], original: Cell, tasks: dict[str, Task], seed: int) -> None:
    """Make one cell what it is to nbgrader; the others are the learner's own."""
    task = tasks.get(cell["id"])
    checked = tasks.get(cell["id"].removeprefix("check-"))
    if isinstance(checked, Exercise) and checked is not task and checked.points:
        _become(cell, TEST.format(name=checked.name, seed=seed), points=checked.points)
    elif isinstance(task, Exercise) and not task.planted:
        _become(cell, _answer(original), solution=True)
    elif isinstance(task, Manual):
        _become(cell, _answer(original), solution=True, points=task.points)
    elif cell["metadata"].get("editable") is False:
        _become(cell, "".join(cell["source"]))


def _answer(original: Cell) -> str:
    """An exercise's cell with the answer between nbgrader's marks."""
    marked = original.source.replace(BEGIN, f"##{BEGIN}").replace(END, f"##{END}")
    return NOQA.sub("", marked)


def _become(
    cell: dict[str, Any], text: str, *, solution: bool = False, points: float | None = None
) -> None:
    about = {
        "schema_version": 3,
        "grade_id": cell["id"],
        "grade": points is not None,
        "solution": solution,
        "locked": not solution,
        "task": False,
    } | ({} if points is None else {"points": points})
    cell["source"] = text.splitlines(keepends=True)
    cell["metadata"]["nbgrader"] = about | {"checksum": checksum(text, "code", about)}


def checksum(text: str, cell_type: str, about: dict[str, Any]) -> str:
    """What nbgrader tells a changed cell by: MD5 of its source, kind, flags, id and points."""
    flags = (about["grade"], about["solution"], about["locked"])
    parts = [text, cell_type, *map(str, flags), about["grade_id"]]
    if about["grade"]:
        parts.append(str(float(about["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
