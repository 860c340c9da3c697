"""Programs in a box: a host started from cold, and what it said if it did not come up."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile

from coursekit.errors import SandboxError
from coursekit.patience import unlimited
from coursekit.sandbox.box import Box, Limits
from coursekit.sandbox.channel import Channel, HostGone, HostLate
from coursekit.sandbox.wire.frame import WireError


class Program:
    """A Python program in a box, with a socket to it; ended by `end`, whatever it does."""

    def __init__(self, box: Box, role: str, imports: tuple[str, ...], kind: int, memory: int = 0):
        self.folder = tempfile.TemporaryDirectory(prefix="coursekit-")  # seen only without a box
        self.boxed = box.name == "bubblewrap"
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, kind)
        with theirs, unlimited():  # its limits are its own
            self.process = subprocess.Popen(
                box.command(role, theirs.fileno(), imports, memory),
                env=box.environment(),
                cwd=self.folder.name if box.name == "none" else "/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def end(self) -> str:
        """End it and all that it started; the last words it printed before it was ready.

        Nothing is waited for: what it said is in the pipe, and another may hold that open.
        """
        self.socket.close()
        if self.process.poll() is None:
            self._kill()
        said = b""
        if self.process.stdout and not self.process.stdout.closed:
            os.set_blocking(self.process.stdout.fileno(), False)
            said = self.process.stdout.read(20_000) or b""
            self.process.stdout.close()
        with contextlib.suppress(OSError):
            self.folder.cleanup()
        return said.decode(errors="replace").strip()[-1000:]

    def _kill(self) -> None:
        """Kill it and all below it: stopped first, for what is stopped starts nothing more.

        bubblewrap's own processes end with their parents only once they have come up.
        """
        pid = self.process.pid
        found: list[int] = []
        while (now := family(pid)) != found:
            found = now
            _send(signal.SIGSTOP, found)
        _send(signal.SIGKILL, found[::-1])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        self.process.wait()


def _send(number: int, processes: list[int]) -> None:
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process, number)


def family(pid: int | None) -> list[int]:
    """A process and all that it started, as far as the system tells, parents first."""
    if pid is None:
        return []
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = [int(child) for child in file.read().split()]
    except (OSError, ValueError):
        children = []
    return [pid, *(one for child in children for one in family(child))]


class ColdHost(Channel):
    """A host in a process and a box of its own, which imports everything for itself.

    Raises:
        SandboxError: it does not come up.
    """

    def __init__(self, box: Box, limits: Limits, imports: tuple[str, ...] = ()):
        self.program = Program(box, "cold", imports, socket.SOCK_STREAM, limits.memory)
        super().__init__(self.program.socket)
        # Outside a box the limit would count every process of the user who grades.
        processes = limits.processes if box.name == "bubblewrap" else -1
        try:
            self.begin(limits, processes=processes, imports=imports)
        except (HostGone, HostLate, WireError) as error:
            raise SandboxError(f"the sandbox did not start: {self.program.end()}") from error
        except BaseException:
            self.close()
            raise

    def exit_code(self) -> int | None:
        try:
            return self.program.process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        self.program.end()
