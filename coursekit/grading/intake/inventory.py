"""Everything that was handed in: each file and each empty folder, of a folder and its zips.

Left out is only what no person made: what platforms, editors and operating systems add.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from coursekit.errors import GradeError
from coursekit.grading.intake.archives import unpack
from coursekit.grading.intake.layouts import shapes
from coursekit.grading.intake.noise import is_noise
from coursekit.grading.intake.rest import Ready

OWN = {"results.json", "scores.csv", "report.html"}  # of an earlier run's reports, always
MORE = OWN | {
    ".run.lock", ".watch.lock",
    "feedback", "similar.html", "similar.json", "canvas.csv", "moodle.csv", "moodle", "gradescope",
    "unnamed", "whose.csv", "gradebook.csv", "gradebook.db", "gradebook.db-journal",
    "gradebook.db-wal", "gradebook.db-shm", "upload", "marks.csv",
}  # fmt: skip
BEGINNING = b'{\n "submissions": ['  # of results.json


@dataclass(frozen=True)
class Item:
    """Something that was handed in; `problem` is why it cannot even be opened, or nothing."""

    relative: PurePath
    path: Path
    file: str  # relative to what is graded
    problem: str = ""
    modified: float = 0.0
    kind: str = "file"  # or "folder", which holds nothing; or "other": known to be no notebook


def listed(
    source: Path, scratch: Path | None, skip: Iterable[Path] = (), ready: Ready | None = None
) -> Iterator[list[Item]]:
    """What is in the folder, and what is in each zip.

    Args:
        source: a folder, which may hold zips of learning platforms; or a zip.
        scratch: an empty folder that zips are unpacked into.
        skip: files and folders that were not handed in, wherever they lie.
        ready: what is at rest, where the rest is to be passed over; all of it if absent.

    Raises:
        GradeError: there is no such folder or zip.
    """
    if source.is_file() and source.suffix.lower() == ".zip":
        yield _members(source, scratch, 0)
        return
    if not source.is_dir():
        raise GradeError(f"{source} is not a folder or a zip; name the one that holds {shapes()}")
    base = source.resolve()
    others = [path.resolve() for path in skip if path]
    left = {p.relative_to(base) for p in others if p.is_relative_to(base)}
    items = sorted(_walk(source, left, ready), key=lambda item: item.path)
    yield [item for item in items if not _is_zip(item)]
    for number, item in enumerate(filter(_is_zip, items)):
        try:
            if item.problem:
                raise GradeError(item.problem)
            if len(item.relative.parts) > 1:
                raise GradeError("it is a zip; unpack it and hand in the notebook itself")
            yield _members(item.path, scratch, number, f"{item.file}/")
        except GradeError as error:
            yield [replace(item, problem=str(error))]


def _is_zip(item: Item) -> bool:
    return item.kind == "file" and item.relative.suffix.lower() == ".zip"


def _walk(source: Path, left: set[Path], ready: Ready | None = None) -> Iterator[Item]:
    """The files below a folder, without following links; and the folders with nothing in them."""
    todo = [PurePath()]
    while todo:
        folder = todo.pop()
        try:
            with os.scandir(source / folder) as entries:
                found = list(entries)
        except OSError as error:
            words = f"it cannot be opened ({error.strerror}); check its permissions"
            yield _item(source, folder, words)
            continue
        names = {entry.name for entry in found}
        if folder.parts and OWN <= names <= MORE and _is_ours(source / folder / "results.json"):
            continue
        kept = [entry for entry in found if not is_noise(entry.name)]
        if not kept and folder.parts and (ready is None or ready.has(source / folder)):
            yield _item(source, folder, kind="folder")
        for entry in kept:
            inner = folder / entry.name
            if Path(inner) in left:
                continue
            if entry.is_dir(follow_symlinks=False):
                todo.append(inner)
            elif ready is None or ready.has(source / inner):
                yield _item(source, inner)


def _is_ours(results: Path) -> bool:
    """True if a file reads as the grader's own: names alone may be a learner's, too."""
    try:
        if not stat.S_ISREG(results.lstat().st_mode):  # a pipe would be waited for
            return False
        with results.open("rb") as file:
            return file.read(len(BEGINNING)) == BEGINNING
    except OSError:
        return False


def _item(source: Path, inner: PurePath, problem: str = "", kind: str = "file") -> Item:
    path, name = source / inner, inner.as_posix()
    file = name.encode("utf-8", "backslashreplace").decode()  # a name may be any bytes
    modified = 0.0
    if file != name:
        problem = problem or "its name is not UTF-8 text; rename it"
    elif not problem and kind == "file":
        try:
            about = path.lstat()
        except OSError as error:
            return Item(inner, path, file, f"it cannot be read ({error.strerror})")
        modified = about.st_mtime
        if not stat.S_ISREG(about.st_mode):
            problem = "it is a link or a device; hand in the notebook itself"
    return Item(PurePath(file), path, file, problem, modified, kind)


def _members(archive: Path, scratch: Path | None, number: int, prefix: str = "") -> list[Item]:
    assert scratch is not None, "a zip needs a folder to be unpacked into"
    return [
        Item(PurePath(m.name), m.path, prefix + m.name, m.problem, m.modified, m.kind)
        for m in unpack(archive, scratch / str(number))
    ]
