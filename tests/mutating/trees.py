"""A right answer as a tree, and what an operator makes of it: at one place, or at all alike."""

import ast
import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

Make = Callable[[ast.AST], object]


class Change(NamedTuple):
    """What an operator does to a node; `kind` is the same wherever it does the same.

    `make` gets the node, with what is below it changed already; it gives what stands there then.
    """

    words: str
    kind: str
    make: Make


class Scope(NamedTuple):
    """What a node could have named instead."""

    names: dict[str, int]  # local names -> the line that first gives them a value
    attributes: tuple[str, ...]  # of self
    strings: tuple[str, ...]


class Mutant(NamedTuple):
    """A right answer with something changed."""

    operator: str
    words: str
    tree: ast.stmt


Operator = Callable[[ast.AST, Scope], Iterator[Change]]


def definition(source: str) -> ast.stmt:
    """The first function or class of a source, without its docstrings."""
    kinds = ast.FunctionDef | ast.ClassDef
    found = next(node for node in ast.parse(source).body if isinstance(node, kinds))
    for node in ast.walk(found):
        if isinstance(node, kinds) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return found


def mutants(tree: ast.stmt, operators: dict[str, Operator]) -> Iterator[Mutant]:
    """Every mutant that no other operator has made: each place alone, then all alike at once."""
    seen = {ast.unparse(tree)}
    nodes = [*walk(tree)]
    for name, operator in operators.items():
        alike: dict[str, dict[int, Make]] = {}
        made: list[tuple[str, dict[int, Make]]] = []
        for n, (node, scope) in enumerate(nodes):
            for change in operator(node, scope):
                words = f"line {getattr(node, 'lineno', 1)}: {change.words}"
                made.append((words, {n: change.make}))
                alike.setdefault(change.kind, {})[n] = change.make
        made += [(f"everywhere: {kind}", at) for kind, at in alike.items() if len(at) > 1]
        for words, places in made:
            new = rebuilt(tree, places, itertools.count())
            if not isinstance(new, ast.stmt):
                continue
            text = ast.unparse(ast.fix_missing_locations(new))
            if text not in seen:
                seen.add(text)
                yield Mutant(name, words, new)


def walk(tree: ast.AST, scope: Scope | None = None) -> Iterator[tuple[ast.AST, Scope]]:
    """Nodes in the order of `rebuilt`, with what is in scope there."""
    if scope is None or (isinstance(tree, ast.FunctionDef) and not scope.names):
        scope = _scope(tree, scope)
    yield tree, scope
    for child in ast.iter_child_nodes(tree):
        yield from walk(child, scope)


def _scope(tree: ast.AST, outer: Scope | None) -> Scope:
    names: dict[str, int] = {}
    attributes, strings = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) if name != "self":
                names[name] = min(node.lineno, names.get(name, node.lineno))
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                attributes.add(name)
            case ast.Constant(value=str(text)):
                strings.add(text)
    if isinstance(tree, ast.ClassDef):
        names = {}  # each method has its own
    if outer:
        attributes, strings = set(outer.attributes), set(outer.strings)
    return Scope(names, tuple(sorted(attributes)), tuple(sorted(strings)))


def rebuilt(node: ast.AST, places: dict[int, Make], counter: Iterator[int]) -> object:
    """A copy of a tree, with the nodes at those places (in the order of `walk`) made anew."""
    n = next(counter)
    new = type(node)()
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            value = rebuilt(value, places, counter)
        elif isinstance(value, list):
            parts = [rebuilt(v, places, counter) if isinstance(v, ast.AST) else v for v in value]
            value = [p for part in parts for p in (part if isinstance(part, list) else [part])]
        setattr(new, field, value)
    ast.copy_location(new, node)
    return places[n](new) if n in places else new


def change(node: ast.AST, new: str, kind: str, make: Make) -> Change:
    """A Change that is told by the texts of before and after."""
    return Change(f"{shown(node)} -> {new}", kind, make)


def rewritten(node: ast.AST, kind: str, make: Make) -> Change:
    """A Change whose text is that of what it makes of the node as it stands."""
    new = make(rebuilt(node, {}, itertools.count()))
    return change(node, shown(new), kind, make)


def shown(node: object) -> str:
    """The text of a node, in one line."""
    parts = node if isinstance(node, list) else [node]
    texts = [ast.unparse(ast.fix_missing_locations(p)) for p in parts if isinstance(p, ast.AST)]
    text = " ".join("; ".join(texts).split())
    return text if len(text) <= 120 else text[:119] + "…"
