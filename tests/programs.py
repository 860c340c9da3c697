"""System programs that some tests need: whether they are here, and whether they work here."""

import shutil
from pathlib import Path

from coursekit.sandbox import box


def chromium() -> str | None:
    """Return the path of a Chromium, whatever this system calls it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def postgres() -> Path | None:
    """Return the folder of PostgreSQL's own programs, which Debian keeps off the path."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    found = [*filter(None, [shutil.which("initdb")]), *(str(h / "initdb") for h in reversed(homes))]
    return next((Path(p).parent for p in found if Path(p).exists()), None)


def gloo() -> bool:
    """Whether this torch lets processes talk to each other on CPUs."""
    from torch import distributed

    return distributed.is_available() and distributed.is_gloo_available()


def unusable(program: str) -> str | None:
    """Return why a system program cannot be used here, or None."""
    if program == "bwrap":  # present is not enough: some systems refuse it its namespaces
        return box.unusable()
    if program == "/proc":
        return None if Path("/proc/self/environ").exists() else "this system has no /proc"
    if program == "gloo":
        return None if gloo() else "this torch has no gloo, by which processes talk"
    special = {"chromium": chromium, "postgres": postgres}
    found = special[program]() if program in special else shutil.which(program)
    return None if found else f"{program} is not installed"
