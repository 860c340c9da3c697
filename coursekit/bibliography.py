"""The works that lessons and claims cite; `{{reference KEY}}` prints one of bibliography.toml."""

import tomllib
from pathlib import Path
from typing import NamedTuple


class Work(NamedTuple):
    """One source: who, what, an address that lasts; when and where it appeared, if it did."""

    authors: str
    title: str
    url: str
    year: int | None = None
    venue: str = ""

    def markdown(self, note: str = "") -> str:
        """The work as an entry of a reference list; `note` says what to read in it."""
        by = self.authors if self.year is None else f"{self.authors} ({self.year})"
        where = f", {self.venue}" if self.venue else ""
        what = f": {note}" if note else ""
        return f"- {by}, [*{self.title}*]({self.url}){where}{what}."


TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
WORKS = {key: Work(**entry) for key, entry in TABLE.items()}
