"""The right answers with every value on the way rounded to fewer digits: what that may change."""

import ast
import sys
from collections.abc import Callable
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from coursekit.checking.edits import source_of

ROUND = "_round_"  # the name that stands around each value


def narrowed(function: Callable, bits: int, factor: float = 1.0) -> Callable:
    """A function, or class, whose every operand and result keeps so many bits.

    A factor near 1 is another draw of the same roundings: values are rounded in units of it, so
    that equal ones stay equal and no value is exact by luck.

    Raises:
        OSError, TypeError, SyntaxError: its source cannot be read.
    """
    names = {"np": np, **vars(sys.modules[function.__module__])}
    names[ROUND] = lambda value: rounded(value, bits, factor)
    exec(_compiled(function), names)
    return names[function.__name__]


@lru_cache(maxsize=256)
def _compiled(function: Callable) -> CodeType:
    tree = _Around().visit(ast.parse(source_of(function)))
    return compile(ast.fix_missing_locations(tree), f"<{function.__name__}, rounded>", "exec")


class _Around(ast.NodeTransformer):
    """Put a call around each operation, each call and what they are given.

    What is written to, and the object whose method is called, stay themselves.
    """

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        return _around(ast.BinOp(self._given(node.left), node.op, self._given(node.right)))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        return ast.UnaryOp(node.op, self._given(node.operand))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in ("super", "range", "len", "int"):
            return node
        new = ast.Call(
            self.visit(node.func),
            [self._given(argument) for argument in node.args],
            [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords],
        )
        return _around(new)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        return ast.AugAssign(node.target, node.op, self._given(node.value))

    def _given(self, node: ast.expr) -> Any:
        new = self.visit(node)
        bare = isinstance(node, ast.Name | ast.Subscript | ast.Attribute)
        return _around(new) if bare else new


def _around(node: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(ROUND, ast.Load()), [node], [])


def rounded(value: Any, bits: int, factor: float = 1.0) -> Any:
    """A float, or an array or tensor of them, with that many bits; anything else as it is."""
    if type(value) is float:
        return float(_rounded(np.float64(value), bits, factor))
    if isinstance(value, np.floating | np.ndarray) and value.dtype.kind == "f":
        return _rounded(value.astype(np.float64), bits, factor).astype(value.dtype)
    if hasattr(value, "detach") and value.is_floating_point():
        if type(value).__name__ == "Parameter":
            return value  # it is to stay one; what is made of it is rounded
        near = _rounded(value.detach().cpu().double().numpy(), bits, factor)
        kept = value.new_tensor(near) - value.detach()
        return value + kept  # the gradient is that of the value
    return value


def _rounded(value: Any, bits: int, factor: float) -> Any:
    with np.errstate(all="ignore"):
        part, power = np.frexp(value * factor)
        near = np.ldexp(np.round(np.ldexp(part, bits)), power - bits) / factor
        return np.where(np.isfinite(value), near, value)[()]


def on_larger(exercise: Any, factor: float) -> Callable:
    """The exercise's script, where every float that it draws is larger by a factor."""
    return lambda answer, rng: exercise.script(answer, _Larger(rng, factor))


class _Larger:
    """A random generator whose floats are all larger by a factor."""

    def __init__(self, rng: np.random.Generator, factor: float):
        self.rng, self.factor = rng, factor

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.rng, name)

        def drawn(*args: Any, **options: Any) -> Any:
            value = found(*args, **options)
            floats = isinstance(value, float) or getattr(value, "dtype", np.dtype(int)).kind == "f"
            return value * self.factor if floats else value

        return drawn if callable(found) else found
