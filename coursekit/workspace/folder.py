"""The learner's workspace: a copy of the notebooks that is theirs, and JupyterLab opened on it."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from coursekit.errors import WorkspaceError
from coursekit.files import write_whole
from coursekit.terminal import say, word
from coursekit.workspace.trust import trust

PACKAGE = Path(__file__).parents[1]
LAB_SETTINGS = PACKAGE / "lab_settings"
READY_SECONDS = 60.0


def shipped() -> list[Path]:
    """Return the course's own notebooks: inside an installed package, or beside it in a clone."""
    for folder in (PACKAGE / "_notebooks", PACKAGE.parent / "notebooks"):
        if notebooks := sorted(folder.glob("*.ipynb")):
            return notebooks
    raise WorkspaceError(
        f"no notebooks came with coursekit in {PACKAGE}; install it again "
        "(in a clone: run `coursekit build`)"
    )


def pages(course: Sequence[Path]) -> list[Path]:
    """Return what the notebooks link to and lies beside them: the glossary, if it does."""
    found = {path.with_name("glossary.md") for path in course}
    return sorted(page for page in found if page.is_file())


def called(lesson: str, stems: Iterable[str]) -> str | None:
    """Return the NN_name that is meant by "04", "4", "name", "NN_name" or a file's name, if any."""
    plain = lesson.strip().removesuffix(".ipynb").removesuffix(".py")
    number = plain.zfill(2) if plain.isascii() and plain.isdigit() else None
    return next((stem for stem in stems if plain in (stem, stem[3:]) or number == stem[:2]), None)


def make(directory: Path, course: Sequence[Path] | None = None) -> list[Path]:
    """Copy the notebooks that `directory` lacks, and touch no file of the learner's that is there.

    A page that notebooks link to is brought up to date unless the learner has changed it.

    Args:
        directory: the workspace.
        course: the course's notebooks; those that came with coursekit if None.

    Returns:
        The notebooks that were written.

    Raises:
        WorkspaceError: the folder cannot be written, or is no folder.
    """
    course = shipped() if course is None else course
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for page in pages(course):
            if _is_ours(directory, page.name):
                _copy_new(page, directory)
        return [
            _copy_new(source, directory)
            for source in course
            if not os.path.lexists(directory / source.name)
        ]
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkspaceError(
            f"cannot make the workspace {directory}: {reason}; "
            "name another folder: coursekit lab DIR"
        ) from error


def base(directory: Path, name: str) -> Path:
    """Where a workspace keeps a notebook as the learner got it; an update starts from there."""
    return directory / ".coursekit" / "base" / name


def _copy_new(source: Path, directory: Path) -> Path:
    """Copy a file of the course that is not there yet, or is old, its base first."""
    target = directory / source.name
    for path in base(directory, source.name), target:
        if not path.exists() or path.read_bytes() != source.read_bytes():
            write_whole(path, source.read_bytes())
    return target


def _is_ours(directory: Path, name: str) -> bool:
    """True if the workspace lacks the file, or has it as it once came from the course."""
    target, kept = directory / name, base(directory, name)
    if not os.path.lexists(target):
        return True
    return target.is_file() and kept.exists() and target.read_bytes() == kept.read_bytes()


def lab(
    directory: Path, jupyter_args: list[str], *, made: Callable[[Path], object] | None = None
) -> int:
    """Make the workspace, serve it with JupyterLab until Ctrl-C, and return the exit code.

    The address is printed once the server answers. Its token travels through the environment,
    because every user of the machine can read a command line.

    Args:
        made: is given the workspace once it is made, before the server starts.

    Raises:
        WorkspaceError: no workspace, no JupyterLab, a port that is taken, or a server that dies.
    """
    if find_spec("jupyterlab") is None:
        raise WorkspaceError(
            f"JupyterLab is not installed for {sys.executable}; "
            f"run: {word(sys.executable)} -m pip install jupyterlab"
        )
    port = _named_port(jupyter_args)
    if port and _taken(port):
        raise WorkspaceError(
            f"port {port} is taken; name another (--port {port + 1}), "
            "or name none and a free one is found"
        )
    directory = directory.absolute()
    written = make(directory)
    trust(*written)
    if made is not None:
        made(directory)
    command, environment = _command(directory, jupyter_args), _environment(directory)
    server = subprocess.Popen(command, env=environment, cwd=directory)
    previous = signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        _announce(directory, written, _wait_until_ready(server))
        return server.wait()
    except KeyboardInterrupt:  # the terminal sent it to the server too, which is shutting down
        say("\nStopping. Saved work stays in the workspace.")
        return 0
    finally:
        _end(server)
        signal.signal(signal.SIGTERM, previous)


def _command(directory: Path, jupyter_args: list[str]) -> list[str]:
    """Return the server's command line; what the learner adds comes last and wins."""
    start = shipped()[0].name
    command = [sys.executable, "-m", "jupyterlab"]
    command += [f"--ServerApp.root_dir={directory}", f"--LabApp.default_url=/lab/tree/{start}"]
    command += [f"--LabApp.app_settings_dir={LAB_SETTINGS}", "--Application.log_level=WARN"]
    command += ["--ServerApp.answer_yes=True"]  # one Ctrl-C ends it
    if _named_port(jupyter_args):
        command += ["--ServerApp.port_retries=0"]  # a port asked for by name, or none
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command += ["--allow-root"]
    return command + jupyter_args


def _environment(directory: Path) -> dict[str, str]:
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    ours = {"JUPYTER_TOKEN": token, "COURSEKIT_WORKSPACE": str(directory)}
    startup = str(PACKAGE / "learning" / "startup.py")  # the learner's own comes first
    return {"PYTHONSTARTUP": startup, **os.environ, **ours}


def _named_port(jupyter_args: list[str]) -> int | None:
    """Return the port in `--port 8899` or `--port=8899`, if one is named."""
    words = " ".join(jupyter_args).replace("=", " ").split()
    for option, value in pairwise(words):
        if option in ("--port", "--ServerApp.port") and value.isdigit():
            return int(value)
    return None


def _taken(port: int) -> bool:
    try:
        with socket.create_connection(("localhost", port), timeout=1):
            return True
    except OSError:
        return False


def _wait_until_ready(server: subprocess.Popen) -> dict:
    """Return what the server says of itself (address, token) once it listens."""
    from jupyter_core.paths import jupyter_runtime_dir

    card = Path(jupyter_runtime_dir()) / f"jpserver-{server.pid}.json"
    begun = time.time()
    while time.time() < begun + READY_SECONDS:
        if server.poll() is not None:
            raise WorkspaceError(
                f"JupyterLab stopped before it was ready (exit code {server.returncode}); "
                "its own words are above"
            )
        try:
            if card.stat().st_mtime > begun - 5:  # older: left by a server killed long ago
                return json.loads(card.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not written yet, or half written
            pass
        time.sleep(0.1)
    raise WorkspaceError(f"JupyterLab was not ready after {READY_SECONDS:.0f} s")


def _announce(directory: Path, written: list[Path], card: dict) -> None:
    query = f"?token={card['token']}" if card.get("token") else ""
    say(f"Workspace  {directory} ({len(written)} notebooks added)")
    say(f"Open       {card['url']}lab/tree/{shipped()[0].name}{query}")
    say("Stop       Ctrl-C")


def _end(server: subprocess.Popen) -> None:
    """Let the server shut its kernels down; a second Ctrl-C, or ten seconds, end it at once."""
    if server.poll() is None:
        server.terminate()
    try:
        server.wait(timeout=10)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        server.kill()
        server.wait()
