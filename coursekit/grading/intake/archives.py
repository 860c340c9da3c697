"""A zip from a stranger, unpacked so that it can write nowhere and fill nothing.

A member's name is never used as a path: each notebook is written under a number of its own. What is
no notebook stays inside, and has its line all the same.
"""

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from coursekit.errors import GradeError
from coursekit.grading.intake.contents import HEAD, claims, starts_as_json
from coursekit.grading.intake.noise import is_noise
from coursekit.grading.intake.notebook import SIZE_LIMIT

MEMBERS = 20_000
LONGEST, DEEPEST = 1000, 24  # characters and parts of a member's name; a zip allows 65,535 of both
TOTAL = 4 << 30
CHUNK = 1 << 20
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
AGAIN = "download it again from the learning platform"


@dataclass(frozen=True)
class Member:
    """A notebook out of a zip, or what was left inside and why."""

    name: str  # relative, without "..": also where the name in the zip is not
    path: Path
    problem: str = ""
    modified: float = 0.0  # orders the members of one zip; not a time of this machine
    kind: str = "file"  # or "other", which is no notebook; or "folder", which holds nothing


def unpack(archive: Path, scratch: Path) -> list[Member]:
    """Write a zip's notebooks into an empty folder; those that may not be are told, not written.

    Raises:
        GradeError: it is not a zip, or holds too many members to be a class.
    """
    scratch.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            count = len(opened.infolist())
            if count > MEMBERS:
                raise GradeError(
                    f"it holds {count} files, more than {MEMBERS}; hand in a class at a time"
                )
            infos = [(_short(_name(info)), info) for info in opened.infolist()]
            files = [(n, i) for n, i in infos if not n.endswith("/") and _made(n) == n]
            members, room, names = [], TOTAL, _Names()
            for number, (name, info) in enumerate(files):
                member = _unpacked(opened, info, name, scratch / f"{number}.ipynb", room)
                room -= info.file_size if member.kind == "file" and not member.problem else 0
                members.append(replace(member, name=names.harmless(name)))
            for name in _empty([name for name, _ in infos], [name for name, _ in files]):
                members.append(Member(names.harmless(name), scratch / "none", kind="folder"))
            return members
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise GradeError(f"it cannot be read as a zip ({error}); {AGAIN}") from error


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name, with / between its parts.

    Names that are not marked as UTF-8 often are: the format has no other word for them than the
    alphabet of the first PCs, in which every name can be read, and then is nobody's.
    """
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def _short(name: str) -> str:
    """A member's name without its middle, where that is far longer or deeper than disks allow."""
    parts = name.split("/")
    if len(parts) > DEEPEST:
        parts = [*parts[: DEEPEST // 2], "…", *parts[1 - DEEPEST // 2 :]]
        name = "/".join(parts)
    if len(name) > LONGEST:
        name = f"{name[: LONGEST // 2]}…{name[1 - LONGEST // 2 :]}"
    return name


def _unpacked(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, path: Path, room: int
) -> Member:
    whole = "-".join(f"{part:02d}" for part in info.date_time)
    about = Member(name, path, modified=float(re.sub(r"\D", "", whole)))
    if not claims(name) and (_problem(info, name, room) or not _starts_as_json(opened, info)):
        return replace(about, kind="other")
    problem = _problem(info, name, room) or _written(opened, info, path)
    if problem:
        path.unlink(missing_ok=True)
    return replace(about, problem=problem)


def _starts_as_json(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    try:
        with opened.open(info) as source:
            return starts_as_json(source.read(HEAD))
    except FAULTS:
        return False


def _problem(info: zipfile.ZipInfo, name: str, room: int) -> str:
    """Why a member is not unpacked, or nothing."""
    parts = PurePosixPath(name).parts
    kind = stat.S_IFMT(info.external_attr >> 16)
    if name != (whole := _name(info)):
        return (
            f"its path in the zip has {len(whole)} characters and {whole.count('/')} folders, more "
            "than a disk holds; rename it"
        )
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
    except FAULTS as error:
        return f"it is damaged in the zip ({error}); {AGAIN}"
    return ""


class _Names:
    """Names as relative paths that stay below where they are put; two that differ stay two."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}  # for each folder and file as it is called, a clean name
        self.taken: dict[str, int] = {}

    def harmless(self, name: str) -> str:
        """The clean path of a member."""
        raw = clean = ""
        for part in name.split("/"):
            if part in ("", "."):
                continue
            raw += "/" + part
            if raw not in self.given:
                self.given[raw] = self._free(f"{clean}/{_harmless(part)}")
            clean = self.given[raw]
        return clean.lstrip("/") or "_"

    def _free(self, clean: str) -> str:
        first, dot, ending = clean.partition(".ipynb")
        free = clean
        while free in self.taken:
            self.taken[clean] += 1
            free = f"{first} ({self.taken[clean]}){dot}{ending}"
        self.taken[free] = 1
        return free


def _harmless(part: str) -> str:
    """A part of a name as that of a file or folder."""
    if part == "..":
        return "_"
    part = re.sub(r"[\x00-\x1f\x7f:]", "_", part)[:200]
    return part.encode("utf-8", "replace").decode()


def _made(name: str) -> str:
    """As much of a name as somebody made: up to what macOS and editors add."""
    parts = name.split("/")
    own = next((n for n, part in enumerate(parts) if is_noise(part)), len(parts))
    return "/".join([*parts[:own], ""] if own < len(parts) else parts)


def _empty(names: list[str], files: list[str]) -> list[str]:
    """The folders in which there is neither a file nor another folder."""
    folders = dict.fromkeys(made for n in names if (made := _made(n)).endswith("/"))
    full = {n[: at + 1] for n in [*files, *(f[:-1] for f in folders)] for at in _slashes(n)}
    return [folder for folder in folders if folder not in full and folder.strip("./")]


def _slashes(name: str) -> list[int]:
    return [at for at, letter in enumerate(name) if letter == "/"]
