"""The arguments of a run: what they may be, and what they come to where they are absent."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.errors import GradeError
from coursekit.grading.gather import Told

if TYPE_CHECKING:
    from coursekit.grading.gradebook import Gradebook


def seed(book: "Gradebook", given: int | None) -> int:
    """The seed that was asked for, else the gradebook's: a class is graded on the same inputs."""
    kept = book.recall("seed")
    return given if given is not None else int(kept) if kept else secrets.randbelow(2**31)


def passed_over(out: Path, packs: tuple[Path, ...], db: str | None, told: Told) -> list[Path]:
    """What nobody handed in, should it lie among the submissions."""
    file = db.partition(":///")[2] if db and db.startswith("sqlite") else ""
    book = [Path(file + part) for part in ("", "-journal", "-wal", "-shm")] if file else []
    return [out, *packs, *book, *told.files]


def gradebooks(places: Sequence[str]) -> list[Path]:
    """The files of gradebooks that are named by folder, file or URL; a server's has none.

    Raises:
        GradeError: it looks like a URL but is none, or is of another kind of database.
    """
    if not places:
        return []
    from coursekit.grading.gradebook import locate

    urls = [locate(place) for place in places]
    files = [url.database for url in urls if url.get_backend_name() == "sqlite"]
    return [Path(file) for file in files if file]


def check(jobs: int, timeout: float, total: float, seed: int | None) -> None:
    """See that numbers can be what they are said to be.

    Raises:
        GradeError: one cannot.
    """
    for name, value in (("--jobs", jobs), ("--timeout", timeout), ("--total", total)):
        if not 0 < value < float("inf"):
            raise GradeError(f"{name} must be above 0; got {value:g}")
    if seed is not None and not 0 <= seed < 2**32:
        raise GradeError(f"--seed must be from 0 to {2**32 - 1}; got {seed}")
