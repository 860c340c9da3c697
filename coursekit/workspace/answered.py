"""Which questions a learner has answered under letters that mean other options by now.

Their page keeps the options as they were answered: what was right stays right.
"""

from collections.abc import Iterator

from coursekit.lettered import listed, pair
from coursekit.matching import Cell, source, text


def answered(old: dict[str, Cell], mine: dict[str, Cell], new: dict[str, Cell]) -> set[str]:
    """The names of the cells that print such a question.

    Args:
        old, new: the course's cells by name, as the learner got them and as they are today.
        mine: the learner's.
    """
    return {
        name
        for name, answer in _questions(new)
        if name in mine
        and answer in mine
        and text(mine[answer]) not in {text(one[answer]) for one in (old, new) if answer in one}
        and not _agree(mine[name], new[name])
    }


def _questions(cells: dict[str, Cell]) -> Iterator[tuple[str, str]]:
    """Each cell that prints options, and the one below it, which is to be given a letter."""
    asked = ""
    for name, cell in cells.items():
        if cell["cell_type"] == "markdown":
            asked = name if listed(source(cell)) else ""
        elif asked:
            yield asked, name
            asked = ""


def _agree(mine: Cell, new: Cell) -> bool:
    """True if every letter of theirs stands for the same option today."""
    theirs, ours = listed(source(mine)), listed(source(new))
    return len(theirs) == len(ours) and all(
        (found := pair(one.options, other.options)) and all(a == b for a, b in found.items())
        for one, other in zip(theirs, ours, strict=True)
    )
