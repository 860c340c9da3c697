"""The cells that this kernel has run, in the order in which they ran, and what each of them binds.

`coursekit.learning.screen` fills the list where there is IPython. Elsewhere it stays empty, and
whoever asks it learns nothing.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from coursekit.checking.source.reach import DEFINITIONS, parse

RAN: list["Ran"] = []  # the newest last
FAILED = (SyntaxError, ValueError, RecursionError, MemoryError)


class Binding(NamedTuple):
    """One statement of a cell's module level that gives a name a value, or takes it away."""

    statement: ast.stmt  # of the module level
    node: ast.AST  # the part of it that does so
    written: bool  # the value is written out here: a function, a class, a lambda

    @property
    def sure(self) -> bool:
        """True if the statement itself does it, and not a branch or a loop in it."""
        return self.statement is self.node


@dataclass(eq=False)
class Ran:
    """One execution of a cell.

    Args:
        raw: as it was typed.
        python: as the kernel compiled it, with IPython's calls for its commands.
        text: as the grader reads it: its Python alone, on the same lines.
        id: the cell's, where the front end sends one.
    """

    raw: str
    python: str
    text: str
    id: str | None = None
    ended: str = "running"  # then "done", "raised" or "unread" (no Python); "unknown" if unseen
    line: int = 0  # where it is, raised, or cannot be read; 0 if that is not known
    why: str = ""  # the exception, in words
    deleted: bool = field(default=False)

    @cached_property
    def tree(self) -> ast.Module | None:
        """Its syntax tree; None where it is no Python."""
        try:
            return parse(self.text)
        except FAILED:
            return None

    @cached_property
    def changes(self) -> dict[str, list[ast.stmt]]:
        """The statements of its module level by the names that they bind or change a part of."""
        found: dict[str, list[ast.stmt]] = {}
        for statement in self.tree.body if self.tree else ():
            for name in set().union(*map(_changed, scope(statement))):
                found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def lines(self) -> list[str]:
        return self.python.splitlines()

    def bindings(self, name: str) -> list[Binding]:
        """Where it binds a name at its module level, in branches and loops too."""
        if self.tree is None or name not in self.text:
            return []
        return [
            Binding(statement, node, _writes(node, name))
            for statement in self.tree.body
            for node in scope(statement)
            if name in _bound(node)
        ]

    def reached(self, binding: Binding) -> bool | None:
        """True if the kernel got past the statement, False if not to it; None: it is not known."""
        if self.ended in ("done", "unknown"):
            return True
        if self.ended == "unread":
            return False
        if not self.line:
            return None
        first, last = _span(binding.statement)
        if self.line > last:
            return True
        if self.line < first:
            return False
        spans = map(_span, self.tree.body if self.tree else ())
        alone = sum(first <= self.line <= last for first, last in spans) == 1
        # Of one statement that raised itself, as by a decorator, nothing is bound.
        return False if self.ended == "raised" and binding.sure and alone else None

    @property
    def current(self) -> bool:
        """True if it is on the screen as far as that can be told: no later version of it ran."""
        return not self.deleted and (self.id is None or self is newest(self.id))


def newest(id: str) -> Ran | None:
    """The last execution of the cell with that id."""
    return next((ran for ran in reversed(RAN) if ran.id == id), None)


def written(name: str) -> tuple[Ran, ast.stmt] | None:
    """The newest statement that wrote a function or class of that name."""
    for ran in reversed(RAN):
        for binding in reversed(ran.bindings(name)):
            if binding.written and ran.reached(binding) is not False:
                return ran, binding.statement
    return None


def live(name: str) -> list[tuple[Ran, ast.stmt]]:
    """The statements that made what a name of the notebook holds now, in the order they ran."""
    found: list[tuple[Ran, ast.stmt]] = []
    for ran in RAN:
        for statement in ran.changes.get(name, ()):
            if ran.reached(Binding(statement, statement, False)) is not True:
                continue
            if _anew(statement, name):
                found.clear()
            found.append((ran, statement))
    return found


def segment(text: str, node: ast.stmt) -> str:
    """The lines of a text on which a statement stands, decorators too."""
    first, last = _span(node)
    return "\n".join(text.split("\n")[first - 1 : last])


def _span(node: ast.stmt) -> tuple[int, int]:
    """The first line, decorators too, and the last one."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)]), node.end_lineno or 0


def scope(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement and the nodes in it that belong to its own scope: no function's, no class's."""
    todo = [statement]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, (*DEFINITIONS, ast.Lambda)):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Global)]
            yield from inner
        else:
            todo += list(ast.iter_child_nodes(node))[::-1]


def _bound(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return {name}
        case ast.Assign(targets=targets):  # so that the statement itself counts as the node
            return {t.id for t in targets if isinstance(t, ast.Name)}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {(a.asname or a.name).partition(".")[0] for a in names}
        case ast.Global(names=names):
            return set(names)
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
            return {name}
    return set()


def _changed(node: ast.AST) -> set[str]:
    """Names that a node binds, or changes a part of: table["f"] = g, table.update(f=g)."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return {name}
        case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
            return {name}
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return {name}
    return _bound(node)


def _writes(node: ast.AST, name: str) -> bool:
    match node:
        case (
            ast.FunctionDef()
            | ast.AsyncFunctionDef()
            | ast.ClassDef()
            | ast.Assign(value=ast.Lambda())
        ):
            return True
        case ast.Assign(value=ast.Call(func=function)):
            return ast.unparse(function).rpartition(".")[2] == "partial"
    return False


def _anew(statement: ast.stmt, name: str) -> bool:
    """True if the statement gives the name a value that has nothing to do with the one before."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            plain = any(isinstance(t, ast.Name) and t.id == name for t in targets)
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
            plain = target == name
        case ast.Delete():
            return any(isinstance(t, ast.Name) and t.id == name for t in statement.targets)
        case _:
            return isinstance(statement, (*DEFINITIONS, ast.Import, ast.ImportFrom)) and (
                name in _bound(statement)
            )
    return plain and all(getattr(n, "id", "") != name for n in ast.walk(value))
