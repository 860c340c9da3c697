"""Zips of feedback pages: the same pages make the same bytes, and no name leads out of one."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from coursekit.errors import GradeError
from coursekit.files import write_whole

PLAIN_FILE = 0o644 << 16  # as a zip keeps that anybody may read it


def packed(pages: Mapping[str, str]) -> bytes:
    """A zip of pages, by their paths in it: in their order, without times.

    Raises:
        GradeError: a path leads out of the zip.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in sorted(pages.items()):
            parts = PurePosixPath(path).parts
            if not parts or path != "/".join(parts) or path[0] == "/" or {"..", "."} & {*parts}:
                raise GradeError(f"{path!r} is no path for a page in a zip")
            about = zipfile.ZipInfo(path)  # of 1980, whenever it is made
            about.create_system = 3  # on whatever machine
            about.external_attr = PLAIN_FILE
            archive.writestr(about, text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def write(path: Path, pages: Mapping[str, str]) -> None:
    """Write a zip of pages, unless it is there already.

    Raises:
        GradeError: it cannot be written.
    """
    data = packed(pages)
    try:
        if not (path.is_file() and path.read_bytes() == data):
            write_whole(path, data)
    except OSError as error:
        raise GradeError(f"cannot write {path} ({error.strerror})") from error
