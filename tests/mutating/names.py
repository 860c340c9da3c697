"""Operators on names: one for another in scope, attributes of self, texts."""

import ast
from collections.abc import Iterator

from mutating.trees import Change, Scope, rewritten


def names(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Any name that has a value there for any other."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in scope.names:
        for other, line in scope.names.items():
            if other != node.id and line <= node.lineno:
                words = f"{node.id} -> {other}"
                yield Change(words, words, _named(other))


def swapped(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Two names exchanged throughout."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in scope.names:
        for other in scope.names:
            if other != node.id:
                pair = " <-> ".join(sorted((node.id, other)))
                yield Change(f"{node.id} -> {other}", pair, _named(other))


def _named(name: str):
    return lambda n: ast.copy_location(ast.Name(name, ast.Load()), n)


def attributes(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Any attribute of self for any other."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id == "self":
            for other in scope.attributes:
                if other != node.attr:

                    def make(n, other=other):
                        n.attr = other
                        return n

                    yield rewritten(node, f"self.{node.attr} -> self.{other}", make)


def texts(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Any text for any other."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for other in scope.strings:
            if other != node.value:
                words = f"{node.value!r} -> {other!r}"
                yield Change(words, words, lambda n, other=other: ast.Constant(other))
