"""Namespaces of its own for each submission, made inside the box after a fork.

The zygote has imported everything already; a fork of it costs milliseconds. The fork goes into
fresh user, process, mount, network, IPC, host name and cgroup namespaces, gets its own temporary
folders, and gives up every privilege that making them needed. The kernel's numbers stand here
because Python has no names for them before 3.12.
"""

import ctypes
import os
import signal
from typing import Any

from .watch import MOST_FILES

CLONE = {
    "NS": 0x00020000,
    "CGROUP": 0x02000000,
    "UTS": 0x04000000,
    "IPC": 0x08000000,
    "USER": 0x10000000,
    "PID": 0x20000000,
    "NET": 0x40000000,
}
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = (
    1, 4, 24, 38, 47,
)  # fmt: skip
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION_3 = 0x20080522
REMEMBERED = ("/proc/cpuinfo", "/proc/meminfo")  # libraries look there for the processor

libc = ctypes.CDLL(None, use_errno=True)


def enter_namespaces() -> None:
    """Leave for namespaces of its own; the process namespace holds from the next fork on.

    Raises:
        OSError: this system forbids it.
    """
    user, group = os.getuid(), os.getgid()
    _call("unshare", sum(CLONE.values()))
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # lost with unshare; else the maps are root's
    for name, text in {
        "setgroups": "deny",
        "uid_map": f"{user} {user} 1",
        "gid_map": f"{group} {group} 1",
    }.items():
        _write(f"/proc/self/{name}", text)


def furnish(disk: int) -> int:
    """As the first process of the new namespaces: private folders, and a /proc of its own.

    Args:
        disk: bytes that each private folder holds.

    Returns:
        A descriptor of a /proc that shows these processes: for who watches, not for the host.

    Raises:
        OSError: this system forbids it.
    """
    _scratch(disk)
    _write("/proc/sys/user/max_user_namespaces", "0")
    try:
        _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        shown = _open_folder("/proc")
    except OSError:  # refused where /proc has something covered, as in many containers
        shown = _open_folder("/proc")  # the box's
        _cover_proc()
    os.chdir("/tmp")
    return shown


def furnish_again(disk: int) -> None:
    """Private folders that hold only so many files: bubblewrap's own hold any number.

    Raises:
        OSError: this system forbids it.
    """
    _call("unshare", CLONE["NS"])
    _scratch(disk)


def hide_mounts(proc: int) -> int:
    """Leave for a mount namespace whose mounts are all out of sight from the root that stays.

    /proc/self/mountinfo lists a namespace's mounts as far as the root reaches them, with the
    places on the machine that they come from.

    Args:
        proc: a descriptor of /proc.

    Returns:
        A descriptor of the namespace that was left: its mounts last while somebody has it open.

    Raises:
        OSError: this system forbids it.
    """
    root, left = _open_folder("/"), namespace(proc)
    _call("unshare", CLONE["NS"])
    os.fchdir(root)
    os.chroot(".")
    os.close(root)
    os.chdir("/tmp")
    return left


def namespace(proc: int) -> int:
    """A descriptor of this process's mount namespace."""
    return os.open("self/ns/mnt", os.O_RDONLY, dir_fd=proc)


def _open_folder(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def give_up_privileges() -> None:
    """No capability, no way to one, and death with the parent."""
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    die_with_parent()


def die_with_parent() -> None:
    """Be killed when the parent ends, however it ends."""
    _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _scratch(disk: int) -> None:
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    room = f"nr_inodes={MOST_FILES},mode=1777" + (f",size={disk}" if disk else "")
    for folder in ("/tmp", "/dev/shm"):
        _mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, room)


def _cover_proc() -> None:
    """An empty /proc but for what libraries read to know the processor."""
    kept = {}
    for path in REMEMBERED:
        with open(path, encoding="utf-8", errors="replace") as file:
            kept[path] = file.read()
    _mount("tmpfs", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4m,mode=755")
    for path, text in kept.items():
        _write(path, text)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY | MS_REMOUNT
    _mount("tmpfs", "/proc", "tmpfs", flags, "size=4m,mode=755")


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    words = [text.encode() if text is not None else None for text in (source, target, kind)]
    _call("mount", *words, ctypes.c_ulong(flags), data.encode())


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _call(name: str, *arguments: Any) -> None:
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
