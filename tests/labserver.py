"""A real `coursekit lab` for the tests: started, asked for its address, and ended."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LAB = (sys.executable, "-m", "coursekit", "lab")
SECONDS = 60


@dataclass
class Lab:
    """A running server: where it is, and what it has printed so far."""

    process: subprocess.Popen
    lines: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def base(self) -> str:
        return self.url[: self.url.index("/lab/")]

    @property
    def token(self) -> str:
        return self.url.partition("?token=")[2]

    def get(self, path: str = "") -> tuple[int, str]:
        """Fetch the printed address, or another path of the server with the same token."""
        url = f"{self.base}{path}?token={self.token}" if path else self.url
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return answer.status, answer.read().decode()

    def interrupt(self) -> int:
        """Do what Ctrl-C in a terminal does: SIGINT to every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(SECONDS)


@contextmanager
def lab(
    *arguments: str,
    command: tuple[str, ...] = LAB,
    home: Path,
    cwd: Path | None = None,
    quick: bool = False,
):
    """Yield a server that prints its address, with none of the user's own Jupyter settings."""
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env=environment(home) | ({"COURSEKIT_QUICK": "1"} if quick else {}),
        start_new_session=True,
    )
    running = Lab(process)
    ready = threading.Event()
    reader = threading.Thread(target=_read, args=(running, ready))
    reader.start()
    try:
        assert ready.wait(SECONDS), f"no address after {SECONDS} s: {''.join(running.lines)}"
        assert running.url, f"the server ended: {''.join(running.lines)}"
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(SECONDS)
        reader.join(SECONDS)
        process.stdout.close()


def _read(running: Lab, ready: threading.Event) -> None:
    """Read on until the end, or a full pipe would stop the server."""
    for line in running.process.stdout:
        running.lines.append(line)
        if found := re.search(r"^Open +(\S+)$", line):
            running.url = found[1]
            ready.set()
    ready.set()


def environment(home: Path) -> dict[str, str]:
    dirs = {
        f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    drop = ("JUPYTER_TOKEN", "COURSEKIT_WORKSPACE", "MAKEFLAGS", "MAKELEVEL", "MPLBACKEND")
    kept = {k: v for k, v in os.environ.items() if k not in drop}
    return kept | dirs | {"PYTHONUNBUFFERED": "1", "JUPYTER_PLATFORM_DIRS": "1"}


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
