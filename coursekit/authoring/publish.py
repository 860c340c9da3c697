"""Write what `build` makes: the learner's notebook, and the solved one with its outputs."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import exercises, printed
from coursekit.authoring import numbers
from coursekit.authoring.build import GLOSSARY, build, digest, dump
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.new import MARK
from coursekit.authoring.readme import PAGES
from coursekit.authoring.readme import fill as readme_text
from coursekit.checking import Quiz
from coursekit.checking.questions import editions
from coursekit.errors import ArgumentError, BuildError
from coursekit.files import write_whole
from coursekit.stored import WIDGET, Outputs, read
from coursekit.stored import of as shown_by
from coursekit.workspace import called

CONTENTS = "{{contents}}"  # the page that has it shows every lesson's minutes
VOLATILE = "volatile"  # a cell with this tag says something of the machine: its output is not kept


@dataclass(frozen=True)
class Outcome:
    """One notebook file: `state` is fresh, stale or written."""

    path: Path
    state: str


def sources(root: Path, wanted: list[str] | None = None) -> list[Path]:
    """The lesson sources under root/solutions, all or those named ("04", "batchnorm_forward").

    Raises:
        BuildError: there are none, or a name fits none.
    """
    folder = root / "solutions"
    found = sorted(folder.glob("[0-9][0-9]_*.py"))
    if not found:
        raise BuildError(folder, 0, "no lesson sources NN_name.py here; run this in the course")
    if not wanted:
        return found
    picked = {name: called(name, (path.stem for path in found)) for name in wanted}
    for name, stem in picked.items():
        if stem is None:
            numbers = ", ".join(path.stem[:2] for path in found)
            raise BuildError(folder, 0, f"no lesson is called {name!r}; choose one of {numbers}")
    return [path for path in found if path.stem in picked.values()]


def publish_all(
    root: Path, wanted: list[str] | None = None, *, check: bool = False
) -> Iterator[Outcome]:
    """Bring the lessons (all, or those wanted) and the tables of all pages up to date."""
    chosen = sources(root, wanted)
    tables = [path for path in sources(root) if CONTENTS in path.read_text("utf-8")]
    for source in dict.fromkeys([*chosen, *tables]):
        yield from publish(root, source, check=check)
    for page in (root / name for name in PAGES):
        if page.exists():
            yield _bring(page, readme_text(page, root), check)
    if (glossary := root / GLOSSARY).exists():
        text = glossary.read_text("utf-8").replace("../notebooks/", "")
        yield _bring(root / "notebooks" / glossary.name, text, check)


def publish(root: Path, source: Path, *, check: bool = False) -> Iterator[Outcome]:
    """Bring both notebooks of a lesson up to date; with `check`, only say which are stale.

    A solved notebook is run again only if its code changed. The numbers in sentences are then
    filled in, in both notebooks, from what it shows. What its questions print is kept.
    """
    yield from _options(root, lesson_name(source), check)
    page = root / "notebooks" / f"{source.stem}.ipynb"
    target = source.with_suffix(".ipynb")
    solved = _kept(source, target)
    if solved is None and check:
        fresh = False
        with suppress(BuildError):  # what it takes its numbers from is not there yet
            fresh = _bring(page, dump(build(source)), check).state == "fresh"
        yield Outcome(page, "fresh" if fresh else "stale")
        yield Outcome(target, "stale")
        return
    if solved is None:
        solved = _run(source, target)
    yield _bring(page, dump(build(source, shown=shown_by(solved))), check)
    yield _bring(target, dump(solved), check)


def _kept(source: Path, target: Path) -> dict[str, Any] | None:
    """The solved notebook with the outputs that are stored; None where its code is to be run."""
    raw, stored = build(source, solved=True, filled=False), _stored(target)
    if stored is None or stored["metadata"]["coursekit"].get("ran", code(stored)) != code(raw):
        return None
    solved = build(source, solved=True, shown=shown_by(stored))
    # A number in an alternative text changed: what the cell showed has the old one.
    return _with_outputs(solved, stored, code(raw)) if code(solved) == code(stored) else None


def _run(source: Path, target: Path) -> dict[str, Any]:
    """The solved notebook, run; twice where its questions take numbers that came out anew."""
    asked = numbers.asked(exercises.load(lesson_name(source)))
    shown = read(target)
    for _ in range(2):
        before = _taken(asked, shown)
        raw = build(source, solved=True, filled=False, shown=shown)
        executed = execute(raw, target)
        shown = shown_by(executed)
        solved = build(source, solved=True, shown=shown)
        for old, cell in zip(raw["cells"], executed["cells"], strict=True):
            if "outputs" in cell:
                cell["outputs"] = numbers.put(cell["outputs"], "".join(old["source"]), shown)
        solved = _with_outputs(solved, executed, code(raw))
        if _taken(asked, shown) == before:
            break
        write_whole(target, dump(solved))  # where the checks of the second run find them
    return solved


def _taken(texts: list[str], shown: Outputs) -> list[str] | None:
    """What lessons' questions take from what its cells showed; None if it is not there."""
    try:
        return [printed.fill(text, shown) for text in texts]
    except ArgumentError:
        return None


def _with_outputs(solved: dict[str, Any], run: dict[str, Any], ran: str) -> dict[str, Any]:
    """A solved notebook with what another showed whose code is the same, and its digests."""
    about = solved["metadata"]["coursekit"] | {"built_from": digest(solved)}
    about |= {"ran": ran} if ran != code(solved) else {}  # with directives in place of numbers
    done = {cell["id"]: cell for cell in run["cells"]}
    cells = [
        cell | {k: done[cell["id"]][k] for k in ("execution_count", "outputs") if k in cell}
        for cell in solved["cells"]
    ]
    return solved | {"cells": cells, "metadata": solved["metadata"] | {"coursekit": about}}


def code(notebook: dict[str, Any]) -> str:
    """A hash of a notebook's code: what is run again if it changes."""
    return digest(notebook | {"cells": [c for c in notebook["cells"] if "outputs" in c]})


def _options(root: Path, lesson: str, check: bool) -> Iterator[Outcome]:
    tasks = exercises.load(lesson).values()
    path = root / "coursekit" / "exercises" / lesson / editions.NAME
    if asked := [t for t in tasks if isinstance(t, Quiz) and MARK not in t.markdown()]:
        kept = path.read_text("utf-8") if path.exists() else ""
        yield _bring(path, editions.extended(kept, asked), check)


def _bring(path: Path, text: str, check: bool) -> Outcome:
    if path.exists() and path.read_text("utf-8") == text:
        return Outcome(path, "fresh")
    if not check:
        write_whole(path, text)
    return Outcome(path, "stale" if check else "written")


def execute(notebook: dict[str, Any], path: Path) -> dict[str, Any]:
    """Run a solved notebook in a fresh kernel and keep its outputs.

    Raises:
        BuildError: a cell raised.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    nb = nbformat.reads(dump(notebook), as_version=4)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSEKIT_")}
    environment |= {"COURSEKIT_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        environment["COURSEKIT_WORKSPACE"] = folder
        client = NotebookClient(
            nb,
            timeout=600,
            kernel_name="python3",
            store_widget_state=False,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            raise BuildError(path, 0, f"a cell raised:\n{error}") from error
    executed = json.loads(nbformat.writes(nb))
    for cell in executed["cells"]:
        if cell["cell_type"] == "code":
            volatile = VOLATILE in cell["metadata"].get("tags", [])
            cell["outputs"] = [o for o in cell["outputs"] if not volatile and _without_widget(o)]
    return executed


def _without_widget(output: dict[str, Any]) -> bool:
    """Drop a widget's view, which shows an error until it is run again; keep its picture.

    Returns:
        Whether the output still shows anything.
    """
    data = output.get("data", {})
    return data.pop(WIDGET, None) is None or "text/html" in data


def _stored(path: Path) -> dict[str, Any] | None:
    """A committed notebook if its cells are what it says it was built from."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        return stored if stored["metadata"]["coursekit"]["built_from"] == digest(stored) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
