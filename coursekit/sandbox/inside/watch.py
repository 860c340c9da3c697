"""The first process of a submission's namespace: buries children, and counts their memory.

A limit on each process does not hold against many of them. As the first process it cannot be
killed, stopped or left behind by those that it watches.
"""

import os
import signal

OVERFED = 78  # exit code: its processes together used too much memory
PAGE = os.sysconf("SC_PAGE_SIZE")


def fork_watched() -> int:
    """Fork as os.fork does; this process will hear of the child's end by `bury_and_watch`."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    return child


def bury_and_watch(host: int, memory: int) -> int:
    """Bury children until the host ends; its exit code, or OVERFED once all use too much memory."""
    inherited = _private_memory("self")
    while True:
        signal.sigtimedwait({signal.SIGCHLD}, 0.05)
        while ended := os.waitpid(-1, os.WNOHANG):
            if ended[0] == host:
                return exit_code(ended[1])
            if not ended[0]:
                break
        processes = [name for name in os.listdir("/proc") if name.isdecimal()]
        if sum(max(0, _private_memory(p) - inherited) for p in processes) > memory:
            return OVERFED


def _private_memory(process: str) -> int:
    """Bytes that a process does not share with a file."""
    try:
        with open(f"/proc/{process}/statm") as file:
            _, resident, shared, *_ = map(int, file.read().split())
    except (OSError, ValueError):  # it has just ended, or there is no /proc
        return 0
    return (resident - shared) * PAGE


def exit_code(status: int) -> int:
    """A wait status as an exit code; 128 more than the signal, where one ended it."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
