"""What a function of this process uses beside its arguments: helpers, imports, other values.

The grader reads a notebook's cells. Here the same is put together from what is alive: the text of
the function, of the helpers written beside it, of the statements that made the tables and the other
names they use, and a line for each import. So what is refused there is refused here.
"""

import ast
import dis
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from types import CodeType
from typing import Any

import numpy as np

from coursekit.checking.source import cells
from coursekit.checking.source.reach import DEFINITIONS, Cells, parse
from coursekit.checking.source.text import functions, text_of
from coursekit.checking.task import REGISTRY, Exercise


def used(function: Any) -> dict[str, Any]:
    """The global and enclosing names that a function's code, or a class's methods, use.

    Of a partial, a method and an object that is called: what these are made of.
    """
    if inspect.isclass(function):
        found = {n: v for method in functions(function) for n, v in used(method).items()}
        return found | _beside_methods(function)
    if isinstance(function, functools.partial):
        parts = [function.func, *function.args, *function.keywords.values()]
        return {_called(part): part for part in parts if callable(part)}
    if inspect.ismethod(function):
        return {_called(function): function.__func__}
    if not inspect.isfunction(function):
        made = type(function)
        return {made.__name__: made} if callable(function) and _is_own(made) else {}
    code, around = function.__code__, function.__globals__
    cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
    return {name: around[name] for name in _globals(code) if name in around} | {
        name: cell.cell_contents for name, cell in cells if _filled(cell)
    }


def _called(value: Any) -> str:
    return str(getattr(value, "__name__", type(value).__name__))


def _is_own(made: type) -> bool:
    """True for a class that was written in Python, in a notebook or beside it."""
    return bool(functions(made)) and made.__module__ == "__main__"


def _beside_methods(made: type) -> dict[str, Any]:
    """What a class's bases, decorators and body name outside its methods."""
    try:
        [node] = ast.parse(text_of(made) or "").body
    except (SyntaxError, ValueError):
        return {}
    if not isinstance(node, ast.ClassDef):
        return {}
    plain = [s for s in node.body if not isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
    parts = [*node.bases, *node.keywords, *node.decorator_list, *plain]
    return named(parts, vars(sys.modules.get(made.__module__, ast)))


def named(parts: Iterable[ast.AST], around: dict[str, Any]) -> dict[str, Any]:
    """The names that nodes read, with what they stand for."""
    loaded = (n for part in parts for n in ast.walk(part) if isinstance(n, ast.Name))
    names = {n.id for n in loaded if isinstance(n.ctx, ast.Load)}
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
    todo, seen, home = [function], {id(function)}, home_of(function)
    while todo:
        mine = todo.pop(0)
        names = used(mine)
        yield mine, names
        for value in names.values():
            if id(value) not in seen and _is_written(value) and home_of(value) == home:
                seen.add(id(value))
                todo.append(value)


def _is_written(value: Any) -> bool:
    kinds = inspect.isfunction(value) or inspect.isclass(value) or inspect.ismethod(value)
    return kinds or isinstance(value, functools.partial) or _is_own(type(value))


def home_of(value: Any) -> str | None:
    """The name of the module that a function, a class, or what is made of one was written in."""
    while isinstance(value, functools.partial):
        value = value.func
    return getattr(value, "__module__", None)


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


class Written(Cells):
    """The texts as one, and whose lines are whose."""

    places: list[tuple[str, int]]  # (name, number of lines), in order

    def placed(self, message: str, name: str) -> str:
        """A message about "line 12" of all, as one about a line of the part that it stands in."""
        found = re.match(r"line (\d+)", message)
        line = int(found[1]) if found else 0
        for whose, count in self.places:
            if 0 < line <= count:
                part = f" of `{whose}`" if whose not in ("", name) else ""
                return f"line {line}{part}{message[found.end() :]}" if found else message
            line -= count
        return message


def source(function: Callable, name: str = "") -> Written | None:
    """The answer's own source, then what it uses: helpers written beside it, and imports.

    What `use` has lent is left out: calling it is what it is lent for.

    Args:
        name: the exercise's, under which the notebook holds it.
    """
    name = name or str(getattr(function, "__name__", ""))
    home = home_of(function)
    around = vars(sys.modules["__main__"]) if home == "__main__" else {}
    texts: dict[str, str] = {}  # text -> whose it is
    todo: list[dict[str, Any]] = [{name: function}]
    seen: set[int] = set()
    done: set[str] = set()
    while todo:
        for alias, value in todo.pop(0).items():
            if inspect.ismodule(value):
                texts.setdefault(f"import {value.__name__} as {alias}", "")
                continue
            if _lent(value, name):
                continue
            if _is_written(value) and home_of(value) == home and id(value) not in seen:
                for mine, names in reach(value):
                    seen.add(id(mine))
                    texts.setdefault(text_of(mine) or "", str(getattr(mine, "__name__", "")))
                    todo.append(names)
            elif (origin := _home(value)) not in ("", "__main__", "builtins"):
                texts.setdefault(f"from {origin} import {value.__name__} as {alias}", "")
            if around.get(alias) is value:  # decorated, assigned, filled: what else made it
                todo.append(_statements(alias, around, texts, done))
    texts.pop("", None)
    return _put_together(texts.items())


def _statements(
    name: str, around: dict[str, Any], texts: dict[str, str], done: set[str]
) -> dict[str, Any]:
    """Note the statements that made what the notebook holds by a name; the names they use."""
    if name in done:
        return {}
    done.add(name)
    made = cells.live(name)
    for ran, statement in made:
        texts.setdefault(cells.segment(ran.text, statement), name)
    parts = [part for _, statement in made for part in _outer(statement)]
    return {n: v for n, v in named(parts, around).items() if n not in done}


def _outer(statement: ast.stmt) -> list[ast.AST]:
    """What of a statement is read at the module level: of a function not its own names."""
    if not isinstance(statement, DEFINITIONS):
        return [statement]
    return [*statement.decorator_list, *getattr(statement, "bases", [])]


def _put_together(texts: Iterable[tuple[str, str]]) -> Written | None:
    kept = [(text, whose) for text, whose in texts if _is_python(text)]
    if not kept:
        return None
    made = Written(text for text, _ in kept)
    made.places = [(whose, text.count("\n") + 1) for text, whose in kept]
    return made


def _is_python(text: str) -> bool:
    try:
        parse(text)
    except cells.FAILED:
        return False
    return True


def _lent(value: Any, name: str) -> bool:
    """True if it is the course's own answer to another exercise, which `use` has lent."""
    task = REGISTRY.get(getattr(value, "__name__", ""))
    lent = isinstance(task, Exercise) and task.right is value
    return lent and value.__name__ != name


def _home(value: Any) -> str:
    """The module that a function or class is imported from; nothing where that cannot be told."""
    home, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(home, str) or not isinstance(name, str) or not name.isidentifier():
        return ""
    return "torch" if home.startswith("torch._C") else home  # F.linear says torch._C._nn
