"""Run a Python script as root and as an ordinary user, as far as this test run may.

Where the tests run as root, the ordinary user gets a view of the disk in which nothing that he
needs lies behind a folder he may not enter (/root, pytest's own temporary folders).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
ORDINARY = 12345  # no account has it, so no file is its own by accident
USERS = ("root", "ordinary")


def run_as(
    user: str, script: str, *arguments, folder: Path, timeout: float = 120
) -> subprocess.CompletedProcess:
    """Run `script` with this Python as that user, who may write in `folder`."""
    command = command_as(user, script, *arguments, folder=folder)
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=REPO)
    assert done.returncode == 0, done.stderr
    return done


def command_as(user: str, script: str, *arguments, folder: Path) -> list[str]:
    """The command that does so."""
    if user == "root" and os.geteuid() != 0:
        pytest.skip("these tests do not run as root")
    command = [sys.executable, "-B", "-c", script, *map(str, arguments)]
    if user == "ordinary" and os.geteuid() == 0:
        os.chown(folder, ORDINARY, ORDINARY)
        command = [*_become_ordinary(folder), *command]
    return command


def _become_ordinary(folder: Path) -> list[str]:
    """What root puts before a command so that the ordinary user runs it."""
    needed = {Path(p).resolve(): "--ro-bind" for p in (REPO, sys.prefix, sys.base_prefix)}
    needed[folder] = "--bind"
    closed = {path: gate for path in needed if (gate := _closed(path))}
    view = ["bwrap", "--dev-bind", "/", "/"]
    for gate in sorted(set(closed.values())):
        view += ["--perms", "0755", "--tmpfs", str(gate)]
    for path, gate in sorted(closed.items()):
        between = [p for p in reversed(path.parents) if gate in p.parents]
        view += [word for p in between for word in ("--dir", str(p))]
        view += [needed[path], str(path), str(path)]
    view += ["--setenv", "HOME", str(folder)]
    return [*view, "setpriv", f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups"]


def _closed(path: Path) -> Path | None:
    """The first folder on the way to a path that others may not enter."""
    ways = [*reversed(path.parents), path]
    return next((p for p in ways if not p.stat().st_mode & 0o001), None)
