"""Which cell of the course's notebooks a running cell is, and what that cell needs."""

import ast
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from coursekit import workspace
from coursekit.errors import WorkspaceError
from coursekit.learning.reading import read
from coursekit.matching import source


@dataclass(frozen=True)
class CourseCell:
    """A code cell as the course ships it.

    Args:
        notebook: its name without ".ipynb".
        answers: True if it holds an answer, or checks one.
        needs: the packages that its author says it needs.
    """

    notebook: str
    id: str
    answers: bool
    needs: frozenset[str]
    tree: ast.Module = field(compare=False, repr=False)


@cache
def cells() -> tuple[CourseCell, ...]:
    """Every code cell of the course, lesson by lesson and in order."""
    with suppress(WorkspaceError):
        return tuple(cell for path in workspace.shipped() for cell in _of(path))
    return ()


def find(tree: ast.Module, id: str | None, notebook: str | None) -> CourseCell | None:
    """The course's cell with the same Python, of this notebook first; else that with the id.

    Args:
        id: as the front end tells it, if it does.
        notebook: in which the cell is thought to stand, without ".ipynb".
    """
    same = _by_code().get(_code(tree), ())
    here = [cell for cell in same if cell.notebook == notebook]
    for found in (*here[:1], *same[:1]):
        return found
    return next((c for c in cells() if id and (c.notebook, c.id) == (notebook, id)), None)


def exercises() -> frozenset[str]:
    """The name of every exercise that a cell of the course holds."""
    return _exercises()


def _of(path: Path) -> Iterator[CourseCell]:
    with suppress(OSError, ValueError, KeyError):
        shipped = json.loads(path.read_text("utf-8"))["cells"]
        ids = {cell["id"] for cell in shipped}
        for cell in shipped:
            if cell["cell_type"] == "code":
                about: dict[str, Any] = cell["metadata"].get("coursekit", {})
                asked = "exercise" in about or f"check-{cell['id']}" in ids
                answers = asked or cell["id"].startswith("check-")
                needs = frozenset(about.get("needs", ()))
                with suppress(SyntaxError):
                    tree = ast.parse(source(cell))
                    yield CourseCell(path.stem, cell["id"], answers, needs, tree)


@cache
def _by_code() -> dict[str, list[CourseCell]]:
    found: dict[str, list[CourseCell]] = {}
    for cell in cells():
        found.setdefault(_code(cell.tree), []).append(cell)
    return found


@cache
def _exercises() -> frozenset[str]:
    return frozenset(
        name for cell in cells() if cell.answers for name in read(cell.tree.body).binds
    )


def _code(tree: ast.Module) -> str:
    return ast.dump(tree)
