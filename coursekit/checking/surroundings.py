"""What a function of this process uses beside its arguments: helpers, imports, other values."""

import ast
import dis
import inspect
import sys
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import numpy as np

from coursekit.checking.task import REGISTRY, Exercise


def used(function: Callable) -> dict[str, Any]:
    """The global and enclosing names that a function's code, or a class's methods, use."""
    if inspect.isclass(function):
        methods = [m for m in vars(function).values() if inspect.isfunction(m)]
        found = {name: value for method in methods for name, value in used(method).items()}
        return found | _beside_methods(function)
    if not inspect.isfunction(function):
        return {}
    code, around = function.__code__, function.__globals__
    cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
    return {name: around[name] for name in _globals(code) if name in around} | {
        name: cell.cell_contents for name, cell in cells if _filled(cell)
    }


def _beside_methods(made: type) -> dict[str, Any]:
    """What a class's bases, decorators and body name outside its methods."""
    try:
        [node] = ast.parse(inspect.cleandoc("\n" + inspect.getsource(made))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return {}
    assert isinstance(node, ast.ClassDef)
    plain = [s for s in node.body if not isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
    parts = [*node.bases, *node.keywords, *node.decorator_list, *plain]
    loaded = (n for part in parts for n in ast.walk(part) if isinstance(n, ast.Name))
    names = {n.id for n in loaded if isinstance(n.ctx, ast.Load)}
    around = vars(sys.modules[made.__module__]) if made.__module__ in sys.modules else {}
    return {name: around[name] for name in names if name in around}


def _globals(code: CodeType) -> Iterator[str]:
    """The global names that code loads, and the functions inside it; no attribute's name."""
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield step.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _globals(inner)


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a name that the enclosing function has not set yet
        return False


def reach(function: Callable) -> Iterator[tuple[Callable, dict[str, Any]]]:
    """The function and each helper written beside it, with the names that each uses."""
    todo, seen = [function], {id(function)}
    while todo:
        mine = todo.pop(0)
        names = used(mine)
        yield mine, names
        for value in names.values():
            written = inspect.isfunction(value) or inspect.isclass(value)
            beside = written and value.__module__ == getattr(function, "__module__", None)
            if beside and id(value) not in seen:
                seen.add(id(value))
                todo.append(value)


def outside(function: Callable) -> list[str]:
    """The names of data that it reads from outside itself; CONSTANTS are meant to be read so."""
    return sorted(
        {
            name
            for _, names in reach(function)
            for name, value in names.items()
            if not name.isupper() and _is_data(value)
        }
    )


def _is_data(value: Any) -> bool:
    return isinstance(value, int | float | list | tuple | dict | np.ndarray) or (
        hasattr(value, "detach") and not callable(value) and not inspect.ismodule(value)
    )


def _lent(value: Any, function: Callable) -> bool:
    """True if it is the course's own answer to another exercise, which `use` has lent."""
    task = REGISTRY.get(getattr(value, "__name__", ""))
    lent = isinstance(task, Exercise) and task.right is value
    return lent and value.__name__ != getattr(function, "__name__", "")


def source(function: Callable) -> str | None:
    """The function's own source, then what it uses: helpers written beside it, and imports.

    What `use` has lent is left out: calling it is what it is lent for.
    """
    own: list[str] = []
    imports: list[str] = []
    for mine, names in reach(function):
        try:
            own.append(inspect.cleandoc("\n" + inspect.getsource(mine)))
        except (OSError, TypeError):
            if mine is function:
                return None
            continue
        for alias, value in names.items():
            if inspect.ismodule(value):
                imports.append(f"import {value.__name__} as {alias}")
            elif _lent(value, function):
                continue
            elif home := _home(value):
                imports.append(f"from {home} import {value.__name__} as {alias}")
    return "\n".join(own + imports)


def _home(value: Any) -> str:
    """The module that a function or class is imported from; nothing where that cannot be told."""
    home, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(home, str) or not isinstance(name, str) or not name.isidentifier():
        return ""
    return "torch" if home.startswith("torch._C") else home  # F.linear says torch._C._nn
