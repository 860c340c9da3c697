"""A learner's source, read once for all of its exercises: what binds which name to what."""

import ast
import symtable
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from coursekit.checking.source.names import LIMIT, Keys, Many, Reader, filled, imported, keys_read

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Source:
    """The module level of a source, and the way from a function to what it is built on."""

    tree: ast.Module = field(default_factory=lambda: ast.Module([], []))
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)  # the last of each name
    bindings: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    aliases: Many = field(default_factory=lambda: defaultdict(set))
    stars: set[str] = field(default_factory=set)
    tables: dict[tuple[str, int], symtable.SymbolTable] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)  # names that an import gave

    def reach(self, function: str) -> Iterator[tuple[str, ast.AST]]:
        """Every (name, node that binds it) that a function leads to, itself first."""
        todo: list[tuple[str, Keys]] = [(function, None)]
        seen, told = set(todo), set()
        while todo:
            name, keys = todo.pop()
            for node in self.bindings.get(name, ()):
                if keys is not None and filled(node) not in (None, *keys):
                    continue  # another entry of a table than those that are read
                yield name, node
                if id(node) in told:
                    continue
                told.add(id(node))
                read = keys_read(node)
                new = {(used, read.get(used)) for used in self.names_used(node)} - seen
                seen |= new
                todo += sorted(new, key=repr)

    def names_used(self, node: ast.AST) -> set[str]:
        """The module level's names that a definition or a statement reads."""
        if not isinstance(node, DEFINITIONS):
            return _names(node)
        table = self.tables.get((node.name, node.lineno))
        outside: list[ast.AST] = [*node.decorator_list]
        if isinstance(node, ast.ClassDef):
            outside += [*node.bases, *node.keywords]
        else:
            outside += [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        return set().union(_globals(table) if table else _names(node), *map(_names, outside))

    def reader(self, node: ast.AST) -> Reader:
        """Reads the expressions inside a definition or a statement."""
        inner = list(ast.walk(node)) if isinstance(node, DEFINITIONS) else []
        own = {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        own |= {n.arg for n in inner if isinstance(n, ast.arg)}
        own -= self.names_used(node) if inner else set()
        reader = Reader(self.aliases, own, self.stars, self.bindings)
        _imports(inner, reader.mine, reader.stars)
        _renamings(inner, reader, reader.mine)
        return reader


class Cells(str):
    """The texts of several cells as one, each read by itself: none can spoil another.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `parse`, for one of them.
    """

    source: Source

    def __new__(cls, texts: Iterable[str]) -> "Cells":
        texts = list(texts)
        made = super().__new__(cls, "\n".join(texts))
        made.source = _read(texts)
        return made


def parse(text: str) -> ast.Module:
    """The syntax tree.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no Python, or nested too deep.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of "\d" and the like
        return ast.parse(text)


def symbols(text: str) -> symtable.SymbolTable:
    """The table of the module level's names.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `parse`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return symtable.symtable(text, "<cell>", "exec")


def read(source: str) -> Source | None:
    """The source, read; None where it is no Python."""
    return source.source if isinstance(source, Cells) else _alone(source)


@lru_cache(maxsize=8)
def _alone(source: str) -> Source | None:
    try:
        return _read([source])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _read(texts: list[str]) -> Source:
    found, above = Source(), 0
    for text in texts:
        tree = parse(text)
        ast.increment_lineno(tree, above)
        found.tree.body += tree.body
        found.tables.update({(n, line + above): table for n, line, table in _scopes(text)})
        above += text.count("\n") + 1
    statements = list(_scope(found.tree))
    _imports(statements, found.aliases, found.stars)
    found.modules.update(found.aliases)
    for node in statements:
        for name in _bound(node, found.modules):
            found.bindings[name].append(node)
    for statement in found.tree.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef):
                found.functions[node.name] = node
            elif isinstance(node, ast.Global):  # some function in there binds it, whichever
                for name in node.names:
                    found.bindings[name].append(statement)
    reader = Reader(found.aliases, set(), found.stars, found.bindings)
    _renamings(statements, reader, found.aliases)
    return found


def _imports(nodes: list[ast.AST], aliases: Many, stars: set[str]) -> None:
    for node in nodes:
        for local, dotted in imported(node):
            if local == "*":
                stars.add(dotted)
            else:
                aliases[local].add(dotted)


def _renamings(nodes: list[ast.AST], reader: Reader, aliases: Many) -> None:
    """Note what is only renamed: f = torch.batch_norm."""
    pairs = [pair for node in nodes for pair in _pairs(node)]
    for _ in range(2):  # a renaming may come before what it renames
        read: dict[int, set[str]] = {}  # a value may be given to many names
        for target, value in pairs:
            if id(value) not in read:
                read[id(value)] = reader.dotted(value)
            dotted = read[id(value)]
            if isinstance(target, ast.Name) and dotted:
                _add(aliases, target.id, dotted)
            elif isinstance(target, ast.Attribute) and dotted:  # torch.mine = torch.batch_norm
                for name in reader.dotted(target):
                    _add(aliases, name, {name} | dotted)


def _add(aliases: Many, name: str, dotted: set[str]) -> None:
    if len(aliases[name] | dotted) <= LIMIT:  # a name for more than that tells nothing
        aliases[name] |= dotted


def _pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(target, value) of each single name that a node binds to a value that it shows."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.For(target=target, iter=items) | ast.comprehension(target=target, iter=items):
            for one in items.elts if isinstance(items, ast.Tuple | ast.List | ast.Set) else []:
                yield from _unpacked(target, one)


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
    elif isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        for part, given in zip(target.elts, value.elts, strict=True):
            yield from _unpacked(part, given)


def _bound(node: ast.AST, modules: set[str]) -> set[str]:
    """Names of the module level that a statement gives a value, or a part of their value."""
    targets: list[ast.expr] = []
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign():
            targets = node.targets
        case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr() | ast.For():
            targets = [node.target]
        case ast.withitem(optional_vars=ast.expr() as target):
            targets = [target]
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return {name} - modules  # table.update(norm=torch.batch_norm), not torch.allclose(…)
    return set().union(*map(_names, targets))


def _scope(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of one scope, without what is inside the functions and classes in it."""
    todo = list(ast.iter_child_nodes(tree))[::-1]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*DEFINITIONS, ast.Lambda)):
            todo += list(ast.iter_child_nodes(node))[::-1]


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _scopes(text: str) -> Iterator[tuple[str, int, symtable.SymbolTable]]:
    """(name, line, table) of each function and class; none where Python cannot tell them."""
    try:
        todo = [symbols(text)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    while todo:
        for table in todo.pop().get_children():
            yield table.get_name(), table.get_lineno(), table
            todo.append(table)


def _globals(table: symtable.SymbolTable) -> set[str]:
    """The names that a scope and those inside it read from the module level."""
    if isinstance(table, symtable.Function):  # of whom a list of symbols takes far longer
        mine = set(table.get_globals())
    else:
        mine = {s.get_name() for s in table.get_symbols() if s.is_global()}
    return mine.union(*(_globals(child) for child in table.get_children()))
