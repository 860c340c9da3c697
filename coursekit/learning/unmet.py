"""A cell whose package is missing: what it showed when the course was made stands in its place.

Where PyTorch, Keras, SciPy or scikit-learn is not installed, *Run All* goes on. A cell of the
course that needs it is not run; neither is one that uses a name which such a cell would have made.
One sentence says so, and the stored output follows. Cells with answers and checks are always run:
a check says itself what it lacks. Where all are installed, nothing of this is in a cell's way.
"""

import ast
import sys
from typing import Any

from coursekit import stored
from coursekit.learning.absent import absent, lacking, of
from coursekit.learning.coursecells import CourseCell, exercises, find
from coursekit.learning.gone import Notebook, asked
from coursekit.learning.reading import Reading, imports, read

HERE = "coursekit.learning.unmet"
MOST = 3  # names that a sentence lists


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
        wants = self.known.wants(reading.reads - asked(tree))
        if cell is None:
            if wants:
                print(_because(wants))
            self.known.ran(tree.body)
            return tree
        self.held = [(tree, cell)]
        want = (cell.needs | imports(tree.body)) & lost
        if want or wants:
            return _call(tree, "instead", sorted(want), {k: sorted(v) for k, v in wants.items()})
        self.known.ran(tree.body)
        return _guarded(tree)

    def _answer(self, tree: ast.Module, reading: Reading, lost: set[str]) -> ast.Module:
        """An answer stays as it is, unless not even its definition can be run."""
        wants = self.known.wants(reading.now - asked(tree))
        want = frozenset(imports(tree.body) & lost).union(*wants.values())
        if want and not asked(tree):
            self.known.skipped(reading, want)
            words = f"This exercise needs {lacking(want)}. Your code is not run."
            return _call(tree, "say", words)
        self.known.ran(tree.body)
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
        lost = frozenset(want).union(*wants.values())
        self.known.salvage(tree, lost, self._run)
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

    def _run(self, statement: ast.stmt) -> bool:
        """Run one statement of a cell that is not run; True if that could be done."""
        try:
            code = compile(ast.Module([statement], []), "<not run>", "exec")
            exec(code, self.shell.user_ns)
        except Exception:
            return False
        return True


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


def _because(wants: dict[str, frozenset[str]]) -> str:
    names = [f"`{name}`" for name in wants][:MOST]
    said = ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
    packages = frozenset[str]().union(*wants.values())
    come = "come" if len(names) > 1 else "comes"
    return f"{said} {come} of a cell that needs {lacking(packages)}"


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
