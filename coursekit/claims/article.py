"""The article that the course grew out of: its sections, and where each thing in them is taught."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from coursekit.claims.rows import CLAIMS

NUMBERS = range(1, 90)  # the claims of the ledger that are the article's


class Part(NamedTuple):
    """What a section defines, computes or claims, and the lesson and cell that take it up."""

    says: str
    lesson: str
    cell: str
    claim: int = 0


class Section(NamedTuple):
    """One section of the article: its title, what it defines or computes, and what it claims."""

    title: str
    parts: tuple[Part, ...]
    claims: tuple[Part, ...]


def sections() -> tuple[Section, ...]:
    """The sections in order; a claim's words and lesson are those of the ledger.

    Raises:
        KeyError: a claim is not in the ledger.
    """
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return tuple(_section(**entry) for entry in table["section"])


def _section(title: str, parts: list[dict[str, str]], claims: dict[str, str]) -> Section:
    places = (part["at"].split() for part in parts)
    taught = tuple(
        Part(part["says"], lesson, cell) for part, (lesson, cell) in zip(parts, places, strict=True)
    )
    said = (CLAIMS[int(number)] for number in claims)
    cells = claims.values()
    return Section(
        title,
        taught,
        tuple(Part(c.says, c.lesson, at, c.number) for c, at in zip(said, cells, strict=True)),
    )
