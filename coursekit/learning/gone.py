"""What a notebook lacks where a package is missing: the names of its cells that were not run."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from coursekit.learning.coursecells import cells
from coursekit.learning.reading import Reading, imports, read


@dataclass
class Notebook:
    """What is known of a notebook's names.

    Args:
        gone: name -> the packages for want of which it has no value, or an old one.
        later: name -> the names that are read when it is called.
    """

    gone: dict[str, frozenset[str]] = field(default_factory=dict)
    later: dict[str, set[str]] = field(default_factory=dict)

    def wants(self, names: set[str]) -> dict[str, frozenset[str]]:
        """Those of the names that have no value, or cannot be called, and for want of what."""
        return {name: want for name in sorted(names) if (want := self._wants(name, set()))}

    def _wants(self, name: str, seen: set[str]) -> frozenset[str]:
        if name in self.gone:
            return self.gone[name]
        if name in seen:
            return frozenset()
        seen.add(name)
        return frozenset().union(*(self._wants(n, seen) for n in self.later.get(name, ())))

    def ran(self, statements: list[ast.stmt]) -> None:
        """A cell, or a part of one, has given its names their values."""
        for statement in statements:
            reading = read([statement])
            for name in reading.binds:
                self.gone.pop(name, None)
                source = reading.made_of.get(name, set())
                before = self.later.pop(name, set()) if name in source else set[str]()
                self.later.pop(name, None)
                functions = {n for n in source if n in self.later}
                if needed := before | functions | reading.later.get(name, set()):
                    self.later[name] = needed

    def skipped(self, reading: Reading, want: frozenset[str]) -> None:
        """A cell, or a part of one, was not run."""
        for name in reading.binds | reading.changes:
            self.gone[name] = want

    def salvage(
        self, tree: ast.Module, want: frozenset[str], run: Callable[[ast.stmt], bool]
    ) -> None:
        """Leave to later cells what they can have of one that is not run.

        Args:
            run: runs a statement, and tells whether that could be done.
        """
        for statement in tree.body:
            reading = read([statement])
            if _harmless(statement) and not self.wants(reading.now) and run(statement):
                self.ran([statement])
            else:
                self.skipped(reading, want)


def cost(package: str) -> dict[str, int]:
    """How many cells of each notebook are not run where a package is missing."""
    found: dict[str, int] = {}
    known: dict[str, Notebook] = {}
    for cell in cells():
        notebook = known.setdefault(cell.notebook, Notebook())
        reading, want = read(cell.tree.body), (cell.needs | imports(cell.tree.body)) & {package}
        if not cell.answers and (want or notebook.wants(reading.reads - asked(cell.tree))):
            found[cell.notebook] = found.get(cell.notebook, 0) + 1
            notebook.salvage(cell.tree, frozenset({package}), lambda s: package not in imports([s]))
        else:
            notebook.ran(cell.tree.body)
    return found


def asked(tree: ast.Module) -> set[str]:
    """The names that a cell's checks ask about: what is missing of them, they say."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="check" | "hint" | "reset" | "score" as own), args=args):
                found |= {own} | {a.id for a in args if isinstance(a, ast.Name)}
    return found


def _harmless(statement: ast.stmt) -> bool:
    """True for an import, a definition, and `f = use(f)`."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef():
            return True
        case ast.Assign(value=ast.Call(func=ast.Name(id="use"))):
            return True
    return False
