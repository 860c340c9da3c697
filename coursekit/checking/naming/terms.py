"""Edits of a formula: a term left out, an operator that is another."""

import ast
from collections.abc import Iterator

from coursekit.checking.edits import Place
from coursekit.checking.naming.said import Public
from coursekit.checking.naming.single import Text


def terms(text: Text, public: Public, node: ast.BinOp) -> Iterator[tuple[str, str, Place]]:
    """A term left out, two exchanged, one operator in the place of another."""
    left, right = text.of(node.left), text.of(node.right)
    one, other = public.term(node.left), public.term(node.right)
    match node.op:
        case ast.Add():
            yield "dropped", f"{other} were not added", text.instead(node, left)
            yield "dropped", f"{one} were left out of a sum", text.instead(node, right)
        case ast.Sub():
            yield "dropped", f"{other} were not subtracted", text.instead(node, left)
            yield "dropped", f"{one} were left out of a difference", text.instead(node, right)
            yield (
                "turned",
                "a difference were the other way round",
                text.instead(node, f"(({right}) - ({left}))"),
            )
        case ast.Mult() | ast.MatMult():
            yield "dropped", f"{other} were left out of a product", text.instead(node, f"({left})")
            yield "dropped", f"{one} were left out of a product", text.instead(node, f"({right})")
            if isinstance(node.op, ast.MatMult):
                for new in (f"({left}).T @ {right}", f"{left} @ ({right}).T"):
                    yield "turned", "a matrix were transposed", text.instead(node, f"({new})")
                yield (
                    "turned",
                    "a product were the other way round",
                    text.instead(node, f"(({right}) @ ({left}))"),
                )
        case ast.Div() | ast.FloorDiv():
            yield "dropped", f"nothing were divided by {other}", text.instead(node, f"({left})")
            yield "dropped", f"{one} were left out of a division", text.instead(node, right)
            yield (
                "sign",
                "it were divided by the root",
                text.instead(node, f"(({left}) / ({right}) ** 0.5)"),
            )
        case ast.Pow():
            yield "dropped", "a power were left out", text.instead(node, f"({left})")
    for new, words in _others(node.op):
        start, end = text.span(node.left)[1], text.span(node.right)[0]
        between = text.source[start:end]
        old = symbol(node.op)
        if between.count(old) == 1:
            yield "sign", words, Place(start, end, between.replace(old, new))


SYMBOLS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
    ast.FloorDiv: "//", ast.Mod: "%",
}  # fmt: skip


def symbol(op: ast.operator) -> str:
    """How an operator is written."""
    return SYMBOLS.get(type(op), "\0")


def _others(op: ast.operator) -> Iterator[tuple[str, str]]:
    """The operators that stand for one another, and how that is said."""
    match op:
        case ast.Add():
            yield "-", "a plus were a minus"
            yield "*", "a sum were a product"
        case ast.Sub():
            yield "+", "a minus were a plus"
        case ast.Mult():
            yield "/", "it were divided where a product stands"
            yield "+", "a product were a sum"
        case ast.Div():
            yield "*", "it were multiplied where a division stands"
            yield "//", "a division lost what is behind the point"
        case ast.Pow():
            yield "*", "a power were a product"
        case ast.MatMult():
            yield "*", "a matrix product went entry by entry"
        case ast.FloorDiv():
            yield "/", "a whole division were an exact one"
