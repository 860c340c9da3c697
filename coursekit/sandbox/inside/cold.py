"""A host that starts from cold: imports everything for itself, in a box that is its alone."""

import contextlib
import os

from . import jail
from .host import serve
from .watch import Watch, fork_watched


def main(descriptor: int, memory: int = 0, disk: int = 0) -> None:
    """Serve one submission.

    Args:
        memory: bytes that its processes may use together; 0 where that cannot be watched.
        disk: bytes that each private folder holds.
    """
    if not memory:
        return serve(descriptor)
    mounts = os.open("/proc/self/ns/mnt", os.O_RDONLY)  # while open, what was loaded has its path
    with contextlib.suppress(OSError):  # a set-uid bubblewrap gives no privileges to use for it
        jail.furnish_again(disk)
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    host, line = fork_watched()
    if host:
        os.close(descriptor)
        watch = Watch(proc)
        with contextlib.suppress(OSError):
            jail.see_nothing()
        jail.give_up_privileges()
        os._exit(watch.bury(host, line, memory))
    os.close(proc)
    os.close(mounts)
    with contextlib.suppress(OSError):
        jail.hide_mounts()
    jail.give_up_privileges()
    serve(descriptor)
    return None
