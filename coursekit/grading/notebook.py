"""A submitted notebook as its code cells: plain JSON, in which nothing can be relied on."""

import ast
import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.errors import GradeError

SIZE_LIMIT = 50 << 20
AGAIN = "open it in JupyterLab, save it and hand it in again"
TORCH_IMPORT = re.compile(r"^\s*(?:from\s+torch\b|import\s.*\btorch\b)", re.MULTILINE)
MAGIC_LINE = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


@dataclass(frozen=True)
class CodeCell:
    """One code cell: its number among all cells, from 1, and whether the grader skips it."""

    number: int
    source: str
    demo: bool = False

    def defines(self, name: str) -> bool:
        """True if the cell, by its text, defines a function or class of that name."""
        return name in self.definitions()

    @property
    def only_checks(self) -> bool:
        """True if the cell does nothing but call `check`: it is the course's, not the learner's."""
        return re.fullmatch(r"\s*(check\(.*\)\s*)+", self.source) is not None

    def gives(self, name: str) -> bool:
        """True if running the cell would bind that name, as far as its text parses."""
        text = self.source if _parses(self.source) else MAGIC_LINE.sub("", self.source)
        nodes = list(ast.walk(ast.parse(text))) if _parses(text) else []
        bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        aliases = [a for n in nodes if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names]
        bound |= {a.asname or a.name.partition(".")[0] for a in aliases}
        return name in bound or self.defines(name)

    def definitions(self) -> list[str]:
        """Functions and classes that the cell's text defines, syntax errors or not."""
        return re.findall(r"^(?:async\s+)?(?:def|class)\s+(\w+)", self.source, re.MULTILINE)


@dataclass(frozen=True)
class Notebook:
    """What is graded: the code cells in order, and what was odd about the file."""

    cells: tuple[CodeCell, ...]
    notes: list[str] = field(default_factory=list)

    @property
    def run(self) -> list[CodeCell]:
        """The cells that run: all but the demonstrations."""
        return [cell for cell in self.cells if not cell.demo]

    @property
    def uses_torch(self) -> bool:
        return any(TORCH_IMPORT.search(cell.source) for cell in self.run)

    def skipped(self, words: str) -> str:
        """Of a NameError: which demonstration would have defined the name, or nothing."""
        found = re.search(r"name '(\w+)' is not defined", words)
        cells = [c.number for c in self.cells if found and c.demo and c.gives(found[1])]
        if not found or not cells:
            return ""
        home = f"cell {cells[-1]} would define {found[1]}"
        return f"{home}, but is tagged `demo`, so it was skipped: remove the tag"

    @functools.cached_property
    def python(self) -> tuple[str, list[tuple[int, int]]]:
        """All cells that run as one module, and for each of its lines the (cell, line) it is from.

        Magics are blanked out, and a cell that still is not Python is left out: it did not run.
        """
        lines: list[str] = []
        origin: list[tuple[int, int]] = []
        for cell in self.run:
            text = cell.source if _parses(cell.source) else MAGIC_LINE.sub("", cell.source)
            if _parses(text):
                new = text.splitlines()
                lines += new
                origin += [(cell.number, n) for n in range(1, len(new) + 1)]
        return "\n".join(lines), origin


def read(path: Path) -> Notebook:
    """The notebook in a file.

    Raises:
        GradeError: it cannot be read; says why and what to do.
    """
    content = _load(path)
    version = content.get("nbformat")
    if not isinstance(version, int) or not isinstance(_cells(content), list):
        raise GradeError(f"it is JSON but not a notebook; {AGAIN}")
    if version < 3:
        raise GradeError(f"its format (nbformat {version}) is too old to be read; {AGAIN}")
    language = _language(content)
    if language not in ("", "python"):
        raise GradeError(f"it is written for {language}; choose a Python 3 kernel, and {AGAIN}")
    notes = []
    if version == 3:
        notes.append(f"its format is old (nbformat 3) and was read as it is; {AGAIN}")
    elif not language:
        notes.append("it names no kernel (no kernelspec) and was read as Python 3; " + AGAIN)
    cells = [_code_cell(n, cell) for n, cell in enumerate(_cells(content), 1)]
    return Notebook(tuple(cell for cell in cells if cell), notes)


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise GradeError(
                f"it is larger than {SIZE_LIMIT >> 20} MB; clear its outputs and {AGAIN}"
            )
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise GradeError(f"it cannot be read ({error.strerror}); check its permissions") from error
    except UnicodeDecodeError as error:
        raise GradeError(f"it is not UTF-8 text, so not a notebook; {AGAIN}") from error
    if not text.strip():
        raise GradeError(f"it is empty; {AGAIN}")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()) - 1:
            raise GradeError(f"it is cut off at line {error.lineno}; {AGAIN}") from error
        raise GradeError(f"it is not JSON (line {error.lineno}: {error.msg}); {AGAIN}") from error
    except (RecursionError, ValueError) as error:
        raise GradeError(f"it is not a notebook (nested too deep); {AGAIN}") from error
    if not isinstance(content, dict):
        raise GradeError(f"it is JSON but not a notebook; {AGAIN}")
    return content


def _cells(content: dict[str, Any]) -> Any:
    if content.get("nbformat") == 3:
        sheets = content.get("worksheets")
        good = isinstance(sheets, list) and all(isinstance(s, dict) for s in sheets)
        return [c for s in sheets for c in s.get("cells") or []] if good else None  # type: ignore[union-attr]
    return content.get("cells")


def _language(content: dict[str, Any]) -> str:
    """What the notebook says it is written in, lower case; nothing where it does not say."""
    metadata = content.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    if not isinstance(kernel, dict) or not kernel:
        return ""
    said = str(kernel.get("language") or kernel.get("name") or "").lower()
    return "python" if "python" in said or said in ("ipython", "xpython") else said or "python"


def _code_cell(number: int, cell: Any) -> CodeCell | None:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    demo = isinstance(tags, list) and "demo" in tags
    return CodeCell(number, source if isinstance(source, str) else "", demo)


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
