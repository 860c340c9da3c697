"""The text in which a function or a class of this process was written, in a file or in a cell."""

import ast
import functools
import inspect
import linecache
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

from coursekit.checking.source import cells
from coursekit.checking.source.reach import DEFINITIONS, parse


def functions(made: type) -> list[Callable]:
    """The functions that a class holds, also those of properties and static methods."""
    return [f for value in vars(made).values() for f in _unpacked(value) if inspect.isfunction(f)]


def _unpacked(value: Any) -> Iterator[Any]:
    match value:
        case staticmethod() | classmethod():
            yield value.__func__
        case property():
            yield from (value.fget, value.fset, value.fdel)
        case functools.cached_property():
            yield value.func
        case _:
            yield value


def codes(value: Any) -> list[CodeType]:
    """The code of a function, or of what a class, a partial or an object that is called holds."""
    if isinstance(value, functools.partial):
        return codes(value.func)
    if inspect.ismethod(value):
        return codes(value.__func__)
    if inspect.isfunction(value):
        return [_unwrapped(value).__code__, value.__code__]
    made = value if inspect.isclass(value) else type(value)
    return [_unwrapped(method).__code__ for method in functions(made)]


def _unwrapped(function: Callable) -> Any:
    """The function that a decorator was put around, if it says so."""
    try:
        inner = inspect.unwrap(function)
    except ValueError:  # it says that it wraps itself
        return function
    return inner if inspect.isfunction(inner) else function


def text_of(value: Any) -> str | None:
    """The text of the statement that defines it, from the margin on; None where there is none.

    A kernel has no file for a class: what its methods were compiled from tells where it stands. Of
    a class without methods, and of what a magic compiled, the cells that ran are asked by name.
    """
    if not (inspect.isfunction(value) or inspect.isclass(value)):
        return None
    name = value.__name__ if inspect.isclass(value) else None
    for code in codes(value):
        text = "".join(linecache.getlines(code.co_filename, getattr(value, "__globals__", None)))
        if found := _segment(text, code.co_firstlineno, code.co_name, name):
            return inspect.cleandoc("\n" + found)
    if value.__module__ == "__main__":
        made = cells.written(value.__name__)
        return cells.segment(made[0].text, made[1]) if made else None
    try:
        return inspect.cleandoc("\n" + inspect.getsource(value))
    except (OSError, TypeError):
        return None


@lru_cache(maxsize=256)
def _segment(text: str, line: int, code: str, made: str | None) -> str | None:
    """The definition in a text whose code starts on a line; the class around it, if one is named.

    Of a lambda, which alone is no statement, the one that it stands in.
    """
    try:
        tree = parse(text)
    except cells.FAILED:
        return None
    around: list[ast.stmt] = [
        n for n in ast.walk(tree) if isinstance(n, ast.stmt) and _spans(n, line)
    ]
    wanted: dict[str, list[ast.stmt]] = {
        "class": [n for n in around if isinstance(n, ast.ClassDef) and n.name == made],
        "function": [
            n for n in around
            if isinstance(n, DEFINITIONS) and n.name == code and _first(n) == line
        ],
        "lambda": around if code == "<lambda>" else [],
    }  # fmt: skip
    found = wanted["class"] if made else wanted["function"] or wanted["lambda"]
    node = max(found, key=_first, default=None)  # the innermost
    return cells.segment(text, node) if node else None


def _first(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])


def _spans(node: ast.stmt, line: int) -> bool:
    return _first(node) <= line <= (node.end_lineno or 0)
