"""The notebook in whose kernel this is, as it lies on the disk: what it prints of its questions."""

import json
from pathlib import Path

from coursekit.learning.ahead import named
from coursekit.matching import source
from coursekit.lettered import Page

LARGEST = 50 << 20  # bytes
_read: dict[Path, tuple[tuple[int, int], Page]] = {}  # the state of a file -> what it held then


def printed() -> Page | None:
    """What the notebook prints, as it was saved last; None where nobody tells which it is."""
    try:
        file = named()
        if file is None:
            return None
        about = file.stat()
        state = (about.st_mtime_ns, about.st_size)
        if about.st_size > LARGEST:
            return None
        if file not in _read or _read[file][0] != state:
            cells = json.loads(file.read_text("utf-8-sig"))["cells"]
            _read[file] = state, Page((cell["cell_type"], source(cell)) for cell in cells)
        return _read[file][1]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # no file, or no notebook
        return None
