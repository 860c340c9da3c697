"""Operators on calls: arguments, the call itself, reductions, neighbours in a library."""

import ast
import itertools
from collections.abc import Iterator

from mutating.trees import Change, Scope, change, rewritten, shown

REDUCTIONS = ("sum", "mean", "max", "min", "var", "std", "prod")
NEIGHBOURS = """
    sqrt square abs exp log rsqrt, exp expm1, log log2 log10 log1p, maximum minimum fmax,
    argmax argmin argsort, floor ceil round trunc, zeros ones empty,
    zeros_like ones_like empty_like, any all, sin cos, mean median, eigh eig, eigvalsh eigvals,
    isfinite isnan isinf, dot outer vdot, vstack hstack concatenate, view reshape, add_ sub_,
    mul_ div_, copy view, cumsum cumprod, diag diagonal trace, train eval, len max min sum,
    float32 float64 float16, float int, abs float, inv pinv, keys values items, repeat tile,
    ravel flatten, range reversed, append extend, allclose array_equal, Parameter Tensor,
    nanmean mean, count_nonzero size, size ndim shape
"""
GROUPS = [group.split() for group in NEIGHBOURS.split(",")]
LIBRARIES = ("np", "torch", "nn", "math", "linalg", "F", "random", "functional")


def of_a_library(func: ast.expr) -> bool:
    """True for np.f, np.linalg.f and their like, whose subject is the first argument."""
    if not isinstance(func, ast.Attribute):
        return True
    home = func.value
    return (home.id if isinstance(home, ast.Name) else getattr(home, "attr", "")) in LIBRARIES


def arguments(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """An argument left out; two arguments exchanged."""
    if not isinstance(node, ast.Call):
        return
    name = shown(node.func)
    for i, arg in enumerate(node.args):

        def without(n, i=i):
            n.args = n.args[:i] + n.args[i + 1 :]
            return n

        yield rewritten(node, f"{name}(…) without {shown(arg)}", without)
    for i, word in enumerate(node.keywords):

        def unnamed(n, i=i):
            n.keywords = n.keywords[:i] + n.keywords[i + 1 :]
            return n

        yield rewritten(node, f"without {shown(word)}", unnamed)
    for i, j in itertools.combinations(range(len(node.args)), 2):

        def turned(n, i=i, j=j):
            n.args[i], n.args[j] = n.args[j], n.args[i]
            return n

        yield rewritten(node, f"{name}(…): {i} and {j} exchanged", turned)
    for i, j in itertools.product(range(len(node.args)), range(len(node.keywords))):

        def crossed(n, i=i, j=j):
            n.args[i], n.keywords[j].value = n.keywords[j].value, n.args[i]
            return n

        yield rewritten(node, f"{name}(…): {i} and {node.keywords[j].arg} exchanged", crossed)
    for i, j in itertools.combinations(range(len(node.keywords)), 2):

        def traded(n, i=i, j=j):
            a, b = n.keywords[i], n.keywords[j]
            a.value, b.value = b.value, a.value
            return n

        yield rewritten(node, f"{name}(…): keywords {i} and {j} exchanged", traded)


def dropped(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """`f(x)` -> `x`, `x.f()` -> `x`, `x.T` -> `x`."""
    if isinstance(node, ast.Call):
        name = shown(node.func)
        if of_a_library(node.func):
            for i, arg in enumerate(node.args):
                if not isinstance(arg, ast.Starred):
                    yield change(node, shown(arg), f"{name}(…) -> argument {i}", _argument(i))
        elif isinstance(node.func, ast.Attribute):
            of = f"x.{node.func.attr}(…) -> x"
            yield change(node, shown(node.func.value), of, lambda n: n.func.value)
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        known = isinstance(node.value, ast.Name) and node.value.id in (*LIBRARIES, "self")
        if not known and node.attr in ("T", "mT", "real", "grad", "data"):
            yield change(node, shown(node.value), f"x.{node.attr} -> x", lambda n: n.value)


def _argument(i: int):
    return lambda n: n.args[i]


def reductions(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Another reduction, another axis, another divisor, its axes kept or not."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return
    old = node.func.attr
    if old not in REDUCTIONS:
        return
    for new in REDUCTIONS:
        if new != old:

            def other(n, new=new):
                n.func.attr = new
                return n

            yield rewritten(node, f"{old}(…) -> {new}(…)", other)
    place = 1 if of_a_library(node.func) else 0
    words = [w.arg for w in node.keywords]
    for axis in (0, 1, -1, None):
        text = f"axis of {old}(…) -> {axis}"

        def along(n, axis=axis):
            named = next((w for w in n.keywords if w.arg in ("axis", "dim")), None)
            if named:
                named.value = ast.Constant(axis)
            else:
                n.args[place:] = [ast.Constant(axis), *n.args[place + 1 :]]
            return n

        yield rewritten(node, text, along)
    if "keepdims" not in words and "keepdim" not in words:
        yield rewritten(node, f"{old}(…) with keepdims", _with("keepdims", True))
    if old in ("var", "std") and not {"ddof", "correction"} & {*words}:
        yield rewritten(node, f"{old}(…) by N - 1", _with("correction", 1))


def _with(word: str, value: object):
    def make(n):
        n.keywords = [*n.keywords, ast.keyword(word, ast.Constant(value))]
        return n

    return make


def neighbours(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Another function of the library that is like it."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    if not isinstance(getattr(node, "ctx", None), ast.Load) or name in scope.names:
        return
    others = [n for group in GROUPS if name in group for n in group if n != name]
    for other in dict.fromkeys(others):

        def make(n, other=other):
            setattr(n, "attr" if isinstance(n, ast.Attribute) else "id", other)
            return n

        yield rewritten(node, f"{name} -> {other}", make)
