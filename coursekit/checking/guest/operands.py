"""What meets in one operation of the learner's code, told by the names that stand there.

Nothing of the learner's is called for it: names are looked up, attributes read where they are
stored, and of values only type, shape and plain numbers are told.
"""

import ast
import re
from collections.abc import Iterator
from itertools import islice
from types import FrameType
from typing import Any

import numpy as np
from numpy import (
    broadcast_shapes,
    broadcast_to,
    issubdtype,
    shape,
)  # by name: they may be an answer's by then

from .plain import is_tensor

Met = tuple[tuple[str, str], ...]  # what stands in the code, what it is: ("x_hat", "(5, 4)")
LONGEST = 40  # characters of code, of one that is told


def meeting(node: ast.AST, statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that one operation takes."""
    match node:
        case ast.BinOp(left=left, right=right):
            yield from (left, right)
        case ast.AugAssign(target=target, value=value):
            yield from (target, value)
        case ast.Compare(left=left, comparators=others):
            yield from (left, *others)
        case ast.UnaryOp(operand=value) | ast.Attribute(value=value) | ast.Starred(value=value):
            yield value
        case ast.Subscript(value=value, slice=index):
            yield from (value, *(index.elts if isinstance(index, ast.Tuple) else [index]))
        case ast.Call(func=called, args=args, keywords=options):
            if isinstance(called, ast.Attribute):
                yield called.value
            yield from args
            yield from (option.value for option in options)
        case ast.Tuple() | ast.List() if isinstance(getattr(statement, "value", None), ast.expr):
            yield statement.value  # type: ignore[attr-defined]
        case ast.For(iter=items):
            yield items
        case _:
            body = {id(n) for part in getattr(statement, "body", []) for n in ast.walk(part)}
            every = [n for n in ast.walk(statement) if id(n) not in body]
            yield from (n for n in every if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


def met(parts: list[ast.expr], frame: FrameType) -> Met:
    """Each of the expressions, or the names in it, and what it is in that frame."""
    found: dict[str, str] = {}
    for part in parts:
        for one in (part, *_leaves(part)):
            text = ast.unparse(one)
            if len(text) <= LONGEST and (said := _said(one, frame)):
                found.setdefault(text, said)
                if one is part:  # so the names in it need not be told
                    break
    return tuple(found.items())


def _leaves(part: ast.expr) -> Iterator[ast.expr]:
    for node in ast.walk(part):
        if isinstance(node, ast.Name | ast.Attribute) and node is not part:
            yield node


def filled(found: Met, parts: list[ast.expr], shapes: list[str]) -> Met:
    """The same, and the shapes of calls, which only the error's own words know."""
    texts = [ast.unparse(part) for part in parts]
    known = dict(found)
    if any(len(text) > LONGEST for text in texts) or all(text in known for text in texts):
        return found
    sizes = [str(tuple(map(int, re.findall(r"\d+", one)))) for one in shapes]
    return tuple((text, known.get(text, size)) for text, size in zip(texts, sizes, strict=True))


def _said(part: ast.expr, frame: FrameType) -> str:
    """What an expression is in a frame, told without running any of the learner's code; or ""."""
    if isinstance(part, ast.Constant):
        return ""
    try:
        return what(_value(part, frame))
    except _Unknown:
        return ""
    except Exception:  # an object that acts when it is looked at
        return ""


class _Unknown(Exception):
    """It could not be told without calling something."""


def _value(part: ast.expr, frame: FrameType) -> Any:
    match part:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) if name in frame.f_locals:
            return frame.f_locals[name]
        case ast.Name(id=name) if name in frame.f_globals:
            return frame.f_globals[name]
        case ast.Attribute(value=inner, attr=name):
            return _attribute(_value(inner, frame), name)
        case ast.Subscript(value=inner, slice=index):
            held = _value(inner, frame)
            if type(held) in (list, tuple, dict, np.ndarray) or is_tensor(held):
                return held[_value(index, frame)]
        case ast.BinOp(left=left, right=right) if not isinstance(part.op, ast.MatMult):
            both = [_value(one, frame) for one in (left, right)]
            kinds = {type(one) for one in both}
            if np.ndarray in kinds and kinds <= {int, float, np.ndarray}:
                return broadcast_to(0.0, broadcast_shapes(*map(shape, both)))
    raise _Unknown


def _attribute(held: Any, name: str) -> Any:
    if type(held) is np.ndarray and name in ("T", "shape", "ndim", "size"):
        return getattr(held, name)
    if is_tensor(held) and name == "T":
        return held.T
    stored = getattr(held, "__dict__", {})
    for home in (stored, *(stored.get(k, {}) for k in ("_parameters", "_buffers"))):
        if name in home:
            return home[name]
    raise _Unknown


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
