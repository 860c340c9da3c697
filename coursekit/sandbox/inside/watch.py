"""The first process of a submission's namespace: buries children, and counts their memory.

A limit on each process does not hold against many of them, nor does one on private memory against
shared. As the first process it cannot be killed, stopped or left behind by those that it watches;
it is not dumpable, so that what /proc has of it is not theirs to open.
"""

import contextlib
import ctypes
import math
import os
import select
import signal
import socket
import time

OVERFED = 78  # exit code: its processes together used too much memory
PR_SET_DUMPABLE = 4
SCRATCH = ("/tmp", "/dev/shm")  # file systems in memory: what lies there counts
MOST_FILES = 1 << 14  # in each of them; an empty file takes memory that no other limit counts
PER_SECOND = 20 << 30  # bytes: no memory is filled faster, however many fill it
AGAIN, SHORTEST, LONGEST = 0.001, 0.005, 0.05  # seconds between two looks
HELD = (b"RssAnon:", b"RssShmem:", b"VmSwap:")  # of status: each page counts where it is mapped
OWN = (b"Private_Dirty:",)
SHARE = (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")  # of smaps_rollup: divided by those who map it


libc = ctypes.CDLL(None)
_ask: socket.socket | None = None  # the host's end of a line to who watches it


def fork_watched(kept: list[int]) -> tuple[int, socket.socket]:
    """Fork as os.fork does, for `Watch.bury`; besides the child, the watcher's end of their line.

    In the child it is not to be used: `settle` has the other end.

    Args:
        kept: descriptors that only the watcher keeps.
    """
    global _ask
    watcher, host = socket.socketpair()
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that Python handles
    _dumpable(False)  # before the child is there to see it otherwise
    child = os.fork()
    if not child:
        _dumpable(True)  # else the watcher could not look closely at it
        signal.signal(signal.SIGINT, interrupted)
        watcher.close()
        for descriptor in kept:
            os.close(descriptor)
        _ask = host
    else:
        host.close()
    return child, watcher


def settle() -> None:
    """Wait until the watcher has looked, where there is more than this process to look at.

    What a reply took is counted before the reply is sent. Who goes round this is looked at all
    the same, some milliseconds later.
    """
    if _ask is None:
        return
    try:
        os.kill(-1, 0)
        _ask.send(b"?")
        _ask.recv(1)
    except OSError:  # nobody else is here
        return


class Watch:
    """What is open of /proc and of the private folders.

    Args:
        proc: a descriptor of /proc; it may show others' processes too.
    """

    def __init__(self, proc: int):
        self.proc = proc
        self.folders = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in SCRATCH]

    def bury(self, host: int, line: socket.socket, memory: int) -> int:
        """Bury children until the host ends; its exit code, or OVERFED if all use too much memory.

        Args:
            line: on which the host asks to be looked at.
            memory: bytes that the host and all its offspring may hold together, beside what they
                still share with this process, which has all that there was at the fork.
        """
        events, asked, over = select.poll(), False, False
        events.register(line, select.POLLIN)
        with contextlib.suppress(OSError):  # older than Linux 5.3: its end is seen at the next look
            events.register(os.pidfd_open(host), select.POLLIN)
        begun = time.monotonic()
        wake = begun + LONGEST  # nothing of a stranger runs before the first message
        while True:
            happened = [descriptor for descriptor, _ in events.poll(_milliseconds(wake))]
            while ended := os.waitpid(-1, os.WNOHANG):
                if ended[0] == host:
                    return exit_code(ended[1])
                if not ended[0]:
                    break
            if line.fileno() in happened:
                if not line.recv(1):  # closed on the other side: nobody will ask
                    events.unregister(line)
                asked, wake = True, min(wake, begun + AGAIN)
            if time.monotonic() < wake:  # they may ask as often as they like
                continue
            begun = time.monotonic()
            left = memory - self.used(memory)
            before, over = over, left < 0 or self.files() > MOST_FILES
            if over and before:  # twice: between vfork and exec two processes have one memory
                with contextlib.suppress(OSError):  # before the line is closed: nobody goes on
                    os.kill(-1, signal.SIGKILL)
                return OVERFED
            now = time.monotonic()
            if over:
                wake = now + AGAIN
                continue
            # A close look takes long: it must not be most of what is done.
            wake = begun + max(min(left / PER_SECOND, LONGEST), SHORTEST, 2 * (now - begun))
            if asked:
                asked = False
                with contextlib.suppress(OSError):
                    line.send(b".", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    def used(self, enough: int) -> int:
        """Bytes that all below this process hold, or more, as long as it is not above `enough`."""
        looked = self._below()
        scratch = sum(_bytes(folder) for folder in self.folders)
        bound = scratch + sum(looked.values())
        if bound <= enough:
            return bound
        here = self._share("self", 0) - self._sum("self/smaps_rollup", OWN)[0]
        shares = (self._share(name, held) for name, held in looked.items())
        return scratch + sum(max(0, share - here) for share in shares)

    def files(self) -> int:
        """Files in the fuller of the private folders."""
        found = map(os.fstatvfs, self.folders)
        return max(folder.f_files - folder.f_ffree for folder in found)

    def _below(self) -> dict[str, int]:
        """Bytes mapped by each process below this one."""
        try:
            me = os.readlink("self", dir_fd=self.proc)
            names = [name for name in os.listdir(self.proc) if name.isdecimal() and name != me]
        except OSError:
            return {}
        looked = {name: self._sum(f"{name}/status", HELD) for name in names}
        known = {me: True, "0": False, "": False}

        def mine(name: str) -> bool:
            chain = []
            while name not in known:
                chain.append(name)
                name = looked[name][1] if name in looked else ""
            known.update(dict.fromkeys(chain, known[name]))
            return known[name]

        return {name: held for name, (held, _) in looked.items() if mine(name)}

    def _share(self, name: str, held: int) -> int:
        """A process's share of what it maps. Who hides that (not dumpable) is charged for all."""
        try:
            return self._read(f"{name}/smaps_rollup", SHARE)[0]
        except PermissionError:
            return held
        except OSError:  # it has just ended
            return 0

    def _sum(self, path: str, fields: tuple[bytes, ...]) -> tuple[int, str]:
        try:
            return self._read(path, fields)
        except OSError:
            return 0, ""

    def _read(self, path: str, fields: tuple[bytes, ...]) -> tuple[int, str]:
        """Bytes in those fields of a file in /proc together, and the parent that it names."""
        total, parent = 0, ""
        descriptor = os.open(path, os.O_RDONLY, dir_fd=self.proc)
        try:
            for line in os.read(descriptor, 8192).splitlines():
                if line.startswith(fields):
                    total += int(line.split()[1]) << 10
                elif line.startswith(b"PPid:"):
                    parent = line.split()[1].decode()
        finally:
            os.close(descriptor)
        return total, parent


def exit_code(status: int) -> int:
    """A wait status as an exit code; 128 more than the signal, where one ended it."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _bytes(folder: int) -> int:
    found = os.fstatvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def _milliseconds(until: float) -> int:
    return max(0, math.ceil((until - time.monotonic()) * 1000))


def _dumpable(whether: bool) -> None:
    libc.prctl(PR_SET_DUMPABLE, int(whether), 0, 0, 0)
