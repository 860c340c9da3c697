"""What is still to be sent, on disk: a file for each thing, so that no kernel writes another's."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coursekit.files import write_whole

FOLDER = Path(".coursekit", "outbox")
MOST = 5000  # after which the oldest goes: nobody came for it in weeks


def put(workspace: Path, event: dict[str, Any]) -> None:
    """Keep an event until it has arrived; it is given its key and its time here.

    Raises:
        OSError: the workspace cannot be written.
    """
    folder = workspace / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    key = uuid.uuid4().hex
    name = f"{time.time_ns():020d}-{key}.json"
    text = json.dumps({"key": key, "at": time.time(), **event})
    write_whole(folder / name, text, folders=False, private=True)


def waiting(workspace: Path, most: int) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The oldest events, with their files; a file that is none is removed."""
    files = sorted((workspace / FOLDER).glob("*.json"))
    for path in files[: max(0, len(files) - MOST)]:
        path.unlink(missing_ok=True)
    for path in files[max(0, len(files) - MOST) :][:most]:
        try:
            found = json.loads(path.read_bytes())
        except OSError:  # another kernel has sent it
            continue
        except ValueError:
            path.unlink(missing_ok=True)
            continue
        if isinstance(found, dict):
            yield path, found


def empty(workspace: Path) -> None:
    """Send nothing of it."""
    for path in (workspace / FOLDER).glob("*.json"):
        path.unlink(missing_ok=True)
