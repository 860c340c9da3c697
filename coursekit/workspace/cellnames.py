"""How a learner knows a cell: by its exercise, its heading, or the heading that it stands below."""

import re

from coursekit.matching import Cell, source

_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`]|\[([^\]]*)\]\([^)]*\)")
LONGEST = 50
MOST = 4


def cell_names(cells: list[Cell]) -> dict[str, str]:
    """A name for each cell of a notebook that has an id, by id."""
    ids = {str(cell.get("id")) for cell in cells}
    named, above = {}, ""
    for cell in cells:
        own, heading = str(cell.get("id")), _heading(cell)
        about = cell.get("metadata", {}).get("coursekit")
        exercise = about.get("exercise") if isinstance(about, dict) else None
        above = heading or above
        if isinstance(exercise, str) or f"check-{own}" in ids:
            named[own] = exercise if isinstance(exercise, str) else own
        elif own.startswith("check-") and own[6:] in ids:
            named[own] = f"the check of {own[6:]}"
        else:
            named[own] = heading or (f"below {above}" if above else "the beginning")
    return named


def listed(names: list[str]) -> str:
    """Names in a row, each once, the first few of them."""
    names = list(dict.fromkeys(names))
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")


def _heading(cell: Cell) -> str:
    found = _HEADING.search(source(cell)) if cell["cell_type"] == "markdown" else None
    words = _MARKS.sub(r"\1", found[1]) if found else ""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
