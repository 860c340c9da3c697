"""Write a file whole or not at all, so that a crash never leaves half of one."""

import os
import tempfile
from pathlib import Path


def write_whole(
    path: Path, data: str | bytes, *, folders: bool = True, private: bool = False
) -> None:
    """Put data (text as UTF-8) into a file, in one step that cannot be seen half done.

    Args:
        folders: make those above the file; without, one that was renamed is not made again.
        private: nobody but its owner may read it.

    Raises:
        OSError: the folder cannot be made or written, or is not there.
    """
    if folders:
        path.parent.mkdir(parents=True, exist_ok=True)
    content = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".draft", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o600 if private else 0o666 & ~_umask())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def write_changed(path: Path, text: str) -> bool:
    """Write a file whole, unless it says that already; say whether it was written.

    Raises:
        OSError: the folder cannot be made or written, or the file not be read.
    """
    if path.is_file() and path.read_bytes() == text.encode("utf-8", "backslashreplace"):
        return False
    write_whole(path, text)
    return True


def _umask() -> int:
    """The process's mask; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
