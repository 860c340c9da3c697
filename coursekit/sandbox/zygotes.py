"""The judge's side of the zygote: a host in milliseconds, from a process that is already warm."""

import atexit
import functools
import socket
from collections.abc import Callable

from coursekit.errors import SandboxError
from coursekit.sandbox.box import Box, Limits
from coursekit.sandbox.channel import Channel, HostGone, HostLate
from coursekit.sandbox.process import ColdHost, Program
from coursekit.sandbox.wire.frame import WireError

REFUSED = 77  # exit code of a fork that may not have namespaces of its own
PATIENCE = 10.0  # seconds for an order; a zygote that needs more is replaced


class ZygoteGone(Exception):
    """The zygote does not do as it is told."""


class Zygote:
    """A warm process in a box, which forks hosts; it warms up while the judge does other things."""

    def __init__(self, box: Box, imports: tuple[str, ...]):
        self.program = Program(box, "zygote", imports, socket.SOCK_SEQPACKET)
        self.orders = self.program.socket
        self.ready, self.said = False, ""

    def wait(self) -> None:
        """See that it is warm.

        Raises:
            SandboxError: it does not come up.
        """
        if self.ready:
            return
        try:
            self.ready = self._hear(Limits.start) == b"ready"
            if not self.ready:
                raise ZygoteGone
        except ZygoteGone as error:
            forget(self)
            raise SandboxError(f"the sandbox did not start: {self.said}") from error

    def start(self, memory: int) -> socket.socket:
        """Fork a host whose processes may use so many bytes together; the socket to it."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self.orders, [b"start %d" % memory], [theirs.fileno()])
            if self._hear() != b"started":
                raise ZygoteGone
        except (OSError, ZygoteGone) as error:
            ours.close()
            raise ZygoteGone from error
        return ours

    def end_host(self, order: bytes) -> int:
        """Have the host ended: at once by "stop", in a second by "wait"; its wait status."""
        try:
            self.orders.send(order)
            return int(self._hear())
        except (OSError, ValueError) as error:
            raise ZygoteGone from error

    def close(self) -> None:
        """End the zygote and whatever it started."""
        self.said = self.program.end()

    def _hear(self, seconds: float | None = None) -> bytes:
        self.orders.settimeout(PATIENCE if seconds is None else seconds)
        try:
            heard = self.orders.recv(64)
        except OSError as error:
            raise ZygoteGone from error
        if not heard:
            raise ZygoteGone
        return heard


class Branch(Zygote):
    """A zygote that another process's zygote forks, as soon as that one is warm.

    It lives in the other one's box and ends with it at the latest.

    Raises:
        OSError: the other one is gone.
    """

    def __init__(self, root: socket.socket):
        self.orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.ready, self.said = False, ""
        try:
            with theirs:
                socket.send_fds(root, [b"branch"], [theirs.fileno()])
        except OSError:
            self.close()
            raise

    def wait(self) -> None:
        try:
            super().wait()
        except SandboxError as error:  # of the other one's: there is still a box of our own
            raise ZygoteGone from error

    def close(self) -> None:
        self.orders.close()


class WarmHost(Channel):
    """A host forked from a zygote, in namespaces of its own.

    Raises:
        ZygoteGone: it could not be forked.
        HostGone, HostLate, WireError: it did not come up.
    """

    def __init__(self, zygote: Zygote, limits: Limits):
        self.zygote: Zygote | None = zygote
        super().__init__(zygote.start(limits.memory))
        try:
            self.begin(limits, processes=limits.processes, imports=())
        except BaseException:
            self.close()
            raise

    def exit_code(self) -> int | None:
        return self._end(b"wait")

    def close(self) -> None:
        self.socket.close()
        self._end(b"stop")

    def _end(self, order: bytes) -> int | None:
        """Have the zygote end the host, once; one that cannot do that is ended itself."""
        zygote, self.zygote = self.zygote, None
        if zygote is None:
            return None
        try:
            status = zygote.end_host(order)
        except ZygoteGone:
            forget(zygote)
            return None
        return status >> 8 if not status & 0x7F else -(status & 0x7F)


_zygotes: dict[tuple[Box, tuple[str, ...]], Zygote] = {}
_roots: dict[tuple[Box, tuple[str, ...]], socket.socket] = {}  # zygotes of another process
_cold: set[Box] = set()  # where forks may not have namespaces of their own


def start_host(box: Box, limits: Limits, imports: tuple[str, ...] = ()) -> Channel:
    """A host for one submission: warm where that can be had, else cold. Both are as well confined.

    Raises:
        SandboxError: neither comes up.
    """
    for _ in range(2):  # a zygote that has gone wrong is replaced once
        zygote = prepare(box, imports)
        if zygote is None:
            break
        try:
            zygote.wait()
            return WarmHost(zygote, limits)
        except HostGone as gone:
            if gone.code == REFUSED:
                _cold.add(box)
            forget(zygote)
        except (ZygoteGone, HostLate, WireError):
            forget(zygote)
    return ColdHost(box, limits, imports)


def prepare(box: Box, imports: tuple[str, ...] = ()) -> Zygote | None:
    """Start what the next host needs and do not wait for it; None where hosts start cold."""
    if box.name != "bubblewrap" or box in _cold:
        return None
    if (box, imports) not in _zygotes:
        root = _roots.pop((box, imports), None)  # what it forked is replaced by one of our own
        _zygotes[box, imports] = (root and _branch(root)) or Zygote(box, imports)
    return _zygotes[box, imports]


def _branch(root: socket.socket) -> Zygote | None:
    with root:
        try:
            return Branch(root)
        except OSError:
            return None


def lend(box: Box, imports: tuple[str, ...]) -> Callable[[], None]:
    """Have a zygote warm up for other processes; what each of them calls to have its own of it.

    All that is imported is imported once, however many processes judge.
    """
    zygote = prepare(box, imports)
    return functools.partial(_borrow, box, imports, zygote.orders) if zygote else _nothing


def _borrow(box: Box, imports: tuple[str, ...], root: socket.socket) -> None:
    _roots[box, imports] = root


def _nothing() -> None:
    """Where hosts start cold there is nothing to borrow."""


def forget(zygote: Zygote) -> None:
    """End a zygote; the next host has another."""
    for key, known in list(_zygotes.items()):
        if known is zygote:
            del _zygotes[key]
    zygote.close()


@atexit.register
def close_all() -> None:
    """End every zygote of this process."""
    for zygote in list(_zygotes.values()):
        forget(zygote)
