"""What a learner wrote for an exercise, and where in the notebook it stands."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from coursekit.checking.source.reach import parse
from coursekit.grading.intake.cells import CodeCell
from coursekit.grading.intake.notebook import Notebook
from coursekit.patience import TEXT, at_most

LONGEST = 10_000  # characters; nobody reads more beside a finding
LARGEST = 100_000  # characters of a cell that is searched for where an answer begins
FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Passage:
    """An answer as its learner wrote it."""

    exercise: str
    cell: int  # its number in the notebook, from 1
    line: int  # of the cell, from 1, at which the text begins
    text: str
    at: int = 0  # the line of the cell that is at fault, where that is known

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Each line with its number in the cell."""
        return [*enumerate(self.text.split("\n"), self.line)]


@at_most(TEXT)
def passages(notebook: Notebook, names: Iterable[str]) -> tuple[Passage, ...]:
    """The answers to these exercises, by the last cell that gives each: it is the one judged.

    Of a cell that is no Python, and so did not run, it is the whole text. What is longer than
    LONGEST is left out.
    """
    found = (_passage(notebook, name) for name in names)
    return tuple(one for one in found if one and len(one.text) <= LONGEST)


def _passage(notebook: Notebook, name: str) -> Passage | None:
    homes = [cell for cell in notebook.run if cell.defines(name)]
    homes = homes or [cell for cell in notebook.run if _mentions(cell, name) and cell.gives(name)]
    if not homes:
        return None
    cell = homes[-1]
    lines = cell.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first, last = _statement(notebook, cell, name) or (1, len(lines))
    return _trimmed(Passage(name, cell.number, first, "\n".join(lines[first - 1 : last])))


def _mentions(cell: CodeCell, name: str) -> bool:
    return len(cell.source) <= LARGEST and name in cell.source


def _statement(notebook: Notebook, cell: CodeCell, name: str) -> tuple[int, int] | None:
    """The first and the last line of the cell's last statement that gives the name."""
    told = notebook.told[cell.number]
    if told.problem or len(told.text) > LARGEST:
        return None
    try:
        body = parse(told.text).body  # every line is where it is in the cell
    except FAULTS:
        return None
    for node in reversed(body):
        if name in _given(node):
            above = [one.lineno for one in getattr(node, "decorator_list", ())]
            return min([node.lineno, *above]), node.end_lineno or node.lineno
    return None


def _given(node: ast.stmt) -> Iterator[str]:
    """Names that a statement of the module's gives, definitions inside an `if` among them."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield inner.name
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id


def _trimmed(one: Passage) -> Passage | None:
    """Without empty lines around it; None where nothing is left."""
    lines = one.text.split("\n")
    full = [n for n, line in enumerate(lines) if line.strip()]
    if not full:
        return None
    text = "\n".join(line.rstrip() for line in lines[full[0] : full[-1] + 1])
    return replace(one, line=one.line + full[0], text=text)
