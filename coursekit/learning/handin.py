"""Handing a notebook in at a live room, and what comes back."""

from pathlib import Path
from urllib.parse import urlencode

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
    stem = path.stem
    lesson = stem[3:] if stem[:2].isdigit() and stem[2:3] == "_" else stem
    url = f"{joined.url}/api/handin?{urlencode({'lesson': lesson, 'name': name})}"
    kind = "application/x-ipynb+json"
    try:
        found = call("POST", url, joined.headers, body=content, kind=kind, seconds=60)
    except (Unreached, Refused) as error:
        raise WorkshopError(f"it was not handed in: {error}") from None
    return (
        f"Handed in: {path.name}, version {found['version']}, receipt {found['receipt']} "
        f"(SHA-256 {found['sha256']})"
    )


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
