"""The walls: how a host is started so that a stranger's code in it can reach nothing.

bubblewrap gives it namespaces of its own (user, process, network, IPC, mount, host name), an
empty environment and a read-only view of Python. Started by root, it first takes on an
unprivileged user: as root, limits on processes do not bind and every file is readable.
"""

import functools
import json
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from coursekit.errors import SandboxError
from coursekit.sandbox.mounts import (
    GUESTS,
    PACKAGE,
    ROOT,
    Mount,
    helpers,
    in_sight,
    inside,
    interpreter,
    loader_path,
    mounts,
    packages,
)

NOBODY = 65534
BOOT = (
    "import json, sys, types; homes, packages, role, given = json.loads(sys.argv[1]);"
    "sys.path += packages; sandbox = sys.modules['sandbox'] = types.ModuleType('sandbox');"
    "sandbox.__path__ = homes; from importlib import import_module;"
    "import_module('sandbox.inside.' + role).main(*given)"
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "USER": "learner",
    "LOGNAME": "learner",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",  # sets and dicts in the same order each time
    "PYTHONMALLOC": "malloc",  # from huge pages: a fork copies a far shorter page table
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "COURSEKIT_DEVICE": "cpu",
    "COURSEKIT_QUICK": "1",
}
INSTALL = {
    "apt-get": "sudo apt-get install bubblewrap",
    "dnf": "sudo dnf install bubblewrap",
    "pacman": "sudo pacman -S bubblewrap",
    "zypper": "sudo zypper install bubblewrap",
    "apk": "sudo apk add bubblewrap",
}


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Seconds are the processor's, and its own: not the judge's.

    Code that waits has `guard.PATIENCE` times as many.
    """

    exercise: float = 10.0
    total: float = 60.0
    memory: int = 2 << 30  # beyond what Python and its libraries map when they are loaded
    file_size: int = 16 << 20
    disk: int = 64 << 20
    processes: int = 64
    files: int = 256
    start: float = 60.0  # seconds for Python itself to come up


@dataclass(frozen=True)
class Box:
    """A way to start a host. `name` is what the reports say."""

    name: str
    secret: tuple[Path, ...] = ()  # covered where it would be seen: submissions, reports
    disk: int = Limits.disk

    def command(
        self, role: str, descriptor: int, imports: tuple[str, ...] = (), memory: int = 0
    ) -> list[str]:
        """The program to run: a "cold" host for one submission, or a "zygote" that forks hosts.

        Args:
            descriptor: of the inherited socket to the judge.
            imports: what a zygote has ready.
            memory: bytes that a host's processes may use together; a zygote is told by each order.
        """
        homes = [PACKAGE / home for home in reversed(GUESTS)]  # sandbox/guest.py is the judge's
        if self.name == "bubblewrap":
            homes = [ROOT / "sandbox"]
        place = inside if self.name == "bubblewrap" else Path
        watched = memory if self.name == "bubblewrap" else 0  # outside, /proc shows strangers too
        given = [descriptor, watched] if role == "cold" else [descriptor, imports]
        given.append(self.disk)
        known = [str(place(p)) for p in packages()]
        boot = json.dumps([[str(home) for home in homes], known, role, given])
        python = [str(place(interpreter())), "-s", "-S", "-P", "-B", "-c", BOOT, boot]
        return [*self._walls(role), *python] if self.name == "bubblewrap" else python

    def environment(self) -> dict[str, str]:
        """For the program itself. bubblewrap's own must be empty: the box can read it in /proc."""
        return {} if self.name == "bubblewrap" else ENVIRONMENT | {"HOME": "/nonexistent"}

    def _walls(self, role: str = "cold") -> list[str]:
        """bubblewrap's part of the command, for root with what makes it an ordinary user's."""
        known, program = _options(), str(shutil.which("bwrap"))
        space = "--unshare-user --unshare-pid --unshare-ipc --unshare-net --unshare-uts"
        walls = [program, *space.split(), "--unshare-cgroup-try", "--uid", str(NOBODY)]
        walls += ["--gid", str(NOBODY), "--die-with-parent", "--new-session", "--clearenv"]
        if role == "cold":  # a zygote's forks do it all themselves
            walls.append("--as-pid-1")
            walls += ["--disable-userns"] if "--disable-userns" in known else []
            if not Path(program).stat().st_mode & stat.S_ISUID:  # given up before the first cell
                for capability in ("SYS_ADMIN", "SYS_CHROOT", "SETPCAP"):
                    walls += ["--cap-add", f"CAP_{capability}"]
        libraries = {"LD_LIBRARY_PATH": path} if (path := loader_path()) else {}
        for name, value in (ENVIRONMENT | libraries).items():
            walls += ["--setenv", name, value]
        shown, size = mounts(self.secret), self.disk if "--size" in known else 0
        if os.geteuid() != 0:
            return [*walls, *_furnished(shown, size)]
        # Root first makes all of it visible to nobody, who then builds the box as anyone would.
        become = [str(shutil.which("setpriv")), "--reuid", str(NOBODY), "--regid", str(NOBODY)]
        outer = [program, "--die-with-parent", "--dir", "/tmp"]
        outer += ["--dev", "/dev", "--bind", "/proc", "/proc"]
        inner = [*walls, *_furnished([replace(mount, source=None) for mount in shown], size)]
        way = [Mount(path, folder=False) for path in helpers()]
        return [*outer, *_view([*shown, *way]), *become, "--clear-groups", *inner]


def open_box(name: str, secret: tuple[Path, ...] = ()) -> Box:
    """The box of that name, tried out.

    Raises:
        SandboxError: it cannot be used here; says what to do.
    """
    if name == "none":
        return Box(name)
    problem = unusable()
    if problem:
        raise SandboxError(problem)
    return Box(name, in_sight(secret))  # the rest needs no cover: one warm box serves many runs


@functools.cache
def unusable() -> str | None:
    """Why bubblewrap cannot be used here and what to do about it; None if it can."""
    if not sys.platform.startswith("linux"):
        return (
            "submissions are graded in a sandbox (bubblewrap), which only Linux has. Grade on "
            "Linux (WSL 2 will do), or, only if you trust every submission, with --sandbox none."
        )
    for program in ("bwrap", "setpriv") if os.geteuid() == 0 else ("bwrap",):
        if shutil.which(program) is None:
            package = "bubblewrap" if program == "bwrap" else "util-linux"
            return (
                f"{package} is not installed, and submissions are only run in its sandbox. "
                f"Install it: {install_line(package)}"
            )
    tried = subprocess.run(
        [*Box("bubblewrap")._walls(), str(inside(interpreter())), "-S", "-c", "pass"],
        env={}, cwd="/", capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if tried.returncode == 0:
        return None
    return (
        f"bubblewrap is installed but cannot make a sandbox here: {tried.stderr.strip()[-300:]}. "
        "In a container, allow user namespaces (for Docker: --security-opt seccomp=unconfined); "
        "on the system itself, look at kernel.unprivileged_userns_clone and at AppArmor."
    )


def install_line(package: str = "bubblewrap") -> str:
    """The command that installs a package here, or its newest version."""
    line = next((c for p, c in INSTALL.items() if shutil.which(p)), INSTALL["apt-get"])
    return line.replace("bubblewrap", package)


@functools.cache
def _options() -> str:
    """What this bubblewrap's help lists: --size came with 0.7, --disable-userns with 0.8."""
    done = subprocess.run(
        [str(shutil.which("bwrap")), "--help"], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def _furnished(shown: list[Mount], disk: int) -> list[str]:
    """The whole inside: /proc, /dev, what is shown, and nothing to write in but private folders."""
    size = ["--size", str(disk)] if disk else []
    scratch = [*size, "--perms", "1777", "--tmpfs"]
    out = [
        "--dir",
        str(ROOT / "nothing"),
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        *scratch,
        "/dev/shm",
        *scratch,
        "/tmp",
    ]
    covers = [m for m in shown if m.action == "cover" and m.folder]
    sealed = ["/dev", "/", *(str(m.path) for m in covers)]
    seal = [word for path in sealed for word in ("--remount-ro", path)]
    return [*out, *_view(shown), *seal, "--chdir", "/tmp"]


def _view(shown: list[Mount]) -> list[str]:
    """The mounts as bubblewrap's arguments, parents before children."""
    out: list[str] = []
    made = {Path("/")}
    for mount in shown:
        for parent in reversed(mount.path.parents):  # else only root could pass through them
            if parent not in made:
                out += ["--dir", str(parent)]
        out += _one(mount)
        made |= {mount.path, *mount.path.parents}
    return out


def _one(mount: Mount) -> list[str]:
    path = str(mount.path)
    if mount.action == "cover":
        return ["--tmpfs", path] if mount.folder else ["--ro-bind", "/dev/null", path]
    if mount.source is None and mount.path.is_symlink():
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind", str(mount.source or path), path]
