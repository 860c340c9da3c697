"""What a function of this process uses beside its arguments: helpers, imports, other values."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any


def used(function: Callable) -> dict[str, Any]:
    """The global and enclosing names that a function's code, or a class's methods, use."""
    if inspect.isclass(function):
        methods = [m for m in vars(function).values() if inspect.isfunction(m)]
        return {name: value for method in methods for name, value in used(method).items()}
    try:
        found = inspect.getclosurevars(function)
    except (TypeError, ValueError):  # no function of Python's
        return {}
    return {**found.globals, **found.nonlocals}


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


def source(function: Callable) -> str | None:
    """The function's own source, then what it uses: helpers written beside it, and imports."""
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
            elif hasattr(value, "__module__") and hasattr(value, "__name__"):
                imports.append(f"from {value.__module__} import {value.__name__} as {alias}")
    return "\n".join(own + imports)
