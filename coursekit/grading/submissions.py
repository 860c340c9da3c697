"""What was handed in: each notebook in a folder or a zip, whose it is, which version counts."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from coursekit import exercises
from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading.archives import unpack
from coursekit.grading.layouts import LAYOUTS, Place, places, shapes
from coursekit.grading.notebook import SIZE_LIMIT

TIMESTAMP = "timestamp.txt"  # nbgrader writes it beside what it collects


@dataclass(frozen=True)
class Submission:
    """One notebook handed in. `problem` is why it cannot be graded, or nothing."""

    student: str
    lesson: str
    path: Path
    file: str  # relative to what is graded
    problem: str = ""
    notes: tuple[str, ...] = ()  # what was odd about how it was handed in
    replaced: bool = False  # a newer version counts
    late: bool = False  # marked as late where it was handed in
    handed_in: str = ""  # when, in ISO 8601, where that is known for certain

    def content_hash(self) -> str:
        """SHA-256 of what is graded: the notebook's bytes, or the problem that stands for them."""
        stands_for = self.problem
        if not stands_for:
            try:
                size = self.path.stat().st_size
                if size <= SIZE_LIMIT:
                    return hashlib.sha256(self.path.read_bytes()).hexdigest()
                stands_for = f"{size} bytes"
            except OSError as error:
                stands_for = str(error.strerror)
        return hashlib.sha256(f"{self.file}\n{stands_for}".encode()).hexdigest()


@dataclass(frozen=True)
class _Found:
    """A notebook before it is known whose it is."""

    relative: PurePath
    path: Path
    file: str
    problem: str = ""
    modified: float = 0.0


def discover(source: Path, scratch: Path | None = None) -> list[Submission]:
    """Every submission in a folder or a zip, sorted by student and file.

    Args:
        source: a folder in one of the layouts, which may hold zips of learning platforms; or a zip.
        scratch: an empty folder that zips are unpacked into.

    Raises:
        GradeError: there is no such folder or zip, or it holds no notebook.
    """
    groups = list(_found(source, scratch))
    if not any(groups):
        raise GradeError(f"{source} holds no notebook; {shapes()} is looked for")
    known = exercises.names()
    ranked = [pair for group in groups for pair in _submissions(group, known)]
    return sorted(_one_name_each(_newest(ranked)), key=lambda s: (s.student, s.file))


def _found(source: Path, scratch: Path | None) -> Iterator[list[_Found]]:
    """The notebooks of the folder, and of each zip."""
    if source.is_file() and source.suffix.lower() == ".zip":
        yield _members(source, scratch, 0)
        return
    if not source.is_dir():
        raise GradeError(f"{source} is not a folder or a zip; name the one that holds {shapes()}")
    paths = [p for p in sorted(source.rglob("*")) if not _hidden(p.relative_to(source))]
    yield [_file(source, p) for p in paths if p.suffix == ".ipynb"]
    for number, path in enumerate(p for p in paths if p.suffix.lower() == ".zip"):
        found = _file(source, path)
        try:
            if found.problem:
                raise GradeError(found.problem)
            if path.parent != source:
                raise GradeError("it is a zip; unpack it and hand in the notebook itself")
            yield _members(path, scratch, number, f"{found.file}/")
        except GradeError as error:
            yield [replace(found, problem=str(error))]


def _file(source: Path, path: Path) -> _Found:
    name = path.relative_to(source).as_posix()
    file = name.encode("utf-8", "backslashreplace").decode()  # a name may be any bytes
    problem, modified = "", 0.0
    if path.is_symlink() or not path.is_file():
        problem = "it is a link or a device; hand in the notebook itself"
    elif file != name:
        problem = "its name is not UTF-8 text; rename it"
    else:
        modified = path.stat().st_mtime
    return _Found(PurePath(file), path, file, problem, modified)


def _members(archive: Path, scratch: Path | None, number: int, prefix: str = "") -> list[_Found]:
    assert scratch is not None, "a zip needs a folder to be unpacked into"
    return [
        _Found(PurePath(m.name), m.path, prefix + m.name, m.problem, m.modified)
        for m in unpack(archive, scratch / str(number))
    ]


def _submissions(found: list[_Found], known: Iterable[str]) -> Iterator[tuple[tuple, Submission]]:
    """Each notebook as a submission, with what says which of two is the newer."""
    read = places([f.relative for f in found], known)
    people = defaultdict(set)
    for place in read.values():
        if place:
            people[place.student].add(place.person)
    for f in found:
        place = read[f.relative]
        if place and len(people[place.student]) > 1:
            place = replace(place, student=f"{place.student}_{place.person}")
        made = _submission(f, place, known)
        order = (place.order, f.modified, place.version) if place else (0, 0.0, 0)
        yield (made.handed_in, *order, made.file), made


def _submission(found: _Found, place: Place | None, known: Iterable[str]) -> Submission:
    parts = found.relative.parts
    if place is None:
        place = Place(parts[0] if len(parts) > 1 else "", _without_number(found.relative.stem))
        problem = found.problem or f"it lies in the wrong place; move it to {LAYOUTS[0].shape}"
    elif place.lesson not in known:
        guess = did_you_mean(place.lesson, known)
        problem = found.problem or (
            f"no lesson is called {place.lesson!r}.{guess} Name the file as the lesson's notebook"
        )
    else:
        problem = found.problem
    notes: list[str] = []
    handed_in = ""
    if not problem:
        handed_in, notes = _timestamp(found.path.with_name(TIMESTAMP))
        if place.late:
            notes.append("the learning platform marks it as late")
    return Submission(
        place.student, place.lesson, found.path, found.file, problem, tuple(notes),
        late=place.late, handed_in=handed_in,
    )  # fmt: skip


def _timestamp(path: Path) -> tuple[str, list[str]]:
    """When nbgrader says that it was handed in, in ISO 8601 or nothing; and what is odd there."""
    if path.is_symlink() or not path.is_file():
        return "", []
    try:
        text = path.read_bytes()[:100].decode("ascii").strip().removesuffix(" UTC")
        when = datetime.fromisoformat(text)
    except (OSError, ValueError):
        return "", [f"its {TIMESTAMP} cannot be read; it counts as handed in in time"]
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).isoformat(), []


def _newest(ranked: list[tuple[tuple, Submission]]) -> Iterator[Submission]:
    """All of them; of several versions, the newest says so, and the others are marked."""
    versions: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for _, one in sorted(ranked, key=lambda pair: pair[0]):
        if one.problem:
            yield one
        else:
            versions[one.student, one.lesson].append(one)
    for *older, newest in versions.values():
        if older:
            files = ", ".join(one.file for one in older)
            words = f"{len(older) + 1} versions were handed in; this is the newest, not {files}"
            newest = replace(newest, notes=(words, *newest.notes))
        yield from (replace(one, replaced=True) for one in older)
        yield newest


def _one_name_each(found: Iterable[Submission]) -> Iterator[Submission]:
    """Two members of a zip may have one name; reports and pages need two."""
    seen: Counter[str] = Counter()
    for one in found:
        seen[one.file] += 1
        if seen[one.file] > 1:
            path = PurePath(one.file)
            one = replace(one, file=str(path.with_stem(f"{path.stem} ({seen[one.file]})")))
        yield one


def _without_number(stem: str) -> str:
    return re.sub(r"^\d\d_", "", stem)


def _hidden(path: PurePath) -> bool:
    return any(part.startswith(".") for part in path.parts)
