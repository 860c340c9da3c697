"""What is still to be sent, on disk: a file for each thing, so that no kernel writes another's."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coursekit.files import write_whole
from coursekit.workshop.wire import hold

FOLDER = Path(".coursekit", "outbox")
MOST = 5000  # after which the oldest goes: nobody came for it in weeks


def put(workspace: Path, event: dict[str, Any], of: str) -> None:
    """Keep an event until it has arrived; it is given its key and its time here.

    Args:
        of: `Member.of`: to that room alone it is sent, and as that learner.

    Raises:
        Malformed: no room would take it.
        OSError: the workspace cannot be written.
    """
    key = uuid.uuid4().hex
    event = {"key": key, "at": time.time(), **event}
    hold(event)
    folder = workspace / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{key}.json"
    text = json.dumps({"of": of, **event})
    write_whole(folder / name, text, folders=False, private=True)


def waiting(workspace: Path, most: int, of: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The oldest events of that room and learner, with their files; what is none is removed."""
    files = sorted((workspace / FOLDER).glob("*.json"))
    for path in files[: max(0, len(files) - MOST)]:
        path.unlink(missing_ok=True)
    for path in files[max(0, len(files) - MOST) :]:
        if most == 0:
            return
        try:
            found = json.loads(path.read_bytes())
        except OSError:  # another kernel has sent it
            continue
        except ValueError:
            path.unlink(missing_ok=True)
            continue
        if isinstance(found, dict) and found.pop("of", "") == of:
            most -= 1
            yield path, found


def empty(workspace: Path, but: str = "") -> None:
    """Send nothing of it, or only what is of that room and learner."""
    keep = {path for path, _ in waiting(workspace, MOST, but)} if but else set()
    for path in (workspace / FOLDER).glob("*.json"):
        if path not in keep:
            path.unlink(missing_ok=True)
