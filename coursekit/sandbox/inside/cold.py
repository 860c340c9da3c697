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
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    kept = [proc]
    with contextlib.suppress(OSError):  # a set-uid bubblewrap gives no privileges to use for it
        kept.append(jail.namespace(proc))  # that of bubblewrap: what was loaded there has its path
        jail.furnish_again(disk)
        kept.append(jail.hide_mounts(proc))
    jail.give_up_privileges()
    host, line = fork_watched(kept)
    if host:
        os.close(descriptor)
        os._exit(Watch(proc).bury(host, line, memory))
    serve(descriptor)
    return None
