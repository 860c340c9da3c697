"""Where an error came up: the line, what met on it, and what met there on an input that worked."""

import ast
import linecache
import sys
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple

import numpy as np

from .operands import LONGEST, filled, meeting, met, pair
from .operands import Met as Met
from .plain import is_tensor

FACTS, NAMES = 6, 64  # so many are told
STEPS = 5_000  # lines of the learner's that a replay follows
Learners = Callable[[str], bool]


class Scene(NamedTuple):
    """Where an error came up; `before` is what met on that line on the last input that worked.

    `names` are those known there. `reached` is None where nothing that worked was run again, or
    was not seen to its end.
    """

    code: str = ""  # what failed there, the smallest part of the line
    met: Met = ()
    names: tuple[str, ...] = ()
    reached: bool | None = None
    before: Met = ()
    squeezed: str = ""  # the call in the function that takes away every axis of length one


def scene(error: BaseException, learners: Learners) -> tuple[Scene, TracebackType | None]:
    """Where an error came up, and the last frame of the learner's own that it passed through.

    Args:
        learners: tells of a file's name whether the learner's code stands there.
    """
    at, trace = None, error.__traceback__
    while trace is not None:
        at = trace if learners(trace.tb_frame.f_code.co_filename) else at
        trace = trace.tb_next
    if at is None:
        return Scene(), None
    frame = at.tb_frame
    parts, sides, code, tree = _parts(frame.f_code, at.tb_lasti)
    here = filled(met(parts, frame), sides, _words(error))
    every = (*frame.f_locals, *frame.f_globals)
    plain = (name for name in every if type(name) is str and name.isidentifier())
    names = tuple(islice((name for name in plain if not name.startswith("_")), NAMES))
    return Scene(code, here[:FACTS], names, squeezed=_squeezes(tree, frame)), at


def replay(call: Callable[[], Any], at: TracebackType) -> tuple[bool | None, Met]:
    """Whether an input that worked came to the line that raised, and what met there the last time.

    None where that cannot be told: it raised this time, or took more lines than are followed.

    Args:
        call: calls the function once more on that input.
    """
    code, line = at.tb_frame.f_code, at.tb_lineno
    parts, *_ = _parts(code, at.tb_lasti)
    seen: list[Met] = []
    left = STEPS

    def follow(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            sys.settrace(None)
            return None
        if event == "line" and frame.f_lineno == line:
            seen[:] = [met(parts, frame)]
        return follow

    def enter(frame: FrameType, event: str, _: Any) -> Any:
        return follow if frame.f_code is code else None

    before, whole = sys.gettrace(), False
    sys.settrace(enter)
    try:
        call()
        whole = sys.gettrace() is enter
    except Exception:
        pass
    finally:
        sys.settrace(before)
    return (True, seen[0][:FACTS]) if seen else (False if whole else None, ())


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # the learner's own, which cannot say it
        return ""


class _Place(NamedTuple):
    """What meets in the smallest part of some code, its two sides, its text, and its function."""

    parts: list[ast.expr]
    sides: tuple[ast.expr, ...]
    code: str
    home: ast.AST | None


def _parts(code: CodeType, at: int) -> _Place:
    """The smallest part of the code that failed there."""
    line, end, first, last = next(islice(code.co_positions(), at // 2, None), (None,) * 4)
    lines = linecache.getlines(code.co_filename)
    tree = _tree("".join(lines)) if lines else None
    if tree is None or line is None:
        return _Place([], (), "", None)
    statement, home = _around(tree, line)
    if statement is None:
        return _Place([], (), "", home)
    place = (line, end, first, last)
    inside = [n for n in ast.walk(statement) if _place(n) == place]
    node = inside[-1] if inside else statement
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    told = text if len(text) <= LONGEST else ""
    return _Place(list(meeting(node, statement)), pair(node), told, home)


@lru_cache(maxsize=8)
def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _place(node: ast.AST) -> tuple:
    names = ("lineno", "end_lineno", "col_offset", "end_col_offset")
    return tuple(getattr(node, name, None) for name in names)


def _around(tree: ast.Module, line: int) -> tuple[ast.stmt | None, ast.AST | None]:
    """The innermost statement, and the innermost function, that a line belongs to."""
    statement = home = None
    for node in ast.walk(tree):  # what is further in comes later
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            statement = node
            home = node if isinstance(node, ast.FunctionDef) else home
    return statement, home


def _squeezes(home: ast.AST | None, frame: FrameType) -> str:
    """The `squeeze()` without an axis in a function, where an array there has an axis of one."""
    arrays = [v for v in frame.f_locals.values() if type(v) is np.ndarray or is_tensor(v)]
    if home is None or not any(1 in value.shape for value in arrays):
        return ""
    for node in ast.walk(home):
        if isinstance(node, ast.Call) and _name(node.func) == "squeeze" and not node.keywords:
            library = _name(getattr(node.func, "value", node)) in ("np", "torch", "numpy")
            own = isinstance(node.func, ast.Attribute) and not library
            if len(node.args) == (0 if own else 1):
                return ast.unparse(node)[:LONGEST]
    return ""


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
