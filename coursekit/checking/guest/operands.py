"""What meets in one operation of the learner's code, told by the names that stand there.

Nothing of the learner's is called for it, and of values only type, shape and plain numbers are
told.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import islice
from types import FrameType
from typing import Any

import numpy as np
from numpy import issubdtype  # by name: it may be an answer's by then

from .lookup import is_array, value
from .plain import is_tensor

Met = tuple[tuple[str, str], ...]  # what stands in the code, what it is: ("x_hat", "(5, 4)")
LONGEST = 40  # characters of code, of one that is told
SHAPES = re.compile(r"\([\d, ]*\)")
WORKED_OUT = (ast.BinOp, ast.Call, ast.Compare, ast.UnaryOp)


def meeting(node: ast.AST, statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that one operation takes."""
    match node:
        case ast.BinOp(left=left, right=right):
            yield from (left, right)
        case ast.AugAssign(target=target, value=added):
            yield from (target, added)
        case ast.Compare(left=left, comparators=others):
            yield from (left, *others)
        case ast.UnaryOp(operand=one) | ast.Attribute(value=one) | ast.Starred(value=one):
            yield one
        case ast.Subscript(value=held, slice=index):
            yield from (held, *(index.elts if isinstance(index, ast.Tuple) else [index]))
            if isinstance(node.ctx, ast.Store) and isinstance(statement, ast.Assign):
                yield from (node, statement.value)
        case ast.Call(func=called, args=args, keywords=options):
            if isinstance(called, ast.Attribute):
                yield called.value
            for one in (*args, *(option.value for option in options)):
                yield from one.elts if isinstance(one, ast.Tuple | ast.List) else [one]
        case ast.Tuple() | ast.List() if isinstance(getattr(statement, "value", None), ast.expr):
            yield statement.value  # type: ignore[attr-defined]
        case ast.For(iter=items):
            yield items
        case _:
            body = {id(n) for part in getattr(statement, "body", []) for n in ast.walk(part)}
            every = [n for n in ast.walk(statement) if id(n) not in body]
            yield from (n for n in every if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


def pair(node: ast.AST) -> tuple[ast.expr, ...]:
    """The two sides of an operator that goes value by value; none of anything else."""
    match node:
        case ast.BinOp(left=left, right=right) if not isinstance(node.op, ast.MatMult):
            return left, right
        case ast.AugAssign(target=left, value=right) if not isinstance(node.op, ast.MatMult):
            return left, right
        case ast.Compare(left=left, comparators=[right]):
            return left, right
    return ()


def met(parts: list[ast.expr], frame: FrameType) -> Met:
    """Each of the expressions, or the names in it, and what it is in that frame."""
    found: dict[str, str] = {}
    for part, label in zip(parts, labels(parts), strict=True):
        if said := _said(part, frame):
            found.setdefault(label, said)
            continue  # so the names in it need not be told
        for one in _leaves(part):
            if said := _said(one, frame):
                found.setdefault(_short(one), said)
    return tuple(found.items())


def labels(parts: Sequence[ast.expr]) -> list[str]:
    """What each of the expressions is called: its text, where that is short."""
    short = {ast.unparse(part): _short(part) for part in parts}
    several, half = Counter(short.values()), LONGEST // 2 - 2
    return [
        f"{text[:half]} … {text[-half:]}" if several[short[text]] > 1 else short[text]
        for text in map(ast.unparse, parts)
    ]


def _short(part: ast.expr) -> str:
    """Its text; of a long one without what is called there, and if need be its beginning."""
    text = ast.unparse(part)
    if len(text) > LONGEST:
        text = ast.unparse(_Elided().visit(deepcopy(part)))
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


class _Elided(ast.NodeTransformer):
    """Calls without their arguments."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if node.args or node.keywords:
            node.args, node.keywords = [ast.Name("…", ast.Load())], []
        return node


def _leaves(part: ast.expr) -> Iterator[ast.expr]:
    for node in ast.walk(part):
        if isinstance(node, ast.Name | ast.Attribute) and node is not part:
            yield node


def filled(found: Met, sides: Sequence[ast.expr], words: str) -> Met:
    """The same, and the shapes of what could not be told, which the error's own words know.

    Args:
        sides: of an operator; what is known of one must be what the words say of it.
    """
    _, told, after = words.partition("operands could not be broadcast together with shapes ")
    shapes = [str(tuple(map(int, re.findall(r"\d+", one)))) for one in SHAPES.findall(after)]
    known, names = dict(found), labels(sides)
    both = list(zip(names, shapes[: len(names)], strict=False)) if told else []
    if len(both) < 2 or any(known.get(n, s).partition(" of ")[0] != s for n, s in both):
        return found
    return tuple((name, known.get(name, size)) for name, size in both)


def _said(part: ast.expr, frame: FrameType) -> str:
    """What an expression is in a frame, told without running any of the learner's code; or ""."""
    if isinstance(part, ast.Constant | ast.Slice):
        return ""
    try:
        held = value(part, frame)
    except Exception:  # it is not known, or an object that acts when it is looked at
        return ""
    if isinstance(part, WORKED_OUT) and not (is_array(held) and held.ndim):
        return ""  # its values are none
    return what(held)


def what(value: Any) -> str:
    """What a value is, in a few words: its shape, its value, its kind; "" of a function."""
    kind = type(value)
    if kind is np.ndarray or is_tensor(value):
        size = str(tuple(map(int, value.shape)))
        return f"{size} of whole numbers" if _whole(value) else size
    if value is None or kind in (bool, int, str):
        said = repr(value)
        return said if len(said) <= LONGEST else f"a text of {len(value)} characters"
    if issubclass(kind, float | np.generic):
        return f"{float(value):.4g}" if issubdtype(kind, np.number) else "a scalar"
    if kind in (tuple, list):
        plain = all(type(one) in (int, bool, type(None)) for one in value)
        return str(value) if plain and len(value) <= 6 else f"a {kind.__name__} of {len(value)}"
    if kind is dict:
        keys = ", ".join(repr(key) for key in islice(value, 8) if type(key) is str)
        return f"a dict with {keys}" if keys else f"a dict of {len(value)}"
    if callable(value) or kind.__name__ == "module":
        return ""
    return f"of type {kind.__name__}"


def _whole(value: Any) -> bool:
    if type(value) is np.ndarray:
        return value.dtype.kind in "iu"
    return not (value.is_floating_point() or value.is_complex() or "bool" in str(value.dtype))
