"""The notebook inside the box: its names, and how one cell of it is run."""

import ast
import asyncio
import inspect
import linecache
import re
import sys
import types
from typing import Any

from .shell import Shell
from .stub import Stub

MAGIC = re.compile(r"(?m)^\s*[%!?]|=\s*[%!]|\?\s*$")
FILENAME = "<cell {}>"


class Notebook:
    """The learner's `__main__`, with what a kernel would have put there."""

    def __init__(self):
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names: dict[str, Any] = module.__dict__
        self.notes: list[str] = []
        self.shell = Shell(self.names, self.notes)
        self.stub = Stub()
        self.stub.install()
        self.names |= {"get_ipython": lambda: self.shell, "display": lambda *_, **__: None}

    def run(self, cell: int, source: str) -> None:
        """Run one cell as a kernel would: magics understood, top-level await allowed.

        Raises:
            BaseException: whatever the cell raises, SyntaxError included.
        """
        filename = FILENAME.format(cell)
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        self.shell.filename = filename
        execute(self._python(source, filename), filename, self.names)

    def take_notes(self) -> list[str]:
        """What had to be left out since the last call."""
        notes, self.notes[:] = list(dict.fromkeys(self.notes)), []
        return notes

    def _python(self, source: str, filename: str) -> str:
        try:
            compile(source, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
        except SyntaxError:
            if not MAGIC.search(source):
                raise
            return _transformed(source)
        return source


def execute(source: str, filename: str, names: dict[str, Any]) -> None:
    """Execute Python source in a namespace."""
    code = compile(source, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(code, names))
    else:
        exec(code, names)


def cell_number(filename: str) -> int:
    """The cell whose code has this file name; 0 for any other file."""
    found = re.fullmatch(r"<cell (\d+)>", filename)
    return int(found[1]) if found else 0


def _transformed(source: str) -> str:
    """The cell with IPython's `%`, `!` and `?` turned into calls of `get_ipython()`."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)
