"""Bring a workspace up to date, or one of its notebooks back to the start, losing nothing.

    workspace/NN_x.ipynb                   the learner's
    workspace/.coursekit/base/NN_x.ipynb   the course's, as the learner got it (see editions.py)
    workspace/backups/NN_x TIME.ipynb      the learner's, before update or reset changed it

A backup is written first, then both editions, then the notebook, then the base, each file whole or
not at all. So a process may be killed at any moment: what is on the disk is one notebook or the
other, and says which; updating again does the rest.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from coursekit import workspace
from coursekit.errors import WorkspaceError
from coursekit.files import write_whole
from coursekit.renamed import carry
from coursekit.workspace.editions import Editions, mark, marked, with_mark
from coursekit.workspace.merge import Notebook, merge
from coursekit.workspace.trust import trust, trusted

RELOAD = (
    "A notebook that is open in JupyterLab: File > Reload Notebook from Disk, before you type. "
    "If JupyterLab asks when it saves, choose Revert. "
    "Was it Overwrite? Then run `coursekit update` again: nothing is lost."
)
PUT_BACK = "     had been put back to before an update (JupyterLab's Overwrite?); merged again"
UNSEEN = "     tags and other marks that are not seen"
FOREIGN = (
    "its cells are not recognized as the course's, by id or by what is in them, so the new edition "
    "was not merged. To start the lesson anew (yours is backed up): coursekit reset {}"
)


@dataclass(frozen=True)
class Done:
    """What became of one notebook; `problem` if it could not be read, and stays as it is."""

    name: str
    changes: tuple[str, ...] = ()
    backup: Path | None = None
    problem: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"{self.name}: left as it is; {self.problem}"
        lines = [self.name, *self.changes]
        return "\n".join([*lines, f"     before: {self.backup}"] if self.backup else lines)


def update(directory: Path, course: Sequence[Path] | None = None) -> list[Done]:
    """Merge today's course into every notebook of a workspace, and add those that it lacks.

    Args:
        directory: the workspace.
        course: the course's notebooks; those that came with coursekit if None.

    Returns:
        one entry for each notebook that was added, changed, or could not be read.

    Raises:
        WorkspaceError: there is no such folder, or it cannot be written.
    """
    course = workspace.shipped() if course is None else course
    if not directory.is_dir():
        raise WorkspaceError(
            f"there is no workspace {directory}; name yours (coursekit update DIR), "
            "or make one: coursekit lab DIR"
        )
    added = [Done(path.name, ("     new lesson",)) for path in workspace.make(directory, course)]
    fresh = {done.name for done in added}
    try:
        old = [_update_one(directory, path) for path in course if path.name not in fresh]
    except OSError as error:
        raise WorkspaceError(
            f"cannot write {error.filename or directory}: {error.strerror or error}; "
            "your notebooks are whole; make room or allow writing, and update again"
        ) from error
    return added + [done for done in old if done]


def _update_one(directory: Path, source: Path) -> Done | None:
    target, base = directory / source.name, workspace.base(directory, source.name)
    try:
        mine = _read(target)
    except (OSError, ValueError) as error:
        problem = f"it cannot be read ({error}). Start it anew: coursekit reset {source.name[:2]}"
        return Done(source.name, problem=problem)
    shipped, editions = source.read_bytes(), Editions(directory, source.name)
    edition = editions.of(mine)
    today = base.read_bytes() if base.exists() else None
    if edition == shipped:
        if today != shipped:  # an update was killed before its last step
            write_whole(base, shipped)
        return None
    merged = merge(*carry(_edition(edition), mine), json.loads(shipped))
    if merged.foreign:
        return Done(source.name, problem=FOREIGN.format(source.name[:2]))
    changes, backup = tuple(merged.summary()), None
    written = with_mark(merged.notebook, marked(mine)) != mine
    editions.keep(mine, edition, shipped, written=written)
    if written:
        backup, safe = _back_up(directory, target), trusted(target.read_bytes())
        write_whole(target.resolve(), _dump(with_mark(merged.notebook, mark(shipped))))
        if safe:
            trust(target)
        changes = (PUT_BACK, *changes) if today == shipped else changes or (UNSEEN,)
    write_whole(base, shipped)
    return Done(source.name, changes, backup) if changes else None


def reset(directory: Path, lesson: str, course: Sequence[Path] | None = None) -> Done:
    """Give a lesson back as the course has it; the learner's notebook is backed up first.

    Args:
        directory: the workspace.
        lesson: "04" or "4" or "batchnorm_forward" or "04_batchnorm_forward".
        course: the course's notebooks; those that came with coursekit if None.

    Raises:
        WorkspaceError: no lesson is called so, there is no such folder, or it cannot be written.
    """
    course = workspace.shipped() if course is None else course
    stem = workspace.called(lesson, (path.stem for path in course))
    source = next((path for path in course if path.stem == stem), None)
    if source is None:
        numbers = ", ".join(path.stem[:2] for path in course)
        raise WorkspaceError(f"no lesson is called {lesson!r}; choose one of {numbers}")
    target = directory / source.name
    if not directory.is_dir():
        raise WorkspaceError(f"there is no workspace {directory}; coursekit lab makes one")
    try:
        backup = _back_up(directory, target) if target.exists() else None
        Editions(directory, source.name).anew(source.read_bytes())
        write_whole(workspace.base(directory, source.name), source.read_bytes())
        write_whole(target.resolve(), source.read_bytes())
    except OSError as error:
        reason = error.strerror or error
        raise WorkspaceError(f"cannot reset {target}: {reason}; it stays as it was") from error
    return Done(source.name, ("     as the course has it",), backup)


def _back_up(directory: Path, target: Path) -> Path:
    """Copy a notebook to a name that nothing has yet."""
    stem = f"{target.stem} {time.strftime('%Y-%m-%d %H.%M.%S')}"
    names = (f"{stem}.ipynb" if n == 1 else f"{stem} ({n}).ipynb" for n in count(1))
    copy = next(p for name in names if not (p := directory / "backups" / name).exists())
    write_whole(copy, target.read_bytes())
    return copy


def _read(path: Path) -> Notebook:
    """A notebook; nbformat 4 is JSON with cells."""
    return _parsed(path.read_bytes())


def _parsed(content: bytes) -> Notebook:
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("it is not a notebook of format 4")
    if not isinstance(notebook.get("metadata", {}), dict):
        raise ValueError("what it says of itself is not in a form that can be read")
    for number, cell in enumerate(notebook["cells"], 1):
        if not _is_cell(cell):
            raise ValueError(f"number {number} of its cells is not a cell")
    return notebook


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        return False
    lines = cell.get("source")
    good = isinstance(lines, str) or (
        isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    )
    return good and isinstance(cell.get("metadata", {}), dict)


def _edition(content: bytes | None) -> Notebook | None:
    """The notebook that the learner started from, where the workspace knows it."""
    try:
        notebook = _parsed(content or b"")
    except ValueError:
        return None
    return notebook if all(isinstance(cell.get("id"), str) for cell in notebook["cells"]) else None


def _dump(notebook: Notebook) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
