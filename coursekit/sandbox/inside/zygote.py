"""The zygote: has everything imported, and forks a host for each submission in milliseconds.

It takes orders from the judge alone, one at a time, and never reads what a submission says:

    start N with a socket attached: fork a host that serves on it, and whose processes may use
            N bytes of memory together; answers "started"
    branch  with a socket attached: fork a zygote that takes its orders there, and says "ready"
    stop    end the host and all it started; answers with how it ended, a number as of waitpid
    wait    the same, once the host has ended by itself; after a second it is stopped
"""

import contextlib
import gc
import os
import signal
import socket
import time
from importlib import import_module

from . import jail
from .confine import address_space, seed
from .host import serve
from .watch import Watch, exit_code, fork_watched

EARLY = (
    "IPython.core.inputtransformer2", "ast", "asyncio", "inspect", "linecache", "traceback",
    "numpy.random", "numpy.linalg", "numpy.fft",  # numpy imports them when they are asked for
)  # fmt: skip
LATE = {"torch": ("torch.fx.experimental.symbolic_shapes",)}  # half a second in the first gradient
REFUSED = 77  # exit code: this system does not let a fork into namespaces of its own


def main(descriptor: int, imports: list[str], disk: int) -> None:
    """Take orders over an inherited socket until it is closed."""
    orders = socket.socket(fileno=descriptor)
    for name in imports:
        import_module(name)
    for name in (*EARLY, *(late for early in imports for late in LATE.get(early, ()))):
        with contextlib.suppress(ImportError):
            import_module(name)
    seed()
    mapped = address_space()
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector of a fork leaves it alone
    orders.send(b"ready")
    child = 0
    while True:
        order, sockets, _, _ = socket.recv_fds(orders, 64, 1)
        if not order:
            break
        if order == b"branch":
            if not os.fork():
                orders.close()
                orders, child = socket.socket(fileno=sockets[0]), 0
                orders.send(b"ready")
            else:
                os.close(sockets[0])
        elif sockets:
            child = os.fork()
            if not child:
                orders.close()
                _guard(sockets[0], int(order.split()[1]), mapped, disk)
            os.close(sockets[0])
            orders.send(b"started")
        else:
            orders.send(str(_end(child, patience=1.0 if order == b"wait" else 0.0)).encode())
    _end(child, patience=0.0)


def _end(child: int, patience: float) -> int:
    """Wait for a child so long, then kill it; its wait status."""
    if not child:
        return 0
    end = time.monotonic() + patience
    try:
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return status
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)
        return os.waitpid(child, 0)[1]
    except (ChildProcessError, ProcessLookupError):
        return 0


def _guard(descriptor: int, memory: int, mapped: int, disk: int) -> None:
    """Between zygote and host: owns the namespaces, ends as the host ends. Does not return."""
    try:
        jail.enter_namespaces()
        jail.die_with_parent()
        first = os.fork()
        if not first:  # the first process of the new namespaces: when it ends, all in them end
            proc = jail.furnish(disk)
            kept = [proc, jail.hide_mounts(proc)]
            jail.give_up_privileges()
            host, line = fork_watched(kept)
            if not host:
                _host(descriptor, mapped)
            os.close(descriptor)
            os._exit(Watch(proc).bury(host, line, memory))
        os.close(descriptor)
        os._exit(exit_code(os.waitpid(first, 0)[1]))
    except OSError:
        os._exit(REFUSED)


def _host(descriptor: int, mapped: int) -> None:
    """The host itself. Does not return."""
    os.setsid()
    try:
        serve(descriptor, mapped)
    finally:
        os._exit(0)
