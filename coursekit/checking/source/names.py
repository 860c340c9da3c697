"""What an expression of a learner's stands for, as far as it is written out.

`torch.sqrt`, `F.batch_norm`, `getattr(F, "batch_norm")` and `import_module("torch").sqrt` all name
something of a library by a dotted name. A name that is put together while running is not read: what
a library then runs is watched where it runs.
"""

import ast
from collections.abc import Collection, Iterator, Mapping

BUILTINS = frozenset({"getattr", "__import__"})
IMPORTERS = frozenset({"builtins.__import__", "importlib.import_module", "importlib.__import__"})
LIMIT = 16  # names that one name may stand for, and dots in one; of more, nothing is told
DEPTH = 50  # of expressions in expressions; below, nothing is told

Many = dict[str, set[str]]
Keys = frozenset[str] | None  # of a table's entries; None: all that is there


class Reader:
    """Reads expressions in one scope.

    Args:
        names: what the module level's names may stand for: F -> {"torch.nn.functional"}.
        own: names that the scope binds itself, which hide the module level's.
        stars: modules of `from module import *`.
        bound: names that the source binds, which no star and no builtin can be.
    """

    def __init__(
        self,
        names: Mapping[str, set[str]],
        own: set[str],
        stars: Collection[str],
        bound: Collection[str],
    ):
        self.names, self.own, self.stars, self.bound = names, own, set(stars), bound
        self.mine: Many = _Sets()  # what the scope's own names may stand for

    def dotted(self, node: ast.AST, depth: int = 0) -> set[str]:
        """The dotted names that an expression may stand for; nothing where it is no such thing."""
        if depth > DEPTH:
            return set()
        found: set[str] = set()
        match node:
            case ast.Name(id=name):
                found = self._name(name)
            case ast.Attribute(value=owner, attr=name):
                found = self._members(self.dotted(owner, depth + 1), name)
            case ast.Call(func=function, args=args):
                found = self._called(self.dotted(function, depth + 1), args, depth)
            case ast.Subscript(value=table, slice=ast.Constant(value=str() as name)):
                if any(n.endswith("sys.modules") for n in self.dotted(table, depth + 1)):
                    found = {name}
            case ast.IfExp(body=a, orelse=b):
                found = self.dotted(a, depth + 1) | self.dotted(b, depth + 1)
            case ast.BoolOp(values=values):
                found = set().union(*(self.dotted(value, depth + 1) for value in values))
            case ast.NamedExpr(value=value):
                found = self.dotted(value, depth + 1)
        return found if len(found) <= LIMIT else set()

    def _name(self, name: str) -> set[str]:
        known = self._stands_for(name)
        if known or name in self.bound or name in self.own:
            return known
        if name in BUILTINS:
            return {f"builtins.{name}"}
        stars = self.stars if len(self.stars) <= LIMIT else ()
        return {f"{module}.{name}" for module in stars}

    def _stands_for(self, name: str) -> set[str]:
        known = self.mine.get(name, set())
        return known if name in self.own else known | self.names.get(name, set())

    def _members(self, owners: set[str], member: str) -> set[str]:
        names = [f"{owner}.{member}" for owner in owners if owner.count(".") < LIMIT]
        return set().union(*(self._stands_for(name) or {name} for name in names))

    def _called(self, functions: set[str], args: list[ast.expr], depth: int) -> set[str]:
        """What a call gives, where it does nothing but look something up by its name."""
        match args:
            case [owner, ast.Constant(value=str() as name), *_] if "builtins.getattr" in functions:
                return self._members(self.dotted(owner, depth + 1), name)
            case [ast.Constant(value=str() as name), *_] if functions & IMPORTERS:
                tops = {name.partition(".")[0]}  # __import__("torch.nn") is torch
                return {name} | (tops if "builtins.__import__" in functions else set())
        return set()


class _Sets(dict[str, set[str]]):
    def __missing__(self, name: str) -> set[str]:
        return self.setdefault(name, set())


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The (local name, dotted name) pairs of an import; local "*" for all of a module."""
    if isinstance(node, ast.Import):
        for a in node.names:
            local = a.asname or a.name.partition(".")[0]
            yield local, a.name if a.asname else local
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        for a in node.names:
            yield (a.asname or a.name, node.module if a.name == "*" else f"{node.module}.{a.name}")


def keys_read(node: ast.AST) -> dict[str, Keys]:
    """The names used in a node; of which nothing but entries is used, T["key"], these keys."""
    inner = list(ast.walk(node))
    entries = {id(n.value): key for n in inner if isinstance(n, ast.Subscript) and (key := _key(n))}
    found: dict[str, Keys] = {}
    for name in inner:
        if isinstance(name, ast.Name):
            known = found.setdefault(name.id, frozenset())
            if isinstance(name.ctx, ast.Load):
                key = entries.get(id(name))
                found[name.id] = None if known is None or key is None else known | {key}
    return found


def filled(node: ast.AST) -> str | None:
    """The key of the one entry that a statement sets, T["key"] = …; None of any other."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return _key(targets[0]) if len(targets) == 1 else None


def _key(node: ast.AST) -> str | None:
    match node:
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str() as key)):
            return key
    return None
