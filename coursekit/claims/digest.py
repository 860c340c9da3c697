"""A digest of the code that an experiment's numbers depend on: what says that they are stale."""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# What moves no number: words, windows, files.
SILENT = {"errors", "bars", "terminal", "files", "bibliography", "matching", "merge"}


@cache
def digest(trial: str) -> str:
    """Digest an experiment's module and everything of the course that it imports, in turn.

    Comments on lines of their own and docstrings do not count: they move no number.
    """
    found = sorted(_closure(f"experiments.{trial}"))
    text = "".join(f"{name}\n{_code(_path(name))}" for name in found)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _path(module: str) -> Path:
    file = PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
    return file if file.is_file() else file.with_suffix("") / "__init__.py"


def _closure(module: str) -> set[str]:
    """The modules, named without `coursekit.`, that this one runs when it is imported or called."""
    seen: set[str] = set()
    ahead = [module]
    while ahead:
        name = ahead.pop()
        if name in seen or name.split(".")[0] in SILENT or not _path(name).is_file():
            continue
        seen.add(name)
        ahead += _imports(_path(name))
        ahead += [name.rpartition(".")[0]] if "." in name else []
    return seen


def _imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name.removeprefix("coursekit.") for name in names if name.startswith("coursekit.")]


def _code(path: Path) -> str:
    """The lines of a file that do something."""
    text = path.read_text("utf-8")
    silent: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            words = node.body[0]
            silent |= set(range(words.lineno, (words.end_lineno or words.lineno) + 1))
    lines = [
        line.rstrip() + "\n"
        for n, line in enumerate(text.splitlines(), 1)
        if n not in silent and line.strip() and not line.strip().startswith("#")
    ]
    return "".join(lines)
