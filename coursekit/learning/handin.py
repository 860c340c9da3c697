"""Handing a notebook in at a live room, and what comes back."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

from coursekit import exercises
from coursekit.errors import WorkshopError
from coursekit.files import write_whole
from coursekit.learning.live.session import NOT_IN, here
from coursekit.workshop.calls import Refused, Unreached, call
from coursekit.workshop.wire import NOTEBOOK


def submit(notebook: Path | str, name: str = "") -> str:
    """Hand a notebook in, and return the receipt.

    Raises:
        WorkshopError: no room was joined, the notebook cannot be read, or the room did not take it.
    """
    _, joined = here(Path(notebook).absolute().parent)
    if joined is None:
        raise WorkshopError(NOT_IN)
    path = Path(notebook)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorkshopError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > NOTEBOOK:
        most = f"{NOTEBOOK / 2**20:.0f} MB"
        raise WorkshopError(f"{path} is larger than {most}: clear its outputs, save, and try again")
    asked = urlencode({"lesson": lesson_of(path.stem, content), "name": name})
    url = f"{joined.url}/api/handin?{asked}"
    kind = "application/x-ipynb+json"
    try:
        found = call("POST", url, joined.headers, body=content, kind=kind, seconds=60)
    except (Unreached, Refused) as error:
        raise WorkshopError(f"it was not handed in: {error}") from None
    return (
        f"Handed in: {path.name}, version {found['version']}, receipt {found['receipt']} "
        f"(SHA-256 {found['sha256']})"
    )


def lesson_of(stem: str, content: bytes) -> str:
    """The lesson that a notebook says it is of, or else its file's name; of a copy, too."""
    try:
        said = json.loads(content)["metadata"]["coursekit"]["lesson"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = None
    known = exercises.names()
    if said in known:
        return str(said)
    plain = re.sub(r"(?:-Copy\d+|-\d+| ?\(\d+\))+$", "", stem)
    ends = [name for name in known if re.search(rf"(?:^|[_ ]){re.escape(name)}$", plain)]
    return max(ends, key=len, default=re.sub(r"\W", "_", re.sub(r"^\d\d_", "", plain))[:25])


def feedback() -> list[Path]:
    """Fetch the feedback on what you handed in; the pages are written to your workspace.

    Raises:
        WorkshopError: no room was joined, or it cannot be reached.
    """
    folder, joined = here()
    if folder is None or joined is None:
        raise WorkshopError(NOT_IN)
    try:
        found = call("GET", f"{joined.url}/api/feedback", joined.headers)
    except (Unreached, Refused) as error:
        raise WorkshopError(f"no feedback was fetched: {error}") from None
    written = []
    for one in found.get("pages", []):
        lesson = "".join(c for c in str(one["lesson"]) if c.isalnum() or c == "_")
        path = folder / "feedback" / f"{lesson}.html"
        write_whole(path, str(one["page"]))
        written.append(path)
    return written
