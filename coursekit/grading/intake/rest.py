"""Which files in a folder have come to rest: nobody is writing them any more.

That is told by looking, and not by asking the system for news: it has none of what other machines
write on a disk that is shared. A file is at rest if two looks find it with the same size and time.
One that was put in place when it was whole is so at once: its inode changed after its content did,
which no writing leaves so. A folder that is new is read once its own list of files is at rest, so
that what is copied file by file is not taken for all of it.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.errors import GradeError
from coursekit.grading.intake.noise import is_noise

Mark = tuple[int, int]  # size, and time of the last writing in ns


@dataclass
class Ready:
    """What is at rest, with how it looked; `passed` counts what was asked for and is not."""

    marks: dict[Path, Mark]  # of files, and of folders with nothing in them
    there: frozenset[Path] = frozenset()  # at rest or not
    waiting: int = 0  # files that are not
    passed: int = field(default=0, compare=False)

    def has(self, path: Path) -> bool:
        """True if a path is at rest, and still looks as it did."""
        try:
            now = _mark(path.lstat())
        except OSError:
            now = None
        good = now is not None and self.marks.get(path) == now
        self.passed += not good
        return good

    def news(self, before: dict[Path, Mark]) -> bool:
        """True if something is at rest that was not so before, or is no longer there.

        What is being written again is no news: it will be, once it is at rest.
        """
        return bool(self.marks.items() - before.items() or before.keys() - self.there)


class Rest:
    """A folder that is looked at again and again.

    Args:
        skip: what lies in it and was not handed in.
    """

    def __init__(self, folder: Path, skip: Iterable[Path] = ()):
        self.folder = folder
        base, others = folder.resolve(), [path.resolve() for path in skip]
        self.skip = {folder / p.relative_to(base) for p in others if p.is_relative_to(base)}
        # By name, and by number on the disk: a new name changes nothing, and not every disk that is
        # shared keeps its numbers.
        self.named: dict[Path, Mark] = {}
        self.numbered: dict[tuple[int, int], Mark] = {}
        self.open: set[Path] = set()  # folders that were at rest once

    def look(self) -> Ready:
        """Look once more.

        Raises:
            GradeError: the folder itself is not there or cannot be opened.
        """
        there = {path: about for path, about in self._below()}
        marks = {path: _mark(about) for path, about in there.items()}
        numbers = {path: (about.st_dev, about.st_ino) for path, about in there.items()}
        same = {
            path for path, mark in marks.items()
            if mark in (self.named.get(path), self.numbered.get(numbers[path]))
        }  # fmt: skip
        folders = {path for path, about in there.items() if stat.S_ISDIR(about.st_mode)}
        self.open = {self.folder} | (self.open & folders) | (same & folders)
        files = there.keys() - folders
        at_rest = {
            path for path in files
            if path.parent in self.open and (path in same or _was_put(there[path]))
        }  # fmt: skip
        self.named = marks
        self.numbered = {numbers[path]: mark for path, mark in marks.items()}
        full = {path.parent for path in there if not is_noise(path.name)}
        ready = {path: marks[path] for path in sorted(at_rest | (same & folders - full))}
        return Ready(ready, frozenset(there), len(files) - len(at_rest))

    def _below(self) -> Iterator[tuple[Path, os.stat_result]]:
        todo = [self.folder]
        while todo:
            folder = todo.pop()
            try:
                with os.scandir(folder) as entries:
                    found = list(entries)
            except OSError as error:
                if folder == self.folder:
                    raise GradeError(f"cannot look into {folder} ({error.strerror})") from error
                continue  # the run says so
            for entry in found:
                path, is_folder = folder / entry.name, entry.is_dir(follow_symlinks=False)
                if (is_folder and is_noise(entry.name)) or path in self.skip:
                    continue
                try:
                    yield path, entry.stat(follow_symlinks=False)
                except OSError:  # it is gone again
                    continue
                if is_folder:
                    todo.append(path)


def _mark(about: os.stat_result) -> Mark:
    size = 0 if stat.S_ISDIR(about.st_mode) else about.st_size
    return size, about.st_mtime_ns


def _was_put(about: os.stat_result) -> bool:
    """True if something came after the last writing: a new name, or a time that was set."""
    return about.st_size > 0 and about.st_ctime_ns > about.st_mtime_ns
