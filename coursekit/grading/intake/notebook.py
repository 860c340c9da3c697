"""A submitted notebook as its code cells: plain JSON, in which nothing can be relied on."""

import functools
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.checking.source.reach import Cells
from coursekit.errors import GradeError
from coursekit.grading import course
from coursekit.grading.intake.cells import CodeCell, OtherCell, definitions
from coursekit.grading.intake.language import language, mapping
from coursekit.grading.intake.transform import Told, tell_all
from coursekit.lettered import Page
from coursekit.patience import TEXT, at_most
from coursekit.renamed import with_new_names
from coursekit.sandbox.sanitize import plain

SIZE_LIMIT = 50 << 20
CELLS, CELL_LIMIT, CODE_LIMIT = 10_000, 1 << 20, 2 << 20  # in number, and in characters
AGAIN = "open it in JupyterLab, save it and hand it in again"
TORCH_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+torch\b|import[ \t].*\btorch\b)", re.MULTILINE)


@dataclass(frozen=True)
class Notebook:
    """What is graded: the code cells in order, and what was odd about the file."""

    cells: tuple[CodeCell, ...]
    notes: list[str] = field(default_factory=list)
    others: tuple[OtherCell, ...] = ()
    lesson: str = ""  # as its metadata says

    @property
    def run(self) -> list[CodeCell]:
        """The cells that run: all but the demonstrations."""
        return [cell for cell in self.cells if not cell.demo]

    @property
    def uses_torch(self) -> bool:
        return any(TORCH_IMPORT.search(cell.source) for cell in self.run)

    def skipped(self, words: str) -> str:
        """Of a NameError: which demonstration would have defined the name, or nothing.

        Nothing, too, where the learner's own cells define it (too late, then), or where the
        demonstration is the course's: nobody is asked to change that.
        """
        found = re.search(r"name '(\w+)' is not defined", words)
        if not found or any(cell.gives(found[1]) for cell in self.run):
            return ""
        name = found[1]
        homes = [c for c in self.cells if c.demo and c.gives(name) and not self._shipped(c, name)]
        if not homes:
            return ""
        home = f"cell {homes[-1].number} would define {name}"
        return f"{home}, but is tagged `demo`, so it was skipped: remove the tag"

    @property
    def demonstrations(self) -> str:
        """Which cells of the learner's own are skipped: the same words, whatever is lacking."""
        mine = [c for c in self.cells if c.demo and not self._shipped(c, "")]
        numbers = ", ".join(str(cell.number) for cell in mine[:20])
        return (
            f"cells tagged `demo` are skipped ({numbers}): remove the tag where an answer needs "
            "what they define"
        )

    def turned(self, name: str) -> str:
        """Of an exercise that no cell defines: which cell that is no code holds it, or nothing."""
        by_mark = [c for c in self.others if name in (c.id, c.exercise)]
        own = {cell.source for cell in course.cells(self.lesson)}
        by_text = [c for c in self.others if name in definitions(c.source) and c.source not in own]
        if not by_mark and not by_text:
            return ""
        cell = [*by_mark, *by_text][-1]
        where = f"cell {cell.number}, where {name} belongs"
        return f"{where}, is {cell.is_now}: turn it back into a code cell"

    def _shipped(self, cell: CodeCell, name: str) -> bool:
        """True if a demonstration gives that name as the course ships it, in whichever edition."""
        ours = [CodeCell(0, c.source, id=c.id) for c in course.cells(self.lesson) if c.demo]
        return any(
            c.source.strip() == cell.source.strip() or (c.id == cell.id != "" and c.gives(name))
            for c in ours
        )

    @functools.cached_property
    @at_most(TEXT)
    def told(self) -> dict[int, Told]:
        """What the judge tells the box to run, by the cell's number."""
        told = tell_all(cell.source for cell in self.run)
        return {cell.number: one for cell, one in zip(self.run, told, strict=True)}

    @functools.cached_property
    @at_most(TEXT)
    def python(self) -> tuple[Cells, list[tuple[int, int]]]:
        """All that is run, to be analysed, and for each of its lines the (cell, line) it is from.

        A cell that is not Python is left out: it is not run either.
        """
        texts = {number: told.text for number, told in self.told.items() if not told.problem}
        lengths = {number: text.count("\n") + 1 for number, text in texts.items()}
        origin = [(cell, line) for cell, n in lengths.items() for line in range(1, n + 1)]
        return Cells(texts.values()), origin

    @functools.cached_property
    @at_most(TEXT)
    def page(self) -> Page:
        """What it prints of its questions."""
        texts = {c.number: ("code", c.source) for c in self.cells}
        texts |= {c.number: (c.kind, c.source) for c in self.others}
        return Page(texts[number] for number in sorted(texts))

    @property
    def not_python(self) -> dict[int, str]:
        """Why a cell is not run, by its number."""
        return {number: told.problem for number, told in self.told.items() if told.problem}

    @property
    def left_out(self) -> list[str]:
        """The commands that are no Python, and so are not run."""
        return [f"cell {n}: {note}" for n, told in self.told.items() for note in told.notes]


@at_most(TEXT)
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
    written_in, odd = language(content)
    if written_in != "python":
        raise GradeError(
            f"it is written for {plain(written_in[:50])}; choose a Python 3 kernel, and {AGAIN}"
        )
    notes = []
    if version == 3:
        notes.append(f"its format is old (nbformat 3) and was read as it is; {AGAIN}")
    elif odd:
        notes.append(f"{odd} and was read as Python 3; {AGAIN}")
    if len(_cells(content)) > CELLS:
        raise GradeError(f"it has more than {CELLS} cells; remove what is no answer, and {AGAIN}")
    cells = [(n, cell) for n, cell in enumerate(_cells(content), 1) if isinstance(cell, dict)]
    code = [_code_cell(n, cell) for n, cell in cells if cell.get("cell_type") == "code"]
    others = tuple(_other_cell(n, cell) for n, cell in cells if cell.get("cell_type") != "code")
    for cell in code:
        if len(cell.source) > CELL_LIMIT:
            words = f"cell {cell.number} has more than {CELL_LIMIT} characters and was left out"
            notes.append(f"{words}: put its data into a file")
    code = [cell for cell in code if len(cell.source) <= CELL_LIMIT]
    if sum(len(cell.source) for cell in code) > CODE_LIMIT:
        longest = max(code, key=lambda cell: len(cell.source)).number
        words = f"its code has more than {CODE_LIMIT} characters, most of them in cell {longest}"
        raise GradeError(f"{words}: put its data into a file, and hand it in again")
    about = mapping(mapping(content, "metadata"), "coursekit").get("lesson")
    lesson = about if isinstance(about, str) else ""
    notes += itertools.islice(_no_longer_code(others, lesson), 10)
    return Notebook(tuple(code), notes, others, lesson)


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
        content = json.loads(text, parse_int=_integer)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()) - 1:
            raise GradeError(f"it is cut off at line {error.lineno}; {AGAIN}") from error
        raise GradeError(f"it is not JSON (line {error.lineno}: {error.msg}); {AGAIN}") from error
    except RecursionError as error:
        raise GradeError(f"it is not a notebook (nested too deep); {AGAIN}") from error
    if not isinstance(content, dict):
        raise GradeError(f"it is JSON but not a notebook; {AGAIN}")
    return content


def _integer(digits: str) -> int | float:
    """A number of an output, which may have more digits than Python reads."""
    return int(digits) if len(digits) < 1000 else float(digits)


def _cells(content: dict[str, Any]) -> Any:
    if content.get("nbformat") == 3:
        sheets = content.get("worksheets")
        if not isinstance(sheets, list) or not all(isinstance(s, dict) for s in sheets):
            return None
        cells = [sheet.get("cells") or [] for sheet in sheets]
        return list(itertools.chain(*cells)) if all(isinstance(c, list) for c in cells) else None
    return content.get("cells")


def _no_longer_code(others: Iterable[OtherCell], lesson: str) -> Iterator[str]:
    """Which cells of the course's are code no more, but for answers: each says so itself."""
    code = {c.id for c in course.cells(lesson) if c.kind == "code" and not (c.demo or c.exercise)}
    for cell in others:
        if cell.id in code and not cell.id.startswith("check-"):
            words = "so it did not run: turn it back into a code cell"
            yield f"cell {cell.number} ({cell.id}) is {cell.is_now}, {words}"


def _code_cell(number: int, cell: dict[str, Any]) -> CodeCell:
    tags = mapping(cell, "metadata").get("tags")
    demo = isinstance(tags, list) and "demo" in tags
    return CodeCell(number, with_new_names(_source(cell)), demo, _text(cell.get("id")))


def _other_cell(number: int, cell: dict[str, Any]) -> OtherCell:
    exercise = mapping(mapping(cell, "metadata"), "coursekit").get("exercise")
    kind = _text(cell.get("cell_type"))
    return OtherCell(number, kind, _source(cell), _text(cell.get("id")), _text(exercise))


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return _text(source)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
