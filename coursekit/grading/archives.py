"""A zip from a stranger, unpacked so that it can write nowhere and fill nothing.

A member's name is never used as a path: each notebook is written under a number of its own.
"""

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from coursekit.errors import GradeError
from coursekit.grading.notebook import SIZE_LIMIT

MEMBERS = 20_000
TOTAL = 4 << 30
CHUNK = 1 << 20
AGAIN = "download it again from the learning platform"


@dataclass(frozen=True)
class Member:
    """A notebook out of a zip, or why it was left inside."""

    name: str  # relative, without "..": also where the name in the zip is not
    path: Path
    problem: str = ""
    modified: float = 0.0  # orders the members of one zip; not a time of this machine


def unpack(archive: Path, scratch: Path) -> list[Member]:
    """Write a zip's notebooks into an empty folder; those that may not be are told, not written.

    Raises:
        GradeError: it is not a zip, or holds too many members to be a class.
    """
    scratch.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = [i for i in opened.infolist() if not i.is_dir() and not _ignored(i.filename)]
            if len(infos) > MEMBERS:
                raise GradeError(
                    f"it holds {len(infos)} files, more than {MEMBERS}; hand in a class at a time"
                )
            members, room = [], TOTAL
            for number, info in enumerate(infos):
                if info.filename.lower().endswith((".ipynb", ".zip")):
                    members.append(_unpacked(opened, info, scratch / f"{number}.ipynb", room))
                    room -= info.file_size if not members[-1].problem else 0
            return members
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise GradeError(f"it cannot be read as a zip ({error}); {AGAIN}") from error


def _unpacked(opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, room: int) -> Member:
    name = info.filename.replace("\\", "/")
    problem = _problem(info, name, room) or _written(opened, info, path)
    if problem:
        path.unlink(missing_ok=True)
    whole = "-".join(f"{part:02d}" for part in info.date_time)
    return Member(_harmless(name), path, problem, float(re.sub(r"\D", "", whole)))


def _problem(info: zipfile.ZipInfo, name: str, room: int) -> str:
    """Why a member is not unpacked, or nothing."""
    parts = PurePosixPath(name).parts
    kind = stat.S_IFMT(info.external_attr >> 16)
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts:
        return f"its path in the zip, {name[:100]!r}, leads out of it; it was not unpacked"
    if not name.isprintable():
        return "its name in the zip has characters that cannot be printed; rename it"
    if kind not in (0, stat.S_IFREG):
        return "it is a link or a device; hand in the notebook itself"
    if name.lower().endswith(".zip"):
        return "it is a zip in a zip; unpack it and hand in the notebook itself"
    if info.flag_bits & 1:
        return "it is encrypted; hand in a zip without a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is compressed in a way that is not read here; make the zip with deflate"
    if info.file_size > SIZE_LIMIT:
        return (
            f"it is larger than {SIZE_LIMIT >> 20} MB when unpacked; "
            "clear its outputs and hand it in again"
        )
    if info.file_size > room:
        return f"the zip's notebooks are larger than {TOTAL >> 30} GB together; grade it in parts"
    return ""


def _written(opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> str:
    """Write a member; why that failed, or nothing. zipfile itself stops at the size declared."""
    try:
        with opened.open(info) as source, path.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        return f"it is damaged in the zip ({error}); {AGAIN}"
    return ""


def _harmless(name: str) -> str:
    """The name as a relative path that stays below where it is put."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    parts = ["_" if p == ".." else re.sub(r"[\x00-\x1f\x7f:]", "_", p)[:200] for p in parts]
    return "/".join(parts).encode("utf-8", "replace").decode() or "_"


def _ignored(name: str) -> bool:
    """What macOS and editors add."""
    parts = [part for part in re.split(r"[\\/]", name) if part not in (".", "..")]
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)
