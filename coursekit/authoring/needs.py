"""`needs="torch"` on a cell of a lesson's source: where it is missing, what is stored is shown."""

from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any, Protocol

from coursekit.errors import BuildError
from coursekit.learning.absent import PACKAGES


class Cell(Protocol):
    """A cell of a lesson's source."""

    kind: str
    id: str
    line: int
    metadata: dict[str, Any]


def listed(words: str) -> list[str]:
    """The packages that a cell names, in one order."""
    return sorted(set(words.split()))


def check(source: Path, cells: Iterable[Cell], tasks: Container[str]) -> None:
    """See that only code which is neither answer nor check needs packages, and ones we know.

    Raises:
        BuildError: another cell does; says where.
    """
    for cell in cells:
        words = cell.metadata.get("needs")
        if words is None:
            continue
        if cell.kind != "code" or cell.id in tasks or cell.id.startswith("check-"):
            raise BuildError(source, cell.line, "an answer, its check and prose take no needs=")
        if not isinstance(words, str) or not words.split() or set(words.split()) - PACKAGES.keys():
            known = " ".join(PACKAGES)
            raise BuildError(source, cell.line, f"needs={words!r}: name some of {known!r}")
