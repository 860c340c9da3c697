"""Loud: whether a module does something as soon as it is loaded, beyond binding its names."""

import ast
from collections.abc import Iterator
from functools import lru_cache


def within(name: str) -> str | None:
    """A module's name without `coursekit.`; None if it is no part of the course."""
    return name[10:] if name == "coursekit" or name.startswith("coursekit.") else None


@lru_cache(512)
def is_loud(tree: ast.Module) -> bool:
    """Tell whether loading a module calls something for its effect, loops, or changes another's.

    A call of the course's own counts wherever it stands, as in `@register` or `ROW = added(...)`.
    """
    ours = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and _of_the_course(node)
        for alias in node.names
    }
    return any(_acts(node, ours) for node in tree.body)


def loaded_by(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that run when a module is loaded, without those in functions."""
    ahead = list(tree.body)
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            ahead += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            ahead += [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)]
            ahead += [n for h in getattr(node, "handlers", []) for n in h.body]


def _of_the_course(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return bool(node.level) or within(node.module or "") is not None
    return any(within(alias.name) is not None for alias in node.names)


def _acts(node: ast.stmt, ours: set[str]) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
        return False
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        bound = all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
        return not bound or (node.value is not None and _calls(node.value, ours))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if any(_calls(part, ours, decorates=True) for part in node.decorator_list):
            return True
        if isinstance(node, ast.ClassDef):
            made = any(_calls(base, ours) for base in node.bases)
            return made or any(_acts(inner, ours) for inner in node.body)
        return _calls(node.args, ours)
    if isinstance(node, ast.If):
        return any(_acts(inner, ours) for inner in (*node.body, *node.orelse))
    return True


def _calls(part: ast.AST, ours: set[str], *, decorates: bool = False) -> bool:
    """Whether an expression calls a name of the course, or is one that decorates."""
    called = [node.func for node in ast.walk(part) if isinstance(node, ast.Call)]
    called += [part] if decorates and isinstance(part, ast.expr) else []
    return any(
        isinstance(node, ast.Name) and node.id in ours for f in called for node in ast.walk(f)
    )
