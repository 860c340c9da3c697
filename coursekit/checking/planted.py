"""The wrong answer that an exercise comes with: its text, and whether an answer still is that text.

What tells is the text alone. Whoever makes the same mistake elsewhere, or has edited the answer and
is still wrong, has written something: that is judged by what it does, as any other answer.
"""

import ast
import re
from collections.abc import Callable
from functools import lru_cache

from coursekit.checking.edits import edited, source_of
from coursekit.checking.source.reach import DEFINITIONS, parse, read
from coursekit.checking.task import PUBLIC_SEED, Exercise


def shipped(exercise: Exercise) -> str:
    """The source of the answer that the learner's notebook comes with: its planted mistake.

    Raises:
        ExerciseError: its edits cannot be made.
        OSError, TypeError: the mistake's own source cannot be read.
    """
    mistake = exercise.mistakes[exercise.planted]
    if mistake.edits:
        return edited(exercise.worked_answer(), mistake.edits)
    return re.sub(rf"\b{re.escape(mistake.name)}\b", exercise.name, source_of(mistake.written))


def received(exercise: Exercise) -> Callable:
    """The same as a function or a class."""
    return exercise.mistakes[exercise.planted].function


def stands(exercise: Exercise, source: str | None, seed: int) -> bool:
    """True if an answer counts as not written, for its text is as it was shipped.

    In a notebook that is so where the mistake is to be found: elsewhere its check tells of it.
    """
    if not exercise.planted or (seed == PUBLIC_SEED and not exercise.mend):
        return False
    return source is not None and untouched(exercise, source)


def untouched(exercise: Exercise, source: str) -> bool:
    """True if what a source last binds the exercise's name to is the shipped answer.

    Comments, docstrings and layout do not count, nor does the lesson's own `NAME = use(NAME)`.
    """
    known, form = read(source), _shipped_form(exercise)
    bound = known.bindings.get(exercise.name, []) if known else []
    bound = [node for node in bound if not _is_use(node, exercise.name)]
    if not bound or form is None or not isinstance(bound[-1], DEFINITIONS):
        return False
    try:
        return _form(ast.unparse(bound[-1])) == form
    except (ValueError, RecursionError, MemoryError):  # it was nested deeper than can be written
        return False


def _is_use(node: ast.AST, name: str) -> bool:
    """True for `name = use(name)`, with which a lesson goes on: it writes nothing."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=to)],
            value=ast.Call(func=ast.Name(id="use"), args=[ast.Name(id=of)], keywords=[]),
        ):
            return to == of == name
    return False


@lru_cache(maxsize=64)
def _shipped_form(exercise: Exercise) -> str | None:
    """None where the text cannot be told: a mistake of an older pack's switches has none."""
    try:
        return _form(shipped(exercise))
    except (OSError, TypeError, StopIteration, SyntaxError):
        return None


def _form(text: str) -> str:
    """A definition without its comments, docstrings and layout."""
    tree = parse(text)
    for part in ast.walk(tree):
        if isinstance(part, DEFINITIONS) and ast.get_docstring(part) is not None:
            part.body = part.body[1:] or [ast.Pass()]
    return ast.dump(tree)
