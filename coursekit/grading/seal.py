"""Is there anything to do? A run that changed nothing is known by what it would read and write.

A class of a thousand with eighteen lessons takes half a minute to be read, looked at and written
again, and mostly none of it has changed. A finished run puts a seal into the gradebook: a hash of
the size, the number on the disk and the times of all that it read and wrote, which no change of a
file leaves as they are. Whatever is written into the gradebook afterwards breaks it.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from coursekit import __version__
from coursekit.grading import lock
from coursekit.grading.gather import is_begun
from coursekit.grading.intake import whose
from coursekit.grading.reports.results import GradeReport

if TYPE_CHECKING:
    from coursekit.grading.gradebook import Gradebook

PACKAGE = Path(__file__).parents[1]
OWN = ("gradebook.db", "upload")  # changes with every run, and vouches for itself; of no run
SETTLED = 2.0  # seconds: what changed later may change once more within one tick of a clock


@dataclass(frozen=True)
class Seal:
    """What a finished run read and wrote, and what it said."""

    read: str
    written: str
    seed: int
    submissions: int
    exit_code: int
    summary: str

    def as_text(self) -> str:
        """The seal as JSON, for the gradebook."""
        return json.dumps(asdict(self))


def from_text(text: str | None) -> Seal | None:
    """What `as_text` wrote; None for nothing."""
    return msgspec.convert(json.loads(text), Seal) if text else None


@dataclass
class Look:
    """A hash of files as they are on the disk; `newest` is when the last of them changed."""

    seen: Any = field(default_factory=hashlib.sha256)
    newest: float = 0.0

    def at(self, place: Path, skip: Iterable[Path] = ()) -> "Look":
        """Look at a file, or at all that is below a folder."""
        left = {os.path.realpath(path) for path in skip}
        for path, about in _below(os.path.realpath(place), left):
            own: tuple = ()
            if about:
                own = (about.st_mode, about.st_ino)
            if about and not stat.S_ISDIR(about.st_mode):  # a folder's times are of what is in it
                own += (about.st_size, about.st_mtime_ns, about.st_ctime_ns)
                self.newest = max(self.newest, about.st_ctime, about.st_mtime)
            self.seen.update(repr((path, own)).encode("utf-8", "backslashreplace"))
        return self

    @property
    def hash(self) -> str:
        return self.seen.hexdigest()

    @property
    def settled(self) -> bool:
        """True if nothing has changed so recently that it might change and look the same."""
        return self.newest < time.time() - SETTLED


def read(
    submissions: Path, skip: Iterable[Path], files: Iterable[Path], given: Mapping[str, Any]
) -> Look:
    """A look at all that a run is made of: submissions, other files, arguments, this program.

    Args:
        skip: what lies among the submissions and is none.
        given: the arguments of the run.
    """
    look = Look()
    look.seen.update(repr((__version__, sorted(given.items(), key=str))).encode())
    look.at(submissions, skip)
    for file in files:
        look.at(file)
    code = Look().at(PACKAGE)  # whoever writes on it wants the reports of today
    look.seen.update(code.hash.encode())
    return look


def written(out: Path) -> str:
    """A hash of all reports as they are on the disk."""
    names = (
        [name for name in os.listdir(out) if name.startswith((*OWN, *lock.FILES))]
        if out.is_dir()
        else []
    )
    return Look().at(out, [out / name for name in names]).hash


def unchanged(
    look: Look, out: Path, db: str | None, seed: int | None, load: Callable[..., GradeReport]
) -> GradeReport | None:
    """The report of a run that has nothing to do; None where there may be something.

    Args:
        out, db: where the gradebook is; see run.
        seed: that was asked for, if any.
        load: makes the whole report of an open gradebook and `out`.
    """
    if not (db or is_begun(out)):
        return None
    from coursekit.grading.gradebook import Gradebook, locate, parse

    started, url = time.monotonic(), parse(db) if db else locate(out)
    with Gradebook.open(url, create=True) as book:
        old = from_text(book.recall("seal"))
    if old is None or look.hash != old.read or seed not in (None, old.seed):
        return None
    if written(out) != old.written:
        return None

    def whole() -> GradeReport:
        with Gradebook.open(url) as book:
            return load(book, out)

    made = Unchanged(old, out, time.monotonic() - started, whole)
    return cast("GradeReport", made)


def close(book: "Gradebook", look: Look, out: Path, report: GradeReport, seen: int) -> None:
    """Seal a run that has finished, unless something of it is to be tried again.

    Args:
        seen: the newest mark by hand that is in its reports.
    """
    open_ones = any(s.again or s.unjudged for s in report.submissions)
    if look.settled and not open_ones and not set(report.problems) - set(whose.left(out)):
        count, code = len(report.submissions), report.exit_code
        said = Seal(look.hash, written(out), report.seed, count, code, report.summary())
        book.seal(said.as_text(), seen)


class Unchanged:
    """The report of a run that had nothing to do; what is asked for more is read then."""

    judged = 0

    def __init__(self, seal: Seal, out: Path, seconds: float, load: Callable[[], GradeReport]):
        self.seal, self.out, self.seconds, self.load = seal, str(out), seconds, load
        self.exit_code = seal.exit_code

    def summary(self) -> str:
        """See GradeReport."""
        count = self.seal.submissions
        last = f"{count} graded in {self.seconds:.1f} s (0 judged, {count} kept from before); "
        last += f"seed {self.seal.seed}; reports in {self.out}"
        return "\n".join([*self.seal.summary.splitlines()[:-1], last])

    def as_json(self) -> dict[str, Any]:
        """See GradeReport."""
        return json.loads(Path(self.out, "results.json").read_text("utf-8"))

    @cached_property
    def whole(self) -> GradeReport:
        """All of it, made again."""
        return self.load()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)


def _below(place: str, skip: set[str]) -> Iterator[tuple[str, os.stat_result | None]]:
    """Every file and folder, sorted, as it is itself; None for what is not there."""
    try:
        yield place, os.lstat(place)
    except OSError:
        yield place, None
        return
    todo = [place]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:  # a file, or a folder that may not be looked into
            continue
        for entry in found:
            if entry.path in skip or entry.name == "__pycache__":
                continue
            try:
                yield entry.path, entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    todo.append(entry.path)
            except OSError:
                yield entry.path, None
