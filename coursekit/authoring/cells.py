"""The cells of a lesson's source, solutions/NN_lesson.py: py:percent, an id on each."""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from coursekit.errors import BuildError

CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass
class Cell:
    """One cell of a lesson source; `line` is where its `# %%` stands."""

    kind: str
    id: str
    source: str
    line: int
    metadata: dict[str, Any] = field(default_factory=dict)


def lesson_name(source: Path) -> str:
    """04_batchnorm_forward.py -> batchnorm_forward."""
    return source.stem.partition("_")[2]


def read(source: Path) -> list[Cell]:
    """The cells of a lesson source.

    Raises:
        BuildError: a cell has no id, two share one, or an id cannot be one.
    """
    text = source.read_text("utf-8")
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    raw = _parsed(text)
    if len(raw) != len(starts):
        raise BuildError(source, 1, "text stands before the first `# %%`, or a cell is not one")
    cells: list[Cell] = []
    for line, one in zip(starts, raw, strict=True):
        metadata = deepcopy(dict(one.metadata))
        name = metadata.pop("id", "")
        if not name:
            raise BuildError(source, line, 'give the cell an id: # %% id="…" (or run --ids)')
        if not CELL_ID.fullmatch(name):
            raise BuildError(source, line, f"a cell id is 1 to 64 of a-z A-Z 0-9 _ -; not {name!r}")
        if any(c.id == name for c in cells):
            raise BuildError(source, line, f"two cells have the id {name!r}")
        cells.append(Cell(one.cell_type, name, one.source, line, metadata))
    return cells


@lru_cache(maxsize=64)  # pages
def _parsed(text: str) -> list[Any]:
    """The cells that jupytext finds: every table of every page asks for those of every lesson."""
    import jupytext

    return jupytext.reads(text, fmt="py:percent").cells


def add_ids(source: Path) -> int:
    """Give every cell of a source that has no id one, made from its heading or its code.

    Returns:
        How many were added.
    """
    lines, taken, added = source.read_text("utf-8").splitlines(), set[str](), 0
    taken |= {m for line in lines for m in re.findall(r'^# %%.*\bid="([^"]+)"', line)}
    for n, line in enumerate(lines):
        if line.startswith("# %%") and 'id="' not in line:
            name = _slug(next((t for t in lines[n + 1 :] if t.strip("# ")), "cell"), taken)
            taken.add(name)
            lines[n] = f'{line.rstrip()} id="{name}"'
            added += 1
    source.write_text("\n".join(lines) + "\n", "utf-8")
    return added


def _slug(text: str, taken: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", text.lower().removeprefix("def "))[:5] or ["cell"]
    base, n = "-".join(words)[:56], 1
    while (name := base if n == 1 else f"{base}-{n}") in taken:
        n += 1
    return name
