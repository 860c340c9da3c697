"""The table of CONTRIBUTING.md: which files a change touches."""

import re
from collections.abc import Iterable
from pathlib import Path

REPO = Path(__file__).parents[2]
PAGE = (REPO / "CONTRIBUTING.md").read_text("utf-8")
TABLE = PAGE.partition("<!-- touches -->\n")[2].partition("<!-- end -->")[0]
LINES = [re.split(r"\s*\|\s*", line.strip()[1:-1]) for line in TABLE.splitlines()[2:]]
ROWS = {
    columns[0].strip(): [re.findall(r"`([^`]+)`", column) for column in columns[1:]]
    for columns in LINES
}  # by hand, by a command, and words by which the last of its kind is found


def differ(kind: str, found: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files found that a row does not name, and what it names that is not among them."""
    found = set(found)
    by_hand, by_command, _ = ROWS[kind]
    allowed = [pattern(path) for path in (*by_hand, *by_command)]
    others = sorted(n for n in found if not any(re.fullmatch(p, n) for p in allowed))
    return others, [p for p in allowed if not any(re.fullmatch(p, name) for name in found)]


def pattern(path: str) -> str:
    """A path of the table, in which words of capitals stand for any name."""
    kept = {"README", "CONTRIBUTING"}
    parts = re.split(r"([A-Z]{2,})", path)
    return "".join(
        r"[^/]+" if n % 2 and part not in kept else re.escape(part) for n, part in enumerate(parts)
    )
