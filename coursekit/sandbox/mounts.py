"""What a box shows: the system and Python's own files, read-only; of the course, nothing.

The rule is a list of what may be seen, not of what may not. Only where something secret lies
inside what must be seen (coursekit itself, in site-packages) is it covered.
"""

import shutil
import site
import sys
import sysconfig
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = Path("/box")
TMP = Path("/tmp")
GUESTS = tuple(
    f"sandbox/{name}" for name in ("wire.py", "parts.py", "values.py", "messages.py", "inside")
)
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
    "/sys/devices/system/cpu",
    "/sys/kernel/mm/transparent_hugepage",  # malloc looks there
)


@dataclass(frozen=True)
class Mount:
    """One thing that the box shows (`show`), or hides although it lies inside one (`cover`)."""

    path: Path
    action: str = "show"
    source: Path | None = None  # where it lies outside, if elsewhere
    folder: bool = True


def inside(path: Path) -> Path:
    """Where the box shows what lies here outside: the same place, unless that is in /tmp.

    The box has a /tmp of its own, which would hide a virtual environment that was made in /tmp.
    """
    return ROOT / "tmp" / path.relative_to(TMP) if TMP in path.parents else path


def interpreter() -> Path:
    """The Python that runs inside: the base one, so that no virtual environment is needed."""
    return Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()


def packages() -> list[Path]:
    """The folders that installed packages are imported from, in order."""
    found = [*site.getsitepackages(), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    if site.ENABLE_USER_SITE:
        found.append(site.getusersitepackages())
    return [p for p in dict.fromkeys(Path(f).resolve() for f in found) if p.is_dir()]


def mounts(secret: tuple[Path, ...] = ()) -> list[Mount]:
    """Everything to mount, parents before children.

    Args:
        secret: files and folders to cover wherever they would otherwise be seen.
    """
    shown = [Mount(p) for p in _outside()]
    shown += [Mount(ROOT / guest, source=PACKAGE / guest) for guest in GUESTS]
    hidden = in_sight((*own_files(), *(p for p in secret if p.exists())))
    covers = [Mount(path, "cover") for path in hidden]
    placed = [_placed(mount) for mount in [*_needed(shown, covers), *covers]]
    return sorted(placed, key=lambda m: (len(m.path.parts), m.path))


def in_sight(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those that lie in what a box shows of the machine, and so must be covered there."""
    shown = _outside()
    found = [path.resolve() for path in paths]
    return tuple(p for p in dict.fromkeys(found) if any(_inside(p, s) for s in shown))


def _outside() -> list[Path]:
    """What a box shows of the machine."""
    base = Path(sys.base_prefix)
    python = [base / "lib", base / "lib64", interpreter(), *packages()]
    helpers = map(shutil.which, ("bwrap", "setpriv"))
    wanted = [*map(Path, SYSTEM + SETTINGS), *python, *(Path(p) for p in helpers if p)]
    return [path for path in dict.fromkeys(wanted) if path.exists()]


def _placed(mount: Mount) -> Mount:
    """The mount at its place in the box."""
    here, there = mount.source or mount.path, inside(mount.path)
    moved = mount.source or (mount.path if there != mount.path else None)
    return Mount(there, mount.action, moved, here.is_dir())


def own_files() -> list[Path]:
    """Where coursekit and what it ships lie on this machine, installed or in a checkout."""
    found = {PACKAGE}
    if (PACKAGE.parent / "pyproject.toml").exists():
        found.add(PACKAGE.parent)  # a checkout: its solutions and tests too
    for folder in _package_folders():
        found |= set(folder.glob("*coursekit*"))
    try:
        files = metadata.files("coursekit") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate())).resolve()
        if not any(_inside(path, known) for known in found) and path.suffix in (".ipynb", ".py"):
            found.add(path)
    return sorted(found)


def _package_folders() -> list[Path]:
    """Every folder of installed packages that a box might show, imported from or not."""
    libraries = [Path(p, "lib") for p in (sys.base_prefix, "/usr", "/usr/local")]
    others = [f for lib in libraries for f in lib.glob("python3*/*-packages")]
    return list(dict.fromkeys([*packages(), *others]))


def _needed(shown: list[Mount], covers: list[Mount]) -> list[Mount]:
    """What is not already shown by a folder above it, unless a cover lies in between."""
    kept: list[Mount] = []
    for mount in sorted(shown, key=lambda m: len(m.path.parts)):
        above = [k for k in kept if _inside(mount.path, k.path) and not k.path.is_symlink()]
        covered = [c for c in covers if mount.path != c.path and _inside(mount.path, c.path)]
        if mount.source or covered or not above:
            kept.append(mount)
    return kept


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents
