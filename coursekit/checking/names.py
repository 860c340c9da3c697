"""What an expression of a learner's stands for, as far as its source tells.

`torch.sqrt`, `F.batch_norm`, `getattr(F, "batch" + "_norm")`, `vars(F)["batch_norm"]` and
`import_module("torch").sqrt` all name something of a library by a dotted name. A name that is
picked by a string which the source does not show is unknown, and said to be.
"""

import ast
from collections.abc import Iterator, Mapping

BUILTINS = frozenset(
    "eval exec compile getattr vars globals locals __import__ __builtins__".split()
)
IMPORTERS = frozenset({"builtins.__import__", "importlib.import_module", "importlib.__import__"})
TEXT_METHODS = frozenset("join replace lower upper strip lstrip rstrip swapcase title".split())
TEXT_LIMIT = 200  # characters of a text that is put together here
PICKERS = frozenset({"get", "pop", "setdefault", "__getitem__"})  # of a dict
UNKNOWN = "?"  # stands for a part of a name that cannot be read

Names = Mapping[str, set[str]]


class Reader:
    """Reads expressions in one scope.

    Args:
        names: what local names may stand for: F -> {"torch.nn.functional"}.
        texts: the expressions that give a local name its value, where it may be a text.
        stars: modules of `from module import *`.
        bound: names that the source binds itself, which no star and no builtin can be.
    """

    def __init__(
        self,
        names: Names,
        texts: Mapping[str, list[ast.expr | None]],
        stars: set[str],
        bound: set[str],
    ):
        self.names, self.values, self.stars, self.bound = names, texts, stars, bound
        self.builtins = set(BUILTINS)

    def dotted(self, node: ast.AST) -> set[str]:
        """The dotted names that an expression may stand for; nothing where it is no such thing."""
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(value=owner, attr="__dict__"):
                return set()  # of a dictionary it is the members that count
            case ast.Attribute(value=owner, attr=name):
                return self._member(self.dotted(owner), {name})
            case ast.Subscript(value=table, slice=key):
                return self._entry(table, key)
            case ast.Call():
                return self._called(node)
            case ast.IfExp(body=a, orelse=b):
                return self.dotted(a) | self.dotted(b)
            case ast.BoolOp(values=values):
                return set().union(*map(self.dotted, values))
            case ast.NamedExpr(value=value):
                return self.dotted(value)
        return set()

    def text(self, node: ast.AST | None, depth: int = 0) -> set[str] | None:
        """The texts that an expression may be; None where that cannot be told."""
        if depth > 8:
            return None
        found: set[str] | None = None
        match node:
            case ast.Constant(value=str() as text):
                found = {text}
            case ast.Name(id=name):
                found = self._any([self.text(v, depth + 1) for v in self.values.get(name, [None])])
            case ast.BinOp(left=a, op=ast.Add(), right=b):
                found = self._joined([self.text(a, depth + 1), self.text(b, depth + 1)])
            case ast.JoinedStr(values=parts):
                found = self._joined([self.text(part, depth + 1) for part in parts])
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                found = self.text(value, depth + 1)
            case ast.IfExp(body=a, orelse=b):
                found = self._any([self.text(a, depth + 1), self.text(b, depth + 1)])
            case ast.Subscript(value=value, slice=key):
                found = self._cut(self.text(value, depth + 1), key)
            case ast.Call(func=ast.Attribute(value=value, attr=method), args=args, keywords=[]):
                if method in TEXT_METHODS:
                    found = self._method(self.text(value, depth + 1), method, args, depth)
        return found if found is None or all(len(t) <= TEXT_LIMIT for t in found) else None

    def _name(self, name: str) -> set[str]:
        known = self.names.get(name, set())
        if name in self.builtins:
            return known | {"builtins" if name == "__builtins__" else f"builtins.{name}"}
        if known or name in self.bound:
            return known
        return {f"{module}.{name}" for module in self.stars}

    def _member(self, owners: set[str], members: set[str] | None) -> set[str]:
        found = {f"{o}.{m}" for o in owners for m in members or {UNKNOWN}}
        return set().union(*(self.names.get(name, {name}) for name in found))

    def _called(self, call: ast.Call) -> set[str]:
        """What a call gives, where it does nothing but look something up."""
        functions, args = self.dotted(call.func), [a for a in call.args]
        if "builtins.getattr" in functions and len(args) >= 2:
            return self._member(self.dotted(args[0]), self.text(args[1]))
        if functions & IMPORTERS and args:
            modules = self.text(args[0])
            if modules is None:
                return {UNKNOWN}
            tops = {m.partition(".")[0] for m in modules}
            return modules | tops if "builtins.__import__" in functions else modules
        match call.func:
            case ast.Attribute(value=owner, attr="__getattribute__") if args:
                if len(args) == 2:  # object.__getattribute__(owner, name)
                    return self._member(self.dotted(args[0]), self.text(args[1]))
                return self._member(self.dotted(owner), self.text(args[0]))
            case ast.Attribute(value=table, attr=method) if method in PICKERS and args:
                return self._entry(table, args[0])
        return set()

    def _entry(self, table: ast.AST, key: ast.AST) -> set[str]:
        """What stands in a module's dictionary, in sys.modules or in globals()."""
        owners = self.owners(table)
        if any(name.endswith("sys.modules") for name in self.dotted(table)):  # os.sys.modules too
            return self.text(key) or {UNKNOWN}
        if "builtins.globals()" in owners:
            keys = self.text(key)
            return {UNKNOWN} if keys is None else set().union(*map(self._name, keys))
        return self._member(owners, self.text(key)) if owners else set()

    def owners(self, table: ast.AST) -> set[str]:
        """Whose names a dictionary holds: vars(F), F.__dict__, globals()."""
        match table:
            case ast.Attribute(value=owner, attr="__dict__"):
                return self.dotted(owner)
            case ast.Name(id="__builtins__"):
                return {"builtins"}
            case ast.Call(func=function, args=args):
                called = self.dotted(function)
                if "builtins.vars" in called and args:
                    return self.dotted(args[0])
                if called & {"builtins.globals", "builtins.vars", "builtins.locals"} and not args:
                    return {"builtins.globals()"}
        return set()

    def _any(self, found: list[set[str] | None]) -> set[str] | None:
        known = [texts for texts in found if texts is not None]
        return set().union(*known) if len(known) == len(found) and found else None

    def _joined(self, parts: list[set[str] | None]) -> set[str] | None:
        made = {""}
        for part in parts:
            if part is None or len(made) * len(part) > 64:
                return None
            made = {a + b for a in made for b in part if len(a) + len(b) <= TEXT_LIMIT}
        return made or None

    def _cut(self, texts: set[str] | None, key: ast.AST) -> set[str] | None:
        if texts is None:
            return None
        try:
            if isinstance(key, ast.Slice):
                ends: list = [n and ast.literal_eval(n) for n in (key.lower, key.upper, key.step)]
                return {t[slice(*ends)] for t in texts}
            return {t[ast.literal_eval(key)] for t in texts}
        except (ValueError, TypeError, IndexError, SyntaxError):
            return None

    def _method(
        self, texts: set[str] | None, method: str, args: list[ast.expr], depth: int
    ) -> set[str] | None:
        """A text's method on texts that are known, one by one."""
        given: list = []
        for arg in args:
            if isinstance(arg, ast.List | ast.Tuple):
                parts = [self.text(part, depth + 1) for part in arg.elts]
                given.append([next(iter(p)) if p and len(p) == 1 else None for p in parts])
            else:
                part = self.text(arg, depth + 1)
                given.append(next(iter(part)) if part and len(part) == 1 else None)
        try:
            return None if texts is None else {getattr(t, method)(*given) for t in texts}
        except TypeError:  # some part is not known
            return None


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The (local name, dotted name) pairs of an import; local "*" for all of a module."""
    if isinstance(node, ast.Import):
        for a in node.names:
            local = a.asname or a.name.partition(".")[0]
            yield local, a.name if a.asname else local
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        for a in node.names:
            yield (a.asname or a.name, node.module if a.name == "*" else f"{node.module}.{a.name}")
