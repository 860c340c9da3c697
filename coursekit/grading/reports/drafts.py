"""Drafts of mistakes that nobody has named: a run writes and clears them, until one is edited."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from coursekit.errors import GradeError
from coursekit.files import write_changed
from coursekit.grading.reports.causes import Cluster, draft

SIGNED = re.compile(rb"# As graded \(([0-9a-f]{12})\): .*\n")
SAYS = "once it is edited, no later run touches it."


def write(folder: Path, clusters: Sequence[Cluster]) -> None:
    """Write a draft of each cluster, and clear those whose cluster is gone: it has a name by now.

    What is not as a run wrote it is somebody's work, and stays.

    Raises:
        GradeError: a file cannot be written or cleared.
    """
    texts = {folder / f"{cluster.name}.py": signed(draft(cluster)) for cluster in clusters}
    for path in {*texts, *folder.glob("*.py")}:
        try:
            if path.exists() and not (path.is_file() and untouched(path.read_bytes())):
                continue
            if path in texts:
                write_changed(path, texts[path])
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            does = "write" if path in texts else "clear"
            raise GradeError(f"cannot {does} {path} ({error.strerror})") from error


def signed(text: str) -> str:
    """A draft below a line by which an edit of it is seen."""
    return f"# As graded ({_digest(_bytes(text))}): {SAYS}\n{text}"


def untouched(content: bytes) -> bool:
    """True if a file's content is what a run wrote."""
    match = SIGNED.match(content)
    return match is not None and match[1].decode() == _digest(content[match.end() :])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")  # as files are written


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
