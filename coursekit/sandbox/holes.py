"""Versions of bubblewrap with a hole that is known and matters here.

Left out are holes of what calls it in other ways: CVE-2024-42472 is Flatpak's, and CVE-2026-87766
takes a folder that the attacker may write to among the mounts. Distributions close holes without a
new number, so a version is a reason to look, not a proof.
"""

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple


class Hole(NamedTuple):
    """What was found in versions from `since` on, and closed in `fixed`."""

    name: str
    since: tuple[int, ...]
    fixed: tuple[int, ...]
    set_uid: bool  # only where bubblewrap is installed set-uid root
    what: str


HOLES = (
    Hole("CVE-2016-8659", (0,), (0, 1, 3), True, "local users could take its privileges"),
    Hole("CVE-2019-12439", (0,), (0, 3, 3), False, "others could lay files in its way in /tmp"),
    Hole("CVE-2020-5291", (0, 4, 0), (0, 4, 1), True, "local users could become root"),
    Hole("CVE-2026-41163", (0, 11, 0), (0, 11, 2), True, "local users could take its privileges"),
)


def known(version: tuple[int, ...], set_uid: bool) -> Hole | None:
    """The first hole of a version."""
    return next((h for h in HOLES if h.since <= version < h.fixed and h.set_uid <= set_uid), None)


def installed() -> tuple[tuple[int, ...], bool]:
    """The version of the installed bubblewrap, () where it does not say; whether it is set-uid."""
    program = shutil.which("bwrap")
    if program is None:
        return (), False
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    version = tuple(map(int, found[0].split("."))) if found else ()
    return version, bool(Path(program).stat().st_mode & stat.S_ISUID)


def warning() -> str | None:
    """One sentence on the installed bubblewrap's hole and what to install; None without one."""
    version, set_uid = installed()
    hole = known(version, set_uid) if version else None
    if hole is None:
        return None
    mine, fixed = (".".join(map(str, numbers)) for numbers in (version, hole.fixed))
    return f"bubblewrap {mine} has {hole.name} ({hole.what}); {fixed} has not"
