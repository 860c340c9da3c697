"""The cells of a notebook, and what came of running them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from coursekit.sandbox.sanitize import plain


@dataclass(frozen=True)
class Cell:
    """A code cell to run: its number in the notebook, from 1, and its source."""

    number: int
    source: str


@dataclass
class Loaded:
    """What running the cells showed."""

    defined: dict[str, list[int]] = field(default_factory=dict)  # name -> cells that define it
    stopped: dict[int, str] = field(default_factory=dict)  # cell -> why it did not run to its end
    notes: list[str] = field(default_factory=list)


def line_of(cells: Sequence[Cell], cell: int, line: int) -> str:
    """A line of the learner's, read from the notebook: the host says only which one."""
    source = next((c.source for c in cells if c.number == cell), "").split("\n")
    if not 1 <= line <= len(source):
        return ""
    return f"line {line}: {plain(source[line - 1].strip())[:120]}"
