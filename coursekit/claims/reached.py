"""Reached: what of the course an experiment's numbers can depend on, found from what it imports.

A module is reached where a name is imported that it binds. The `__init__` of a package which only
hands names on is looked through: `from coursekit.norms import rms_norm` reaches norms/rms.py and
what that imports, and no other norm. In doubt more is reached: all of a package that is imported
whole, or that does more than hand on; and what does something as soon as it is loaded.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from coursekit.claims.loud import is_loud, loaded_by, within

# What moves no number: words, windows, files.
SILENT = {"errors", "bars", "terminal", "files", "bibliography", "matching", "merge"}
DYNAMIC = {"import_module", "__import__", "find_spec", "run_module", "run_path"}


class Asked(NamedTuple):
    """One import: a name of a module, or the module itself."""

    module: str  # without `coursekit.`; "" is coursekit itself
    name: str = ""


class Reached(NamedTuple):
    """What an experiment reaches: modules, and the names that a package hands on to it."""

    modules: set[str]
    handed: set[str]  # "norms.rms_norm = norms.rms.rms_norm"


def reached(module: str, package: Path) -> Reached:
    """Find what the module reaches, itself with it.

    Args:
        module: its name without `coursekit.`.
        package: the folder of coursekit, of this tree or of another.
    """
    found, loaded = Reached(set(), set()), set[str]()
    ahead = [Asked(module)]
    while ahead:
        asked = ahead.pop()
        names = _resolved(asked, package, found.handed)
        for name in names - found.modules:
            found.modules.add(name)
            ahead += imports(name, package)
        for name in {asked.module, *names}:
            ahead += _loud_beside(name, package, loaded)
    return found


def path_of(module: str, package: Path) -> Path:
    """The file of a module or package; it may not exist."""
    folder = package.joinpath(*module.split(".")) if module else package
    file = folder.with_suffix(".py")
    return file if module and file.is_file() else folder / "__init__.py"


def _is_file(module: str, package: Path) -> bool:
    return path_of(module, package).is_file()


def _known(module: str, package: Path) -> bool:
    return module.split(".")[0] not in SILENT and _is_file(module, package)


def _resolved(asked: Asked, package: Path, handed: set[str]) -> set[str]:
    """The modules in which what is asked for is bound."""
    module, name = asked
    if not _known(module, package):
        return set()
    if not name:
        return {module}
    below = f"{module}.{name}".strip(".")
    found = {below} if _known(below, package) else set()
    file = path_of(module, package)
    if file.name != "__init__.py":
        return found | {module}
    origin = _hands_on(_tree(file), module).get(name)
    if origin is None:
        only_below = _is_file(below, package) and not _speaks_of(_tree(file), name)
        return found if only_below else found | {module}
    handed.add(f"{below} = {origin.module}.{origin.name}")
    return found | _resolved(origin, package, handed)


def _hands_on(tree: ast.Module, module: str) -> dict[str, Asked]:
    """The names that a package takes from below; none where it does more than take them."""
    names: dict[str, Asked] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package=True)
            if base is None or any(alias.name == "*" for alias in node.names):
                return {}
            names |= {alias.asname or alias.name: Asked(base, alias.name) for alias in node.names}
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return {}
    return names


def _speaks_of(tree: ast.Module, name: str) -> bool:
    """Whether a package binds a name itself, or has it in a table of what it looks up."""
    said = ("name", "asname", "id", "value")
    return any(getattr(node, field, None) == name for node in ast.walk(tree) for field in said)


def imports(module: str, package: Path) -> Iterator[Asked]:
    """What a module imports of the course, wherever in it: by statement, or named in a string."""
    file = path_of(module, package)
    tree, dynamic = _tree(file), False
    for node in ast.walk(tree):
        yield from _asked(node, module, is_package=file.name == "__init__.py")
        dynamic |= _last_name(node) in DYNAMIC
    if dynamic:
        yield from _in_strings(tree, package)


def _asked(node: ast.AST, module: str, *, is_package: bool) -> Iterator[Asked]:
    """What one statement of a module imports of the course."""
    if isinstance(node, ast.ImportFrom):
        base = _absolute(node, module, is_package=is_package)
        if base is not None:
            yield from (Asked(base, "" if a.name == "*" else a.name) for a in node.names)
    elif isinstance(node, ast.Import):
        yield from (Asked(n) for a in node.names if (n := within(a.name)) is not None)


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str | None:
    """The module that is imported from, without `coursekit.`; None if it is no part of it."""
    if not node.level:
        return within(node.module or "")
    parts = module.split(".") if module else []
    kept = parts[: len(parts) - node.level + is_package]
    return ".".join([*kept, *(node.module or "").split(".")]).strip(".")


def _last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _in_strings(tree: ast.Module, package: Path) -> Iterator[Asked]:
    """Modules that are named in text; all of a package where the rest of the name is computed."""
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for text in [value for value in constants if isinstance(value, str)]:
        for name in re.findall(r"\bcoursekit\.([\w.]*)", text):
            module = name.strip(".")
            yield Asked(module)
            if text.endswith(f"coursekit.{name}") and name in ("", f"{module}."):
                below = path_of(module, package).parent.rglob("*.py")
                yield from (Asked(_name_of(file, package)) for file in below)


def _name_of(file: Path, package: Path) -> str:
    parts = file.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _loud_beside(module: str, package: Path, loaded: set[str]) -> Iterator[Asked]:
    """What Python loads with a module and what then does something: it might move a number.

    These are the packages that the module lies in, and whatever they import.
    """
    parts = module.split(".") if module else []
    ahead = [".".join(parts[:n]) for n in range(len(parts) + 1)]
    while ahead:
        name = ahead.pop()
        if name in loaded or not _known(name, package):
            continue
        loaded.add(name)
        file = path_of(name, package)
        tree = _tree(file)
        if is_loud(tree):
            yield Asked(name)
        for node in loaded_by(tree):
            for base, below in _asked(node, name, is_package=file.name == "__init__.py"):
                ahead += [base, f"{base}.{below}".strip(".")]


def _tree(file: Path) -> ast.Module:
    return _parsed(file.read_text("utf-8"))


@lru_cache(512)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)
