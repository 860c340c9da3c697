"""What an answer's source tells before it runs: forbidden names, a forgotten `return`."""

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Use:
    """A forbidden name, as written, and the line it stands on."""

    name: str
    line: int


def forbidden_use(source: str, function: str, banned: tuple[str, ...]) -> Use | None:
    """The first use of a banned dotted name in a function or in the helpers it calls.

    Args:
        source: the module or notebook that defines the function; imports anywhere count.
        function: the function's name.
        banned: dotted names; a banned module bans what it holds.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    aliases = _aliases(tree)
    definitions = {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    todo, seen = [function], set()
    while todo:
        name = todo.pop()
        if name in seen or name not in definitions:
            continue
        seen.add(name)
        local = aliases | _aliases(definitions[name])
        for node in ast.walk(definitions[name]):
            dotted = _dotted(node, local)
            if dotted and any(dotted == b or dotted.startswith(b + ".") for b in banned):
                return Use(dotted, node.lineno)  # type: ignore[attr-defined]
            if isinstance(node, ast.Name) and node.id in definitions:
                todo.append(node.id)
    return None


def returns(source: str, function: str) -> bool:
    """False if the function certainly gives nothing back: no return of a value, yield or raise."""
    try:
        found = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    except SyntaxError:
        return True
    mine = [node for node in found if node.name == function]
    if not mine or mine[-1].decorator_list:
        return True
    ways_out = ast.Yield | ast.YieldFrom | ast.Raise
    return any(
        isinstance(node, ways_out) or (isinstance(node, ast.Return) and node.value is not None)
        for node in ast.walk(mine[-1])
    )


def _aliases(tree: ast.AST) -> dict[str, str]:
    """Local name -> dotted name, for every import and plain re-naming (f = torch.batch_norm)."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                local = a.asname or a.name.partition(".")[0]
                aliases[local] = a.name if a.asname else local
        elif isinstance(node, ast.ImportFrom) and not node.level:
            aliases.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute | ast.Name):
            dotted = _dotted(node.value, aliases)
            if dotted:
                aliases |= {t.id: dotted for t in node.targets if isinstance(t, ast.Name)}
    return aliases


def _dotted(node: ast.AST, aliases: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return aliases.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, aliases)
        return f"{owner}.{node.attr}" if owner else None
    return None
