"""A learner's source, read once for all of its exercises: what binds which name to what."""

import ast
import symtable
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from coursekit.checking.names import Reader, imported

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Many = dict[str, set[str]]
Texts = dict[str, list[ast.expr | None]]


@dataclass
class Source:
    """The module level of a source, and the way from a function to what it is built on."""

    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)  # the last of each name
    bindings: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    aliases: Many = field(default_factory=lambda: defaultdict(set))
    texts: Texts = field(default_factory=lambda: defaultdict(list))
    stars: set[str] = field(default_factory=set)
    tables: dict[tuple[str, int], symtable.SymbolTable] = field(default_factory=dict)

    def reach(self, function: str) -> Iterator[tuple[str, ast.AST]]:
        """Every (name, node that binds it) that a function leads to, itself first."""
        todo, seen = [function], {function}
        while todo:
            name = todo.pop()
            for node in self.bindings.get(name, ()):
                yield name, node
                new = self.names_used(node) - seen
                seen |= new
                todo += sorted(new)

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
        used = self.names_used(node)
        inner = list(ast.walk(node)) if isinstance(node, DEFINITIONS) else []
        arguments = [n.arg for n in inner if isinstance(n, ast.arg)]
        own = {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        own = own.union(arguments) - used
        aliases: Many = defaultdict(set)
        aliases.update({n: set(dotted) for n, dotted in self.aliases.items() if n not in own})
        texts: Texts = defaultdict(list)
        texts.update({n: list(values) for n, values in self.texts.items() if n not in own})
        for name in arguments:
            texts[name].append(None)
        stars = set(self.stars)
        _imports(inner, aliases, stars)
        bound = own | {n.name for n in self.tree.body if isinstance(n, DEFINITIONS)}
        reader = Reader(aliases, texts, stars, bound | self.bindings.keys())
        reader.builtins -= bound
        _renamings(inner, reader, aliases, texts)
        return reader


@lru_cache(maxsize=8)
def read(source: str) -> Source | None:
    """The source, read; None where it is no Python."""
    try:
        found = Source(ast.parse(source))
        root = symtable.symtable(source, "<cells>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found.tables.update({(t.get_name(), t.get_lineno()): t for t in _tables(root)})
    statements = list(_scope(found.tree))
    _imports(statements, found.aliases, found.stars)
    for node in statements:
        for name in _bound(node):
            found.bindings[name].append(node)
    for node in ast.walk(found.tree):
        if isinstance(node, ast.FunctionDef):
            found.functions[node.name] = node
        elif isinstance(node, ast.Global):  # some function binds it: whichever, it is in there
            for name in node.names:
                found.bindings[name] += [n for n in found.tree.body if node in ast.walk(n)]
    reader = Reader(found.aliases, found.texts, found.stars, set(found.bindings))
    _renamings(statements, reader, found.aliases, found.texts)
    return found


def _imports(nodes: list[ast.AST], aliases: Many, stars: set[str]) -> None:
    for node in nodes:
        for local, dotted in imported(node):
            if local == "*":
                stars.add(dotted)
            else:
                aliases[local].add(dotted)


def _renamings(nodes: list[ast.AST], reader: Reader, aliases: Many, texts: Texts) -> None:
    """Note what is only renamed (f = torch.batch_norm), and what gives a name a text."""
    pairs = [pair for node in nodes for pair in _pairs(node)]
    for target, value in pairs:
        if isinstance(target, ast.Name):
            texts[target.id].append(value)
    for _ in range(2):  # a renaming may come before what it renames
        for target, value in pairs:
            dotted = reader.dotted(value) if value is not None else set()
            if isinstance(target, ast.Name) and dotted:
                aliases[target.id] |= dotted
            elif isinstance(target, ast.Attribute) and dotted:  # torch.mine = torch.batch_norm
                for name in reader.dotted(target):
                    aliases[name] |= {name} | dotted


def _pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """(target, value) of each single name that a node binds; None for a value it does not show."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target=target, value=given):
            yield target, given
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.AugAssign(target=target):
            yield target, None
        case ast.For(target=target, iter=items) | ast.comprehension(target=target, iter=items):
            shown = items.elts if isinstance(items, ast.Tuple | ast.List | ast.Set) else [None]
            for one in shown:
                yield from _unpacked(target, one)


def _unpacked(target: ast.expr, value: ast.expr | None):
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
        return
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    for i, inner in enumerate(target.elts):
        yield from _unpacked(inner, parts[i] if len(parts) == len(target.elts) else None)


def _bound(node: ast.AST) -> set[str]:
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
            return {name}  # table.update(norm=torch.batch_norm)
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


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _tables(child)


def _globals(table: symtable.SymbolTable) -> set[str]:
    """The names that a scope and those inside it read from the module level."""
    mine = {s.get_name() for s in table.get_symbols() if s.is_global()}
    return mine.union(*(_globals(child) for child in table.get_children()))
