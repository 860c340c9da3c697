"""The judge's end of the socket to a host: every wait has an end, whatever the other side does."""

import signal
import socket
import time
from typing import Any

import msgspec

from coursekit.checking.limits.guard import PATIENCE
from coursekit.sandbox.box import Limits
from coursekit.sandbox.wire.frame import WireError, frame, read_frame
from coursekit.sandbox.wire.messages import Begin, Ready, judge_decoder

OVERFED = 78  # exit code of a host whose processes together used too much memory
ENDINGS: dict[int, tuple[str, str]] = {
    signal.SIGXCPU: ("timeout", "it used more processor time than allowed"),
    signal.SIGKILL: ("crashed", "it was killed; most often the machine ran out of memory"),
    signal.SIGSEGV: ("crashed", "it crashed: a segmentation fault"),
    signal.SIGABRT: ("crashed", "it aborted; most often a library ran out of memory"),
    signal.SIGBUS: ("crashed", "it crashed: a bus error"),
    signal.SIGFPE: ("crashed", "it crashed: an arithmetic fault"),
}


class HostLate(Exception):
    """The host did not answer in time."""


class HostGone(Exception):
    """The host's process ended; the text says how, `status` what to call the submission.

    `again`: the machine may have ended it. The number that a program exits with is not told: it is
    a word of the program's own.
    """

    def __init__(self, code: int | None):
        number = 0 if code is None else -code if code < 0 else code - 128  # a shell's way to say it
        self.code, self.status, words = code, *ENDINGS.get(number, ("crashed", ""))
        if code is None:
            words = "it closed its side of the connection"
        elif code == OVERFED:
            self.status, words = "oom", "its processes together used more memory than allowed"
        self.again = number == signal.SIGKILL
        super().__init__(words or "it ended itself")


class Channel:
    """A host as something to send messages to and receive them from, each before a time `end`.

    Use as a context manager: at its end nothing of the host is left.
    """

    def __init__(self, ours: socket.socket):
        self.socket = ours

    def begin(self, limits: Limits, *, processes: int, imports: tuple[str, ...]) -> None:
        """Wait until the host is up and put it under its limits.

        Raises:
            HostLate, HostGone, WireError
        """
        end = time.monotonic() + limits.start
        ready, _ = self.receive(end)
        if not isinstance(ready, Ready):
            raise WireError("it said something else first")
        sizes = (limits.memory, limits.file_size, processes, limits.files)
        # The host counts for itself; this is for one that does not.
        begin = Begin(int(2 * limits.total) + 30, PATIENCE, *sizes, list(imports))
        self.send(begin, [], end)

    def send(self, message: msgspec.Struct, buffers: list[bytes], end: float) -> None:
        """Send one frame.

        Raises:
            HostLate, HostGone
        """
        try:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            self.socket.sendall(frame(message, buffers))
        except TimeoutError as error:
            raise HostLate from error
        except OSError as error:
            raise HostGone(self.exit_code()) from error

    def receive(self, end: float) -> tuple[Any, bytes]:
        """The next message and its body.

        Raises:
            HostLate, HostGone, WireError
        """

        def read(n: int) -> bytes:
            got = bytearray()  # grows with what comes, not with what a prefix claims
            while len(got) < n:
                left = end - time.monotonic()
                if left <= 0:
                    raise HostLate
                self.socket.settimeout(left)
                piece = self.socket.recv(min(n - len(got), 1 << 18))
                if not piece:
                    raise HostGone(self.exit_code())
                got += piece
            return bytes(got)

        try:
            return read_frame(read, judge_decoder)
        except TimeoutError as error:
            raise HostLate from error
        except OSError as error:
            raise HostGone(self.exit_code()) from error

    def exit_code(self) -> int | None:
        """The exit code of a host that has just ended; None if it has not."""
        raise NotImplementedError

    def close(self) -> None:
        """End the host and all that it started; safe to call twice."""
        raise NotImplementedError

    def __enter__(self) -> "Channel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
