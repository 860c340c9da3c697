"""Which names a cell needs from others, which it leaves to them, and what it imports."""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field

from coursekit.checking.source.cells import scope

CHANGING = {"add", "append", "clear", "extend", "insert", "pop", "remove", "setdefault", "update"}
BRANCHES = ("body", "handlers", "orelse", "finalbody")


@dataclass
class Reading:
    """What a cell, or a part of one, does with the names of the notebook.

    Args:
        reads: names that others must have given a value, those that its functions use too.
        binds: names that it gives one.
        changes: names whose value it changes in place: table["f"] = g, rows.append(row).
        later: by function or class, the names that it needs only when it is called.
        made_of: by name, those of which its value was made.
        now: names that must be there for the cell itself to run.
    """

    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    later: dict[str, set[str]] = field(default_factory=dict)
    made_of: dict[str, set[str]] = field(default_factory=dict)
    now: set[str] = field(default_factory=set)

    def take(self, names: set[str]) -> None:
        """Names that are read at this point."""
        self.reads |= names - self.binds
        self.now |= names - self.binds


def read(statements: list[ast.stmt]) -> Reading:
    """Read statements of a cell's module level, in their order."""
    found = Reading()
    _flow(statements, found)
    for statement in statements:
        found.changes |= {name for node in scope(statement) for name in _changed(node)}
    return found


def imports(statements: list[ast.stmt]) -> set[str]:
    """The top-level packages that statements import when they run, outside of any `try`."""
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.Try):
            continue
        for node in scope(statement):
            match node:
                case ast.Import(names=names):
                    found |= {alias.name.partition(".")[0] for alias in names}
                case ast.ImportFrom(module=str() as module, level=0):
                    found.add(module.partition(".")[0])
    return found


def _flow(statements: list[ast.stmt], found: Reading) -> None:
    for statement in statements:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                whole, inner = _names(statement)
                eager = _eager(statement)
                found.take(eager & (whole | inner))
                inner = (whole | inner) - {statement.name}
                found.later[statement.name] = inner - eager
                found.reads |= inner - found.binds
                found.binds.add(statement.name)
            case ast.For() | ast.AsyncFor():
                _expression(statement.iter, found)
                _target(statement.target, found)
                _inner(statement, found)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    _expression(item.context_expr, found)
                    if item.optional_vars is not None:
                        _target(item.optional_vars, found)
                _inner(statement, found)
            case ast.If() | ast.While():
                _expression(statement.test, found)
                _inner(statement, found)
            case ast.Try():
                _inner(statement, found)
            case _:
                _simple(statement, found)


def _inner(statement: ast.stmt, found: Reading) -> None:
    for branch in BRANCHES:
        for part in getattr(statement, branch, []):
            if isinstance(part, ast.ExceptHandler):
                if part.type is not None:
                    _expression(part.type, found)
                found.binds |= {part.name} if part.name else set()
                _flow(part.body, found)
            else:
                _flow([part], found)


def _simple(statement: ast.stmt, found: Reading) -> None:
    whole, inner = _names(statement)
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        whole.add(statement.target.id)
    found.take(whole)
    found.reads |= inner - found.binds
    bound = _bound(statement)
    for name in bound:
        found.later[name], found.made_of[name] = inner, whole
    found.binds |= bound


def _expression(node: ast.expr, found: Reading) -> None:
    _simple(ast.Expr(node), found)


def _target(node: ast.expr, found: Reading) -> None:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    stored = {n.id for n in ast.walk(node) if isinstance(getattr(n, "ctx", 0), ast.Store)
              and isinstance(n, ast.Name)}  # fmt: skip
    found.take(names - stored)
    found.binds |= stored


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """The outer names that a statement reads itself, and those that functions in it read."""
    table = _table(statement)
    own = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    own |= {name for inner in table.get_children() for name in _free(inner)
            if inner.get_name() in ("listcomp", "setcomp", "dictcomp", "genexpr")}  # fmt: skip
    return own, {name for inner in table.get_children() for name in _free(inner)} - own


def _bound(statement: ast.stmt) -> set[str]:
    symbols = _table(statement).get_symbols()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}


def _table(statement: ast.stmt) -> symtable.SymbolTable:
    return symtable.symtable(ast.unparse(statement), "<cell>", "exec")


def _free(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _free(inner)


def _eager(statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """What a definition reads when it runs: decorators, defaults, bases, a class's own level."""
    parts: list[ast.AST] = [*statement.decorator_list]
    if isinstance(statement, ast.ClassDef):
        parts += [*statement.bases, *statement.keywords]
        for inner in statement.body:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                parts += [ast.Name(name, ast.Load()) for name in _eager(inner)]
            else:
                parts.append(inner)
    else:
        given = statement.args
        parts += [*given.defaults, *(d for d in given.kw_defaults if d is not None)]
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        parts += [a.annotation for a in every if a is not None and a.annotation is not None]
        parts += [statement.returns] if statement.returns is not None else []
    return {n.id for p in parts for n in ast.walk(p) if isinstance(n, ast.Name)}


def _changed(node: ast.AST) -> set[str]:
    match node:
        case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
            part: ast.AST = node
        case ast.Call(func=ast.Attribute(attr=method) as part) if method in CHANGING or (
            method.endswith("_") and not method.startswith("_")
        ):
            pass
        case _:
            return set()
    while isinstance(part, ast.Attribute | ast.Subscript):
        part = part.value
    return {part.id} if isinstance(part, ast.Name) else set()
