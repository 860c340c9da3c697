"""Which edition of the course a learner's notebook was made from, whoever put it there.

An open JupyterLab may write the notebook of before an update over the merged one; a learner may
fetch one from the backups. So the notebook says itself from which edition it is, in a mark among
its metadata that `update` writes; all editions that a workspace ever had are kept.

    workspace/.coursekit/base/NN_x.ipynb             the edition of today
    workspace/.coursekit/editions/NN_x/MARK.ipynb    all of them
    workspace/.coursekit/editions/NN_x/marks.json    mark of a notebook ("" for none) -> edition
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.files import write_changed, write_whole
from coursekit.matching import Text, text
from coursekit.workspace import base

Notebook = dict[str, Any]


def mark(edition: bytes) -> str:
    """What tells an edition from another."""
    return hashlib.sha256(edition).hexdigest()[:16]


def marked(notebook: Notebook) -> str:
    """The mark that a notebook bears; "" if none."""
    about = notebook.get("metadata", {}).get("coursekit")
    found = about.get("edition") if isinstance(about, dict) else None
    return found if isinstance(found, str) else ""


def with_mark(notebook: Notebook, edition: str) -> Notebook:
    """The notebook with another mark; without one for ""."""
    metadata = notebook.get("metadata", {})
    about = metadata.get("coursekit")
    about = {k: v for k, v in about.items() if k != "edition"} if isinstance(about, dict) else {}
    about |= {"edition": edition} if edition else {}
    return notebook | {"metadata": metadata | ({"coursekit": about} if about else {})}


@dataclass(frozen=True)
class Editions:
    """The editions that a workspace has had of one notebook."""

    directory: Path
    name: str

    @property
    def _folder(self) -> Path:
        return self.directory / ".coursekit" / "editions" / Path(self.name).stem

    @property
    def _marks(self) -> dict[str, str]:
        try:
            found = json.loads((self._folder / "marks.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return (
            {k: v for k, v in found.items() if isinstance(v, str)}
            if isinstance(found, dict)
            else {}
        )

    def of(self, mine: Notebook) -> bytes | None:
        """The edition that a learner's notebook is made from; None if nobody knows."""
        marks, own = self._marks, marked(mine)
        found = self._edition(marks.get(own, own))
        if own and found is not None:
            return found
        found = self._edition(marks[""]) if "" in marks else self._today()
        others = [e for m in dict.fromkeys(marks.values()) if (e := self._edition(m)) is not None]
        return max([found, *others], key=lambda one: _in_common(one, mine))  # the first of equals

    def keep(self, mine: Notebook, edition: bytes | None, new: bytes, *, written: bool) -> None:
        """Remember of which edition a notebook is, and the edition that comes now.

        Args:
            written: the notebook is now written with another mark; else the new edition is its.
        """
        old = mark(edition) if edition is not None else ""
        now = {marked(mine): old if written else mark(new), mark(new): mark(new)}
        self._remember([edition, new], now)

    def anew(self, new: bytes) -> None:
        """The notebook is now this edition as it came, without a mark."""
        today = self._today()
        now = {mark(one): mark(one) for one in (today, new) if one is not None}
        self._remember([today, new], now | {"": mark(new)})

    def _remember(self, editions: list[bytes | None], marks: dict[str, str]) -> None:
        for one in editions:
            if one is not None and not (path := self._folder / f"{mark(one)}.ipynb").exists():
                write_whole(path, one)
        known = self._marks | marks
        write_changed(self._folder / "marks.json", json.dumps(known, indent=1))

    def _today(self) -> bytes | None:
        return _bytes(base(self.directory, self.name))

    def _edition(self, of: str) -> bytes | None:
        return _bytes(self._folder / f"{of}.ipynb") if of.isalnum() else None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _in_common(edition: bytes | None, mine: Notebook) -> int:
    """How many cells of a learner's notebook are an edition's, word for word."""
    there = {text(cell) for cell in mine["cells"]}
    return len(there & _texts(edition))


def _texts(edition: bytes | None) -> set[Text]:
    try:
        return {text(cell) for cell in json.loads(edition or b"")["cells"]}
    except (ValueError, KeyError, TypeError):
        return set()
