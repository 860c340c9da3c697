"""The smaller edits: axes, keepdims, conditions, numbers, and one name for another."""

import ast
from collections.abc import Iterator

from coursekit.checking.edits import Place
from coursekit.checking.naming.said import Public
from coursekit.checking.naming.single import Text

Edits = Iterator[tuple[str, str, Place]]

REDUCED = {"mean", "sum", "var", "std", "max", "min", "any", "all", "prod", "argmax", "argmin",
           "norm", "median"}  # fmt: skip
AXES = ("0", "1", "-1", "2", "(0, 1)", "None")


def axes(text: Text, node: ast.Call, called: str, method: bool) -> Edits:
    """Another axis, or none."""
    if called not in REDUCED:
        return
    words = f"a {called} went over other axes"
    for keyword in node.keywords:
        if keyword.arg in ("axis", "dim"):
            for axis in AXES:
                yield "axis", words, text.instead(keyword.value, axis)
            return
    place = 0 if method else 1
    if len(node.args) > place:
        for axis in AXES:
            yield "axis", words, text.instead(node.args[place], axis)
    elif node.args or method:
        end = text.span(node)[1] - 1
        before = ", " if text.source[:end].rstrip()[-1] not in "(," else ""
        for axis in AXES[:3]:
            yield "axis", words, Place(end, end, f"{before}axis={axis}")


def keepdims(text: Text, node: ast.Call, called: str) -> Edits:
    """An option that is left out; keepdims and ddof where nobody gave them."""
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        start, end = text.span(keyword)
        rest = text.source[end:]
        end += len(rest) - len(rest.lstrip(", ")) if rest.lstrip().startswith(",") else 0
        before = text.source[:start].rstrip()
        start = len(before) - 1 if before.endswith(",") and rest.lstrip()[:1] == ")" else start
        kind = "keepdims" if keyword.arg in ("keepdims", "keepdim") else "option"
        yield kind, f"`{keyword.arg}` were not given", Place(start, end, "")
    given = {keyword.arg for keyword in node.keywords}
    if called not in REDUCED or not isinstance(node.func, ast.Attribute):
        return
    end = text.span(node)[1] - 1
    comma = ", " if text.source[:end].rstrip()[-1] not in "(," else ""
    if "keepdims" not in given and "keepdim" not in given:
        words = f"a {called} kept its axes"
        yield "keepdims", words, Place(end, end, f"{comma}keepdims=True")
    if called in ("var", "std") and "ddof" not in given:
        yield "option", f"a {called} divided by N − 1", Place(end, end, f"{comma}ddof=1")


COMPARED = {
    ast.Lt: ("<", ("<=", ">")), ast.LtE: ("<=", ("<", ">")), ast.Gt: (">", (">=", "<")),
    ast.GtE: (">=", (">", "<")), ast.Eq: ("==", ("!=",)), ast.NotEq: ("!=", ("==",)),
    ast.In: (" in ", (" not in ",)), ast.NotIn: ("not in", ("in",)),
    ast.Is: (" is ", (" is not ",)), ast.IsNot: ("is not", ("is",)),
}  # fmt: skip


def choices(text: Text, node: ast.AST) -> Edits:
    """A branch taken always, never, or as the other one; another comparison."""
    if isinstance(node, ast.If | ast.IfExp):
        test = text.of(node.test)
        for new in ("True", "False", f"(not ({test}))"):
            words = "both branches of a choice were the same one"
            words = "the branches of a choice changed places" if new[0] == "(" else words
            yield "branch", words, text.instead(node.test, new)
    elif isinstance(node, ast.Compare):
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            start, end = text.span(left)[1], text.span(right)[0]
            old, others = COMPARED[type(op)]
            between = text.source[start:end]
            for new in others if between.count(old) == 1 else ():
                words = "a comparison were another one"
                yield "sign", words, Place(start, end, between.replace(old, new))
            left = right
    elif isinstance(node, ast.BoolOp):
        old, new = (" and ", " or ") if isinstance(node.op, ast.And) else (" or ", " and ")
        for i, (left, right) in enumerate(zip(node.values, node.values[1:], strict=False)):
            start, end = text.span(left)[1], text.span(right)[0]
            if text.source[start:end].count(old) == 1:
                words = "an `and` were an `or`" if old == " and " else "an `or` were an `and`"
                between = text.source[start:end].replace(old, new)
                yield "sign", words, Place(start, end, between)
            kept = [text.of(v) for n, v in enumerate(node.values) if n != i]
            yield "dropped", "a condition were left out", text.instead(node, old.join(kept))


def constants(text: Text, node: ast.Constant) -> Edits:
    """Another number, the other truth: constants come last."""
    value = node.value
    if isinstance(value, bool):
        yield (
            "value",
            "a True were a False, or the other way round",
            text.instead(node, str(not value)),
        )
    elif isinstance(value, int):
        for new in (value + 1, value - 1):
            yield "number", "one number were another", text.instead(node, f"({new})")
    elif isinstance(value, float):
        for other in (2 * value, value / 2, value + 1):
            yield "number", "one number were another", text.instead(node, repr(other))


def numbers(public: Public) -> list[str]:
    """What stands for a value: {} is the value as it was."""
    eps = ["({} + eps)"] if "eps" in public.words else []
    return [*eps, "({} * 0)", "({} * 0 + 1)", "None"]


def names(text: Text, public: Public) -> Edits:
    """One name for another of the same function."""
    for function in ast.walk(text.tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        arguments = {a.arg for a in function.args.args} - {"self"}
        stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)
                  and isinstance(n.ctx, ast.Store)}  # fmt: skip
        known = sorted(arguments | stored)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in known:
                for other in known:
                    if other != node.id:
                        told = {other, node.id} <= public.words
                        words = f"`{other}` stood in the place of `{node.id}`" if told else ""
                        yield "name", words, text.instead(node, other)
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Subscript):
            for part in ast.walk(node.slice):
                if isinstance(part, ast.Constant) and type(part.value) is int:
                    for new in (part.value + 1, part.value - 1):
                        yield "index", "", text.instead(part, f"({new})")
