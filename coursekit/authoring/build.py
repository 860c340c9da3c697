"""Lesson source -> notebooks: nobody edits a notebook.

The pages are solutions/NN_lesson.py, their answers coursekit/exercises/ (see `answers`). Two marks,
each alone on its line, hide an answer; nothing else does:

    # BEGIN SOLUTION
    # END SOLUTION

Anything that resembles a mark and is not one is an error, so that a typo cannot publish an
answer. Prose may hold directives, which `directives.expand` fills, and numbers that were measured,
which `numbers.fill` does. Notes for instructors go to their guide (`notes`); a learner's links to
pages of docs/ go to the repository (`links`).
"""

import ast
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from coursekit import exercises, stored
from coursekit.authoring import links, needs, notes, numbers
from coursekit.authoring.answers import BEGIN, END, page, received
from coursekit.authoring.cells import Cell, lesson_name
from coursekit.authoring.directives import expand
from coursekit.checking import Exercise, Task
from coursekit.errors import BuildError

RESEMBLES_MARK = re.compile(r"#.*\b(begin|end)\b.*\bsol", re.IGNORECASE)
NOQA = re.compile(r"  # noqa\b.*$", re.MULTILINE)  # a word to the author's tools, not to readers
COMPARED = "# NBVAL_CHECK_OUTPUT"
GLOSSARY = "docs/glossary.md"  # a learner's copy lies beside the notebooks, wherever these are
LOCKED = {"editable": False, "deletable": False}
BANNER = "solutions/{0}.py, by `coursekit build`: edit that file, not this one"
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def build(
    source: Path,
    *,
    solved: bool = False,
    shown: stored.Outputs | None = None,
    filled: bool = True,
) -> dict[str, Any]:
    """The notebook as plain JSON data: for learners, or solved. Same source, same cells.

    Args:
        shown: what its cells showed, of which sentences take numbers; if absent, what the solved
            notebook beside the source keeps.
        filled: False leaves the directives of numbers as they are, for the run that finds them.

    Raises:
        BuildError: the source breaks the authoring rules; says where.
    """
    lesson = lesson_name(source)
    try:
        tasks = exercises.load(lesson)
    except ModuleNotFoundError as error:
        raise BuildError(source, 1, f"no module coursekit/exercises/{lesson}.py") from error
    if shown is None:
        shown = stored.read(source.with_suffix(".ipynb"))
    cells = page(source, tasks, shown)
    address = links.repository(source.parent.parent)
    _check_exercise_cells(source, cells, tasks)
    needs.check(source, cells, tasks)
    for text in numbers.asked(tasks) if filled else ():
        numbers.fill(text, shown, source, 1)  # what a check says is not on the page
    built = []
    for cell in cells:
        text = cell.source
        if cell.kind == "markdown":
            text = expand(notes.linked(text, source), lesson, tasks, source, cell.line)
            if not solved:  # which stays where it is, and keeps its links
                text = text.replace(f"../{GLOSSARY}#", f"{Path(GLOSSARY).name}#")
                text = links.online(text, address)
        elif solved:
            text = show_solutions(text, source, cell.line)
        else:
            text = received(source, cell, tasks.get(cell.id)) or text
            text = hide_solutions(text, source, cell.line)
            text = text.removeprefix(COMPARED + "\n")
        if cell.kind == "code":
            text = NOQA.sub("", text)
        if filled:
            text = numbers.fill(text, shown, source, cell.line + 1)
        built.append(_cell(cell.kind, cell.id, text, _metadata(cell, tasks)))
    # A cell of its own with this in a comment would head every page as an empty box.
    about = {"lesson": lesson, "generated_from": BANNER.format(source.stem)}
    metadata = KERNEL | {"coursekit": about}
    return {"cells": built, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def dump(notebook: dict[str, Any]) -> str:
    """A notebook's text: sorted keys, one space of indent, no spurious differences."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def digest(notebook: dict[str, Any]) -> str:
    """A hash of a notebook's cells without their outputs."""
    bare = [[c["cell_type"], c["id"], c["source"], c["metadata"]] for c in notebook["cells"]]
    return hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()[:16]


def hide_solutions(code: str, source: Path = Path("<cell>"), line: int = 0) -> str:
    """Replace each marked region by a stub.

    A region made of top-level assignments becomes `name = ...`; any other raises
    NotImplementedError.
    """

    def stub(region: list[str], indent: str) -> list[str]:
        names = _assigned(region) if not indent else None
        if names:
            return [f"{name} = ..." for name in names]
        return [f"{indent}# Your code here.", f"{indent}raise NotImplementedError"]

    return _replace_regions(code, source, line, stub)


def show_solutions(code: str, source: Path = Path("<cell>"), line: int = 0) -> str:
    """Drop the marks and keep what stands between them."""
    return _replace_regions(code, source, line, lambda region, _: region)


def _replace_regions(code, source, line, replacement) -> str:
    kept: list[str] = []
    region: list[str] | None = None
    opened, indent = 0, ""
    for n, text in enumerate(code.splitlines(), line + 1):
        mark = text.strip()
        if mark == BEGIN and region is None:
            opened, region, indent = n, [], text[: text.index("#")]
        elif mark == END and region is not None:
            kept += replacement(region, indent)
            region = None
        elif RESEMBLES_MARK.search(text):
            words = f"write {BEGIN!r} and {END!r} in turn, each on its own line, not {text!r}"
            raise BuildError(source, n, words)
        else:
            (kept if region is None else region).append(text)
    if region is not None:
        raise BuildError(source, opened, f"{BEGIN!r} is never closed")
    stub = "\n".join(kept)
    if stub != code:
        ast.parse(stub)
    return stub


def _assigned(region: list[str]) -> list[str] | None:
    """The names a region assigns, if plain assignments are all it holds."""
    names = []
    for node in ast.parse("\n".join(region)).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.append(name)
            case _:
                return None
    return names or None


def _check_exercise_cells(source: Path, cells: list[Cell], tasks: dict[str, Task]) -> None:
    """Every task has its own cell, and a cell that checks it."""
    ids = {cell.id for cell in cells}
    for name in tasks:
        for wanted in (name, f"check-{name}"):
            if wanted not in ids:
                raise BuildError(
                    source, 1, f"the exercise {name!r} needs a cell with id {wanted!r}"
                )


def _metadata(cell: Cell, tasks: dict[str, Task]) -> dict[str, Any]:
    kept = {k: v for k, v in cell.metadata.items() if k in ("tags", "jupyter")}
    if "jp-MarkdownHeadingCollapsed" in cell.metadata:
        kept["jp-MarkdownHeadingCollapsed"] = True
    if cell.kind == "markdown" or cell.id.startswith("check-"):
        kept |= LOCKED
    if isinstance(tasks.get(cell.id), Exercise):
        kept["coursekit"] = {"exercise": cell.id}
    if "needs" in cell.metadata:
        kept["coursekit"] = {"needs": needs.listed(cell.metadata["needs"])}
    return kept


def _cell(kind: str, name: str, text: str, metadata: dict[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": name,
        "metadata": dict(metadata),
        "source": text.splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
