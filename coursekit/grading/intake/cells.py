"""Cells of a submitted notebook, and the names that their text binds."""

import functools
import re
import symtable
from dataclasses import dataclass, field

from coursekit.checking.source.reach import parse, symbols

MAGIC_LINE = re.compile(r"^[ \t]*[%!?].*$", re.MULTILINE)


@dataclass(frozen=True)
class CodeCell:
    """One code cell: its number among all cells, from 1, and whether the grader skips it."""

    number: int
    source: str
    demo: bool = False
    id: str = field(default="", compare=False)

    def defines(self, name: str) -> bool:
        """True if the cell, by its text, defines a function or class of that name."""
        return name in self.definitions()

    @property
    def only_checks(self) -> bool:
        """True if the cell does nothing but call `check`: it is the course's, not the learner's."""
        lines = [line for row in self.source.split("\n") if (line := row.strip())]
        return bool(lines) and all(
            line.startswith("check(") and line[6:].endswith(")") for line in lines
        )

    def gives(self, name: str) -> bool:
        """True if running the cell would bind that name, as far as its text parses."""
        if self.defines(name):
            return True
        try:
            found = self._table.lookup(name) if self._table else None
        except KeyError:
            return False
        return found is not None and (found.is_assigned() or found.is_imported())

    @functools.cached_property
    def _table(self) -> symtable.SymbolTable | None:
        """The names of the cell's text, but for those inside functions; None where it is no Python.

        Single ones are looked up: to list all takes the square of the functions in it.
        """
        text = self.source if parses(self.source) else MAGIC_LINE.sub("", self.source)
        try:
            return symbols(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def definitions(self) -> list[str]:
        """Functions and classes that the cell's text defines, syntax errors or not."""
        return definitions(self.source)


@dataclass(frozen=True)
class OtherCell:
    """A cell that is no code; `exercise` is the one that its metadata says is answered in it."""

    number: int
    kind: str
    source: str
    id: str = ""
    exercise: str = ""

    @property
    def is_now(self) -> str:
        """What the cell is, in words."""
        named = {"markdown": "Markdown", "raw": "raw text", "": "of no kind"}
        return named.get(self.kind, f"of the kind {self.kind[:50]!r}")


def definitions(source: str) -> list[str]:
    """Functions and classes that a text defines, syntax errors or not."""
    return re.findall(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", source, re.MULTILINE)


def parses(source: str) -> bool:
    """True if a text is Python."""
    try:
        parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
