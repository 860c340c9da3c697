"""A task's cell, from the task itself: what stands in coursekit/exercises/ is not written again.

    # {{answer}}

alone on its line stands for the answer to the task whose name is the cell's id, already marked: an
exercise's right answer, the letter of a quiz, the number of a prediction. What stands around it in
the cell stays. A cell that must differ says why, `own="…"`, and has its answer between the marks.
"""

import ast
from dataclasses import replace
from pathlib import Path

from coursekit import printed, stored
from coursekit.authoring.cells import Cell, read
from coursekit.checking import Exercise, Numeric, Predict, Quiz, Task
from coursekit.checking.planted import shipped
from coursekit.errors import ArgumentError, BuildError, ExerciseError
from coursekit.stored import Outputs

ANSWER = "# {{answer}}"
BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"


def page(source: Path, tasks: dict[str, Task], shown: Outputs | None = None) -> list[Cell]:
    """The cells of a lesson source, with every answer where its task stands.

    Args:
        shown: what its cells showed, for the truth of a prediction that was measured; if absent,
            what is stored.

    Raises:
        BuildError: a cell asks for an answer that no task has, or repeats one without a reason.
    """
    return [fill(source, cell, tasks.get(cell.id), shown) for cell in read(source)]


def fill(source: Path, cell: Cell, task: Task | None, shown: Outputs | None = None) -> Cell:
    """The cell with the answer in the place of its `# {{answer}}`.

    Raises:
        BuildError: there is no such answer, or the cell has its own and does not say why.
    """
    lines = cell.source.splitlines()
    at = [n for n, line in enumerate(lines) if line.strip() == ANSWER]
    if cell.kind != "code" or not (at or isinstance(task, Exercise | Numeric | Predict | Quiz)):
        return cell
    if at and "own" in cell.metadata:
        raise BuildError(source, cell.line, f"own= is for a cell without {ANSWER!r}")
    if not at and "own" not in cell.metadata:
        words = f"write {ANSWER!r}: the answer is that of {cell.id}; one that must differ says why"
        raise BuildError(source, cell.line, f'{words}, own="…"')
    if not at:
        return cell
    if len(at) > 1 or lines[at[0]] != ANSWER:
        raise BuildError(source, cell.line, f"{ANSWER!r} stands once in a cell, not indented")
    text = _answer(source, cell, task, shown)
    return replace(cell, source="\n".join([*lines[: at[0]], text, *lines[at[0] + 1 :]]))


def _answer(source: Path, cell: Cell, task: Task | None, shown: Outputs | None) -> str:
    match task:
        case Exercise():
            return marked(task.worked_answer())
        case Quiz() | Numeric():
            return f"{BEGIN}\n{task.name} = {_written(task.answer)}\n{END}"
        case Predict():
            return f"{BEGIN}\n{task.name} = {guess(task, shown)}\n{END}"
    needed = "the name of an exercise, a prediction or a question with one right answer"
    raise BuildError(source, cell.line, f"{ANSWER!r} needs {needed} as the cell's id: {cell.id!r}")


def received(source: Path, cell: Cell, task: Task | None) -> str | None:
    """The cell as learners get it where its exercise comes with a wrong answer, else None.

    Raises:
        BuildError: the wrong answer cannot be made of the exercise, or the cell has its own.
    """
    if not isinstance(task, Exercise) or not task.planted:
        return None
    if "own" in cell.metadata:
        raise BuildError(source, cell.line, f"{task.name} comes with a planted answer: no own=")
    try:
        wrong = shipped(task)
    except (KeyError, ExerciseError) as error:
        words = f"{task.name} comes with the mistake {task.planted!r}, which cannot be made"
        raise BuildError(source, cell.line, f"{words}: {error}") from error
    return cell.source.replace(marked(task.worked_answer()), wrong)


def guess(task: Predict, shown: Outputs | None = None) -> str:
    """The truth as one would write it: as it was given, or to three digits where it is computed.

    Where it was measured and nothing is shown yet, it is `...`, not answered.
    """
    if isinstance(task.truth, str):
        cells = stored.shown(task.lesson) if shown is None else shown
        try:
            value, said = printed.number(task.truth, cells), printed.fill(task.truth, cells)
        except ArgumentError:
            return "..."
        return _written(value if set(".e") & set(said) else int(value))
    if not callable(task.truth):
        return _written(task.truth)
    value = task.value
    return _written(round(value) if abs(value) >= 1000 else float(f"{value:.3g}"))


def _written(value: float | str) -> str:
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:_}"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def marked(answer: str) -> str:
    """A right answer's source with the marks around every body that a learner is to write.

    A function keeps its first line and its docstring, a class those of each method; a method whose
    name begins with one underscore goes with the one before it.
    """
    [node] = ast.parse(answer).body
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    lines = answer.splitlines()
    bodies = [node] if isinstance(node, ast.FunctionDef) else _methods(node)
    ends = [_first_line(body) - 1 for body in bodies[1:]] + [len(lines)]
    for body, end in reversed(list(zip(bodies, ends, strict=True))):
        start = _opening(lines, body)
        while not lines[end - 1].strip():
            end -= 1
        indent = " " * (body.col_offset + 4)
        lines[start:end] = [indent + BEGIN, *lines[start:end], indent + END]
    return "\n".join(lines)


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    return [m for n, m in enumerate(methods) if not n or m.name[:2] == "__" or m.name[0] != "_"]


def _first_line(node: ast.FunctionDef) -> int:
    """The number of the line where it begins, its decorators included."""
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])


def _opening(lines: list[str], node: ast.FunctionDef) -> int:
    """How many lines of the source come before the body: the first line, the docstring."""
    if ast.get_docstring(node) is not None:
        return node.body[0].end_lineno or 0
    first = node.body[0]
    start = _first_line(first) if isinstance(first, ast.FunctionDef) else first.lineno
    while not (before := lines[start - 2].strip()) or before.startswith("#"):
        start -= 1  # a comment above the first statement belongs to the answer
    return start - 1
