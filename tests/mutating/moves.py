"""Operators that move: terms in and out of calls, powers and brackets; statements and branches."""

import ast
import copy
from collections.abc import Iterator

from mutating.calls import of_a_library
from mutating.trees import Change, Scope, change, rewritten, shown
from mutating.values import SIGNS


def subject(call: ast.expr) -> ast.expr | None:
    """What a call is of: its first argument, or what its method belongs to."""
    if not isinstance(call, ast.Call):
        return None
    if of_a_library(call.func):
        return call.args[0] if call.args and not isinstance(call.args[0], ast.Starred) else None
    return call.func.value if isinstance(call.func, ast.Attribute) else None


def of(call: ast.Call, new: ast.expr) -> ast.Call:
    """The same call, of something else."""
    made = copy.deepcopy(call)
    if of_a_library(call.func):
        made.args[0] = new
    else:
        assert isinstance(made.func, ast.Attribute)
        made.func.value = new
    return made


def moved(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """`f(a) + b` -> `f(a + b)` and back; so with powers and with brackets."""
    if isinstance(node, ast.BinOp):
        sign = SIGNS[type(node.op)]
        if subject(node.left) is not None:
            kind = f"{shown(node.left)} {sign} b -> its subject {sign} b"
            yield rewritten(
                node, kind, lambda n: of(n.left, ast.BinOp(subject(n.left), n.op, n.right))
            )
        if subject(node.right) is not None:
            kind = f"a {sign} {shown(node.right)} -> a {sign} its subject"
            yield rewritten(
                node, kind, lambda n: of(n.right, ast.BinOp(n.left, n.op, subject(n.right)))
            )
        yield from _regrouped(node)
    inner = subject(node) if isinstance(node, ast.Call) else None
    if isinstance(inner, ast.BinOp):
        sign, name = SIGNS[type(inner.op)], shown(node.func)

        def first(n):
            a = subject(n)
            return ast.BinOp(of(n, a.left), a.op, a.right)

        def second(n):
            a = subject(n)
            return ast.BinOp(a.left, a.op, of(n, a.right))

        yield rewritten(node, f"{name}(a {sign} b) -> {name}(a) {sign} b", first)
        yield rewritten(node, f"{name}(a {sign} b) -> a {sign} {name}(b)", second)


def _regrouped(node: ast.BinOp) -> Iterator[Change]:
    sign = SIGNS[type(node.op)]
    if isinstance(node.right, ast.BinOp):
        inner = SIGNS[type(node.right.op)]
        left = lambda n: ast.BinOp(ast.BinOp(n.left, n.op, n.right.left), n.right.op, n.right.right)  # noqa: E731
        yield rewritten(node, f"a {sign} (b {inner} c) -> (a {sign} b) {inner} c", left)
    if isinstance(node.left, ast.BinOp):
        inner = SIGNS[type(node.left.op)]
        right = lambda n: ast.BinOp(n.left.left, n.left.op, ast.BinOp(n.left.right, n.op, n.right))  # noqa: E731
        yield rewritten(node, f"(a {inner} b) {sign} c -> a {inner} (b {sign} c)", right)
        both = lambda n: ast.BinOp(ast.BinOp(n.left.left, n.op, n.right), n.left.op, n.left.right)  # noqa: E731
        yield rewritten(node, f"(a {inner} b) {sign} c -> (a {sign} c) {inner} b", both)


def statements(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """A statement or a decorator left out; a loop run once; what stands under `with` alone."""
    nothing = lambda n: ast.Pass()  # noqa: E731
    match node:
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield change(node, "(nothing)", f"without {shown(node)}", nothing)
        case ast.Break() | ast.Continue():
            yield change(node, "(nothing)", f"without {shown(node)}", nothing)
        case ast.For() | ast.While():
            yield Change(f"without the loop {_head(node)}", "without loops", nothing)
            yield Change(f"{_head(node)} once", "loops once", _once)
        case ast.If():
            yield Change(f"without the whole of {_head(node)}", "without ifs", nothing)
        case ast.With() | ast.Try():
            yield Change(f"without {_head(node)}, but for its body", "bodies", lambda n: n.body)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        for i, mark in enumerate(node.decorator_list):

            def without(n, i=i):
                n.decorator_list = n.decorator_list[:i] + n.decorator_list[i + 1 :]
                return n

            yield Change(f"without @{shown(mark)}", f"without @{shown(mark)}", without)


def order(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Two statements that follow each other exchanged."""
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        if not isinstance(block, list):
            continue
        for i in range(len(block) - 1):

            def make(n, field=field, i=i):
                rows = getattr(n, field)
                rows[i], rows[i + 1] = rows[i + 1], rows[i]
                return n

            texts = " <-> ".join(_head(row) for row in block[i : i + 2])
            yield Change(texts, texts, make)


def _once(n):
    n.body = [*n.body, ast.Break()]
    return n


def _head(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0].rstrip(":")
