"""A cell whose package is missing: what it showed when the course was made stands in its place.

Where PyTorch, Keras, SciPy or scikit-learn is not installed, *Run All* goes on. A cell of the
course that needs it is not run; neither is one that uses a name which such a cell would have made.
One sentence says so, and the stored output follows. Cells with answers and checks are always run:
a check says itself what it lacks. Where all are installed, nothing of this is in a cell's way.
"""

import ast
import sys
from dataclasses import dataclass, field
from typing import Any

from coursekit import stored
from coursekit.learning.absent import absent, lacking, of
from coursekit.learning.coursecells import CourseCell, exercises, find
from coursekit.learning.reading import Reading, imports, read

HERE = "coursekit.learning.unmet"
MOST = 3  # names that a sentence lists


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

    def ran(self, reading: Reading) -> None:
        """A cell, or a part of one, has given its names their values."""
        for name in reading.binds:
            self.gone.pop(name, None)
            made = {n for n in reading.made_of.get(name, ()) if n != name and n in self.later}
            kept = self.later.get(name, set()) if name in reading.made_of.get(name, ()) else set()
            self.later.pop(name, None)
            if found := kept | made | reading.later.get(name, set()):
                self.later[name] = found

    def skipped(self, reading: Reading, want: frozenset[str]) -> None:
        """A cell, or a part of one, was not run."""
        for name in reading.binds | reading.changes:
            self.gone[name] = want


class Unmet:
    """IPython's transformer of each cell's syntax tree."""

    def __init__(self, shell: Any):
        self.shell, self.known = shell, Notebook()
        self.notebook: str | None = None  # in which the last cell of the course was found
        self.held: list[tuple[ast.Module, CourseCell]] = []  # the cell that runs now

    def visit(self, tree: ast.Module) -> ast.Module:
        """The cell as it is, or what is run in its place. IPython calls this."""
        try:
            return self._visit(tree)
        except Exception:  # whatever is wrong here, the learner's cell must run
            return tree

    def _visit(self, tree: ast.Module) -> ast.Module:
        lost = absent()
        if not lost:
            return tree
        cell, reading = find(tree, self._id(), self._notebook()), read(tree.body)
        self.notebook = cell.notebook if cell else self.notebook
        if _answers(cell, reading):
            return self._answer(tree, reading, lost)
        wants = self.known.wants(reading.reads - _asked(tree))
        if cell is None:
            if wants:
                print(_because(wants))
            self.known.ran(reading)
            return tree
        self.held = [(tree, cell)]
        want = (cell.needs | imports(tree.body)) & lost
        if want or wants:
            return _call(tree, "instead", sorted(want), {k: sorted(v) for k, v in wants.items()})
        self.known.ran(reading)
        return _guarded(tree)

    def _answer(self, tree: ast.Module, reading: Reading, lost: set[str]) -> ast.Module:
        """An answer stays as it is, unless not even its definition can be run."""
        want = imports(tree.body) & lost
        want = frozenset(want.union(*self.known.wants(reading.now - _asked(tree)).values()))
        if want and not _asked(tree):
            self.known.skipped(reading, want)
            words = f"This exercise needs {lacking(want)}. Your code is not run."
            return _call(tree, "say", words)
        self.known.ran(reading)
        return tree

    def _id(self) -> str | None:
        parent: dict[str, Any] = getattr(self.shell, "get_parent", dict)() or {}
        return (parent.get("metadata") or {}).get("cellId")

    def _notebook(self) -> str | None:
        from coursekit.learning.ahead import named

        told = named()
        return told.stem if told else self.notebook

    def instead(self, want: list[str], wants: dict[str, list[str]]) -> None:
        """Run what can be run of a cell, say what it lacks, and show what is stored."""
        tree, cell = self.held[0]
        lost = frozenset(want).union(*map(frozenset, wants.values()))
        self._salvage(tree, lost)
        if want:
            why = f"this cell needs {lacking(want)}"
        else:
            why = _because({name: frozenset(w) for name, w in wants.items()})
        kept = stored.outputs(cell.notebook, cell.id)
        shown = " What it showed when the course was made:" if kept else ""
        print(f"Not run: {why}.{shown}")
        stored.replay(kept)

    def failed(self) -> bool:
        """A cell met a missing package while it ran: True if it was shown from what is stored."""
        want = of(sys.exc_info()[1])
        if want:
            self.instead([want], {})
        return bool(want)

    def _salvage(self, tree: ast.Module, want: frozenset[str]) -> None:
        """Leave to later cells what they can have of one that is not run."""
        names = self.shell.user_ns
        for statement in tree.body:
            reading = read([statement])
            if _harmless(statement) and not self.known.wants(reading.now):
                try:
                    exec(compile(ast.Module([statement], []), "<not run>", "exec"), names)
                    self.known.ran(reading)
                    continue
                except Exception:
                    pass
            self.known.skipped(reading, want)


def watch(shell: Any) -> None:
    """Stand before every cell of a kernel from now on."""
    if not any(isinstance(t, Unmet) for t in shell.ast_transformers):
        shell.ast_transformers.append(Unmet(shell))


def here() -> Unmet:
    """This kernel's."""
    shell = sys.modules["IPython"].get_ipython()
    return next(t for t in shell.ast_transformers if isinstance(t, Unmet))


def say(words: str) -> None:
    """Print one sentence."""
    print(words)


def instead(*told: Any) -> None:
    """As `Unmet.instead`, in this kernel."""
    here().instead(*told)


def failed() -> bool:
    """As `Unmet.failed`, in this kernel."""
    return here().failed()


def _answers(cell: CourseCell | None, reading: Reading) -> bool:
    """True if a cell holds an answer or a check, whatever else stands in it."""
    return cell.answers if cell else bool(reading.binds & exercises())


def _asked(tree: ast.Module) -> set[str]:
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


def _because(wants: dict[str, frozenset[str]]) -> str:
    names = [f"`{name}`" for name in wants][:MOST]
    said = ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
    packages = frozenset[str]().union(*wants.values())
    return (
        f"{said} {'come' if len(names) > 1 else 'comes'} of a cell that needs {lacking(packages)}"
    )


def _call(tree: ast.Module, function: str, *told: Any) -> ast.Module:
    """A cell that only calls a function of this module."""
    arguments = ", ".join(map(repr, told))
    text = f"__import__({HERE!r}, fromlist=['{function}']).{function}({arguments})"
    return ast.parse(text)


def _guarded(tree: ast.Module) -> ast.Module:
    """The same cell; a missing package that only shows while it runs is told of, not raised."""
    if not tree.body or any(getattr(s, "module", "") == "__future__" for s in tree.body):
        return tree
    body, last = tree.body[:-1], tree.body[-1]
    if isinstance(last, ast.Expr):  # shown, as IPython shows what a cell ends in
        shown = ast.parse("__import__('sys').displayhook(None)").body[0]
        assert isinstance(shown, ast.Expr) and isinstance(shown.value, ast.Call)
        shown.value.args = [last.value]
        last = ast.copy_location(shown, last)
    guard = ast.parse(
        f"try:\n    pass\nexcept ModuleNotFoundError:\n"
        f"    if not __import__({HERE!r}, fromlist=['failed']).failed():\n        raise"
    )
    attempt = guard.body[0]
    assert isinstance(attempt, ast.Try)
    attempt.body = [*body, last]
    return ast.fix_missing_locations(guard)
