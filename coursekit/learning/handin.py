"""Handing a notebook in at a live room, and what comes back."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

from coursekit import exercises
from coursekit.errors import WorkshopError
from coursekit.files import write_whole
from coursekit.learning.live.session import here, not_in
from coursekit.workshop.calls import Refused, Unreached, call
from coursekit.workshop.wire import NOTEBOOK

NO_ROOM = "what answers is no live room"


def submit(notebook: Path | str, name: str = "") -> str:
    """Hand a notebook in, and return the receipt.

    Raises:
        WorkshopError: no room was joined, the notebook cannot be read, or the room did not take it.
    """
    _, joined = here(Path(notebook).absolute().parent)
    if joined is None:
        raise WorkshopError(not_in())
    path = Path(notebook)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorkshopError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > NOTEBOOK:
        most = f"{NOTEBOOK / 2**20:.0f} MB"
        raise WorkshopError(f"{path} is larger than {most}: clear its outputs, save, and try again")
    asked = urlencode({"lesson": lesson_of(path.name, content), "name": name})
    url = f"{joined.url}/api/handin?{asked}"
    kind = "application/x-ipynb+json"
    try:
        found = call("POST", url, joined.headers, body=content, kind=kind, seconds=60)
        version, receipt, sha256 = (found[name] for name in ("version", "receipt", "sha256"))
    except KeyError:
        raise WorkshopError(f"it was not handed in: {NO_ROOM}") from None
    except (Unreached, Refused) as error:
        raise WorkshopError(f"it was not handed in: {error}") from None
    return f"Handed in: {path.name}, version {version}, receipt {receipt} (SHA-256 {sha256})"


def lesson_of(name: str, content: bytes) -> str:
    """The lesson that a notebook says it is of, or else its file's name; of a copy, too."""
    from coursekit.grading.intake.filenames import STEM, named, stem, uncopied  # seldom needed

    try:
        said = json.loads(content)["metadata"]["coursekit"]["lesson"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = None
    known = exercises.names()
    if said in known:
        return str(said)
    if called := named(uncopied(name), known):
        return called
    own = STEM.fullmatch(uncopied(stem(name)))
    return re.sub(r"\W", "_", own["lesson"] if own else name)[:25]


def feedback() -> list[Path]:
    """Fetch the feedback on what you handed in; the pages are written to your workspace.

    Raises:
        WorkshopError: no room was joined, it cannot be reached, or a page cannot be written.
    """
    folder, joined = here()
    if folder is None or joined is None:
        raise WorkshopError(not_in())
    try:
        found = call("GET", f"{joined.url}/api/feedback", joined.headers)
        pages = [(str(one["lesson"]), str(one["page"])) for one in found["pages"]]
    except (KeyError, TypeError):
        raise WorkshopError(f"no feedback was fetched: {NO_ROOM}") from None
    except (Unreached, Refused) as error:
        raise WorkshopError(f"no feedback was fetched: {error}") from None
    written = []
    for lesson, page in pages:
        plain = "".join(c for c in lesson if c.isalnum() or c == "_")
        path = folder / "feedback" / f"{plain}.html"
        try:
            write_whole(path, page)
        except OSError as error:
            raise WorkshopError(f"{path} cannot be written: {error.strerror or error}") from None
        written.append(path)
    return written
