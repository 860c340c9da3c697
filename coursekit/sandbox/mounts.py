"""What a box shows: of the system what Python needs, read-only; of the course, nothing.

The rule is a list of what may be seen, not of what may not. Only where something secret lies
inside what must be seen (coursekit itself, in site-packages) is it covered. What is not the
system's own is shown at a neutral place: a path of the machine may hold somebody's name.
"""

import shutil
import site
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = Path("/box")
# What runs on both sides of the wall, by its place in the course: the box shows it as `sandbox.…`.
GUESTS = {"sandbox": ("wire", "inside"), "checking": ("guest",)}
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
LIBRARIES = ("/lib", "/lib32", "/lib64", "/libx32", "/usr/lib", "/usr/lib64")  # or links to them
SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/usr/lib/locale/C.utf8",
    "/usr/lib/locale/C.UTF-8",
    "/sys/devices/system/cpu",
    "/sys/kernel/mm/transparent_hugepage",  # malloc looks there
)
MANY = 200  # libraries beside one another: the folder is shown, whatever else is in it


@dataclass(frozen=True)
class Mount:
    """One thing that the box shows (`show`), or hides although it lies inside one (`cover`)."""

    path: Path  # in the box
    action: str = "show"
    source: Path | None = None  # where it lies outside, if elsewhere
    folder: bool = True


def inside(path: Path) -> Path:
    """Where the box shows what lies here outside: the system at its own place, all else in /box."""
    for here, there in _places():
        if _inside(path, here):
            return there / path.relative_to(here)
    return path


def interpreter() -> Path:
    """The Python that runs inside: the base one, so that no virtual environment is needed."""
    return Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()


def loader_path() -> str:
    """Where the box's Python looks for its own library; "" where the loader knows or none is."""
    base = Path(sys.base_prefix).resolve()
    own = sysconfig.get_config_var("Py_ENABLE_SHARED") and not _of_system(base)
    return str(inside(base / "lib")) if own else ""


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
    shown = _outside()
    hidden = in_sight((*own_files(), *(p for p in secret if p.exists())))
    covers = [Mount(c, "cover", folder=path.is_dir()) for path in hidden for c in _seen(path)]
    guests = [
        _mount(PACKAGE / home / guest, ROOT / "sandbox" / guest)
        for home, guests in GUESTS.items()
        for guest in guests
    ]
    placed = [*_needed([_mount(path, inside(path)) for path in shown], covers), *guests, *covers]
    return sorted(placed, key=lambda m: (len(m.path.parts), m.path))


def in_sight(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those that lie in what a box shows of the machine, and so must be covered there."""
    shown = _outside()
    found = [path.resolve() for path in paths]
    return tuple(p for p in dict.fromkeys(found) if any(_inside(p, s) for s in shown))


def helpers() -> list[Path]:
    """What root runs on the way into the box."""
    return [Path(found) for name in ("bwrap", "setpriv") if (found := shutil.which(name))]


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


def _outside() -> list[Path]:
    """What a box shows of the machine."""
    base = Path(sys.base_prefix).resolve()
    if _of_system(base):
        python = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
        python += Path(sysconfig.get_config_var("LIBDIR") or base / "lib").glob("libpython3*.so*")
    else:
        python = [base / "lib", base / "lib64"]
    folders = [Path(folder) for folder in LIBRARIES]
    links = [folder for folder in folders if folder.is_symlink()]
    loader = [file for folder in folders for file in folder.resolve().glob("ld-*.so*")]
    settings = [Path(path) for path in SETTINGS]
    wanted = [*links, *loader, *_libraries(), *settings, *python, interpreter(), *packages()]
    return [path for path in dict.fromkeys(wanted) if path.exists()]


@cache
def _libraries() -> tuple[Path, ...]:
    """The folders and files of shared libraries that the loader knows."""
    program = shutil.which("ldconfig", path="/sbin:/usr/sbin:/bin:/usr/bin")
    told = ""
    if program:
        told = subprocess.run(
            [program, "-p"], capture_output=True, text=True, errors="replace", check=False
        ).stdout
    known = [Path(line.rpartition(" => ")[2]).parent for line in told.splitlines() if "=>" in line]
    if not known:  # musl, for one
        known = [Path("/lib"), Path("/usr/lib")]
    found: list[Path] = []
    for folder in dict.fromkeys(path.resolve() for path in known):
        files = sorted(folder.glob("*.so*"))
        found += [folder] if len(files) > MANY or "-linux-" in folder.name else files
    return tuple(found)


def _places() -> list[tuple[Path, Path]]:
    """Where what is not the system's own lies outside, and in the box."""
    base, python = Path(sys.base_prefix).resolve(), interpreter()
    kept = [] if _of_system(base) else [(base, ROOT / "python")]
    if not (_inside(python, base) or _of_system(python)):
        kept.append((python, ROOT / "python" / "bin" / python.name))
    for number, folder in enumerate(packages()):
        if not (_of_system(folder) or any(_inside(folder, here) for here, _ in kept)):
            kept.append((folder, ROOT / "packages" / str(number)))
    return sorted(kept, key=lambda place: -len(place[0].parts))


def _of_system(path: Path) -> bool:
    return any(Path(root) == path or Path(root) in path.parents for root in SYSTEM)


def _mount(source: Path, place: Path) -> Mount:
    return Mount(place, source=source if source != place else None, folder=source.is_dir())


def _seen(path: Path) -> list[Path]:
    """Every place in the box at which something of the machine is seen."""
    shown = [s for s in _outside() if _inside(path, s)]
    return list(dict.fromkeys(inside(s) / path.relative_to(s) for s in shown))


def _needed(shown: list[Mount], covers: list[Mount]) -> list[Mount]:
    """What is not already shown by a folder above it, unless a cover lies in between."""
    kept: list[Mount] = []
    for mount in sorted(shown, key=lambda m: len(m.path.parts)):
        above = [k for k in kept if _inside(mount.path, k.path) and not k.path.is_symlink()]
        covered = [c for c in covers if mount.path != c.path and _inside(mount.path, c.path)]
        if covered or not above:
            kept.append(mount)
    return kept


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents
