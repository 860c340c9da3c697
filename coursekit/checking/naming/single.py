"""One small edit of a right answer: what kind it is, how it is said, and where it stands."""

import ast
from dataclasses import dataclass, field
from itertools import pairwise

from coursekit.checking.edits import Place

NAMED = "named"  # the kind of a mistake that has a name

# From what is most likely meant to what is least: of edits that behave alike, the first is told.
# The last ones come about by chance too often to explain one output of several.
SPOKEN = (
    NAMED, "dropped", "moved", "axis", "keepdims", "option", "branch", "step", "exchanged", "sign",
    "turned",
)  # fmt: skip
KINDS = (*SPOKEN, "name", "value", "number", "index")


@dataclass(frozen=True)
class Single:
    """An edit of a source; `words` go after "exactly as if", and are empty where none would help.

    They name nothing but what the task itself does, and show no code. `base` is the name of the
    right answer that is edited: "" for the exercise's own, else that of an alternative.
    """

    kind: str
    words: str
    places: tuple[Place, ...]
    base: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts what is most likely meant to the front."""
        return KINDS.index(self.kind), len(self.places) > 1

    def of(self, source: str) -> str:
        """The source with the edit made."""
        for start, end, new in sorted(self.places, reverse=True):
            source = source[:start] + new + source[end:]
        return source

    def shown(self, source: str) -> str:
        """The lines that it changes: "`y = a` in the place of `y = a + b`"."""
        changed = self.of(source).split("\n")
        said = []
        for start, end, new in self.places:
            first = source.count("\n", 0, start)
            last = source.count("\n", 0, max(start, end - 1))
            shift = sum(
                p.new.count("\n") - source.count("\n", p.start, p.end)
                for p in self.places
                if p.start < start
            )
            before = " ".join(" ".join(source.split("\n")[first : last + 1]).split())
            rows = changed[first + shift : first + shift + 1 + new.count("\n")]
            after = " ".join(" ".join(rows).split())
            said.append(f"`{after}` in the place of `{before}`")
        return ", ".join(dict.fromkeys(said))


def apart(one: tuple[Place, ...], other: tuple[Place, ...]) -> bool:
    """True if two lots of places do not meet."""
    both = sorted((*one, *other))
    return all(a.end <= b.start and a.start < b.start for a, b in pairwise(both))


@dataclass
class Text:
    """A source with its tree, and where the nodes of it stand."""

    source: str
    tree: ast.Module = field(init=False)
    rows: list[str] = field(init=False)
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.source)
        self.rows = [f"{row}\n" for row in self.source.split("\n")]  # as Python counts lines
        self.starts = [0]
        for row in self.rows:
            self.starts.append(self.starts[-1] + len(row))

    def at(self, line: int, column: int) -> int:
        """The place of a node's line and column, which counts bytes, among the characters."""
        row = self.rows[line - 1]
        if not row.isascii():
            column = len(row.encode()[:column].decode())
        return self.starts[line - 1] + column

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends."""
        return (
            self.at(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            self.at(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def of(self, node: ast.AST) -> str:
        """A node as it is written."""
        start, end = self.span(node)
        return self.source[start:end]

    def instead(self, node: ast.AST, new: str) -> Place:
        """Another text in a node's place."""
        return Place(*self.span(node), new)
