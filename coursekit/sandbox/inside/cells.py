"""The notebook inside the box: its names, and how one cell of it is run."""

import __future__

import ast
import asyncio
import inspect
import linecache
import re
import sys
import types
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from .shell import Shell
from .stub import Lacking, Stub

FILENAME = "<cell {}>"
AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
Import = ast.Import | ast.ImportFrom


class Notebook:
    """The learner's `__main__`, with what a kernel would have put there."""

    def __init__(self) -> None:
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names: dict[str, Any] = module.__dict__
        self.notes: list[str] = []
        self.shell = Shell(self.names, self.notes)
        self.stub = Stub()
        self.stub.install()
        self.names |= {"get_ipython": lambda: self.shell, "display": lambda *_, **__: None}

    def run(self, cell: int, source: str) -> None:
        """Run the text of one cell as it is, top-level await allowed.

        An import of a package that is not installed costs what it imports, and not the cell; so
        does a statement that cannot do without the package.

        Raises:
            BaseException: whatever the cell raises, SyntaxError included.
        """
        filename = FILENAME.format(cell)
        lines = [line + "\n" for line in source.split("\n")]
        linecache.cache[filename] = (len(source), None, lines, filename)
        whole = compile(source, filename, "exec", AWAIT, dont_inherit=True)
        flags = AWAIT | whole.co_flags & FUTURE
        parts = _parts(compile(source, filename, "exec", ast.PyCF_ONLY_AST | flags))
        if whole.co_flags & inspect.CO_COROUTINE:  # what awaits shares a loop, so runs as one
            first = next((n for n, part in enumerate(parts) if not isinstance(part[0], Import)), 0)
            parts[first:] = [[statement for part in parts[first:] for statement in part]]
        for part in self._pieces(parts, whole):
            code = compile(ast.Module(part, []), filename, "exec", flags, dont_inherit=True)
            try:
                self._execute(code)
            except ModuleNotFoundError as error:
                if not isinstance(part[0], Import) or not (lacking := _not_installed(error)):
                    raise
                self._do_without(part[0], lacking)
            except Exception as error:
                if len(part) > 1 or isinstance(error, SyntaxError) or not self._lacks(part):
                    raise
                line = f"line {part[0].lineno}"
                self.notes.append(f"{line} needs what is not installed here, and was left out")

    def take_notes(self) -> list[str]:
        """What had to be left out since the last call."""
        notes, self.notes[:] = list(dict.fromkeys(self.notes)), []
        return notes

    def _execute(self, code: types.CodeType) -> None:
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(eval(code, self.names))
        else:
            exec(code, self.names)

    def _pieces(
        self, parts: list[list[ast.stmt]], whole: types.CodeType
    ) -> Iterator[list[ast.stmt]]:
        """What is run at once; each statement alone where one needs what is not installed."""
        for part in parts:
            if whole.co_flags & inspect.CO_COROUTINE or not self._lacks(part):
                yield part
            else:
                yield from ([statement] for statement in part)

    def _lacks(self, statements: list[ast.stmt]) -> bool:
        """True if one of them names something of a package that is not installed."""
        if not any(isinstance(value, Lacking) for value in list(self.names.values())):
            return False
        return any(
            isinstance(node, ast.Name) and isinstance(self.names.get(node.id), Lacking)
            for statement in statements
            for node in ast.walk(statement)
        )

    def _do_without(self, statement: Import, package: str) -> None:
        for alias in statement.names:
            local = alias.asname or alias.name.partition(".")[0]
            if local != "*":
                self.names[local] = Lacking(package)
        what = f"{package} is not installed here"
        self.notes.append(f"{what}; what the notebook does with it is not done")


def _parts(tree: ast.Module) -> list[list[ast.stmt]]:
    """The statements in order: each thing that is imported alone, others as many as there are."""
    parts: list[list[ast.stmt]] = []
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                parts.append([ast.copy_location(ast.Import([alias]), statement)])
        elif isinstance(statement, ast.ImportFrom) or not parts or isinstance(parts[-1][0], Import):
            parts.append([statement])
        else:
            parts[-1].append(statement)
    return parts


def _not_installed(error: ModuleNotFoundError) -> str:
    """The package that is looked for in vain; nothing if it is only a part of one that is there."""
    package = str(error.name or "").partition(".")[0]
    try:
        return "" if package in sys.modules or find_spec(package) else package
    except (ImportError, ValueError):
        return ""


def cell_number(filename: str) -> int:
    """The cell whose code has this file name; 0 for any other file."""
    found = re.fullmatch(r"<cell (\d+)>", filename)
    return int(found[1]) if found else 0
