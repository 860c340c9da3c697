"""A table that a person or a platform saved as CSV, read by the names of its columns."""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.terminal import printable

SEPARATORS = ",;\t"
FORMULA = ("=", "+", "-", "@")
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
Row = dict[str, str]


def read(
    path: Path, columns: Mapping[str, Sequence[str]], *, others: bool = False
) -> list[tuple[int, Row]]:
    """Each row that is not empty, with the number of its line: {our name of a column: text}.

    Args:
        path: UTF-8 with or without a BOM, or UTF-16; between cells a comma, semicolon or tab.
        columns: for each name of ours, what it may be called.
        others: columns that are not asked for are passed over, as a platform's export has.

    Raises:
        GradeError: it cannot be read, has a column that nobody knows or twice, or a row too long.
    """
    text = _text(path)
    lines = csv.reader(io.StringIO(text, newline=None), delimiter=_separator(text), strict=True)
    rows = []
    try:
        titles = _titles(path, next(lines, []), columns, others)
        for cells in lines:
            if len(cells) > len(titles) and any(cells[len(titles) :]):
                raise GradeError(
                    f"{path}, line {lines.line_num}: {len(cells)} cells, and there are "
                    f"{len(titles)} columns; put text that holds a comma between quotes"
                )
            row = {t: c.strip() for t, c in zip(titles, cells, strict=False) if t}
            if any(row.values()):
                rows.append((lines.line_num, row))
    except csv.Error as error:
        raise GradeError(f"{path}, line {lines.line_num}, is not CSV: {error}") from error
    return rows


def needed(path: Path, rows: Sequence[tuple[int, Row]], *columns: str) -> None:
    """See that these columns are there.

    Raises:
        GradeError: one is not, or there is no row at all.
    """
    if not rows:
        raise GradeError(f"{path} holds no line below its column titles")
    for column in columns:
        if column not in rows[0][1]:
            have = ", ".join(rows[0][1])
            raise GradeError(f"{path} has no column {column!r}, which is needed; it has {have}")


def text_cell(text: str) -> str:
    """Text that a spreadsheet takes as text, even if it begins as a formula would."""
    text = printable(text)
    return "'" + text if text.startswith(FORMULA) else text


def plain_cell(text: str) -> str:
    """What `text_cell` was made of."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GradeError(f"{path} cannot be read ({error.strerror})") from error
    coding = next((name for bom, name in BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        raise GradeError(
            f'{path} is not UTF-8 text; save it as "CSV UTF-8", so that no letter of a name is lost'
        ) from error


def _separator(text: str) -> str:
    """What stands most often between the titles: spreadsheets write what their country does."""
    first = text.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=first.count)


def _titles(
    path: Path, found: list[str], columns: Mapping[str, Sequence[str]], others: bool
) -> list[str]:
    called = {_folded(c): name for name, names in columns.items() for c in (name, *names)}
    titles = []
    for title in found:
        name = called.get(_folded(title), "")
        if title.strip() and not name and not others:
            guess = did_you_mean(_folded(title), called) or f" Known are {', '.join(columns)}."
            raise GradeError(f"{path}: the column {title.strip()!r} means nothing here.{guess}")
        if name and name in titles:
            raise GradeError(f"{path} has two columns for {name!r}; keep one of them")
        titles.append(name)
    return titles


def _folded(title: str) -> str:
    return " ".join(title.replace("_", " ").replace("-", " ").casefold().split())
