"""Torch, imported in the background of a lesson that needs it, while its first cells are read.

A thread starts when a notebook's kernel loads `check`, and only where the notebook is known to
import torch or asks what does. A cell that imports torch itself waits for the same import: Python
holds one lock for each module. Anywhere else nothing is started.
"""

import atexit
import os
import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from coursekit.checking.ready import LATE
from coursekit.exercises import mentions, names

TORCH = re.compile(r"^\W*(?:import|from) torch\b", re.MULTILINE)  # in a notebook
AT_ITS_TOP = re.compile(r"^(?:import|from) torch\b", re.MULTILINE)
PAUSE = 0.3  # seconds that the cell which starts it has for itself
_started: list[threading.Thread] = []


def start() -> threading.Thread | None:
    """Import torch in the background, in a kernel whose notebook needs it; once.

    Returns the thread, or None where there is nothing to do.
    """
    notebook = _notebook()
    if _started or notebook is None or not needs_torch(notebook):
        return None
    return begin(_import_torch)


def begin(work: Callable[[], None]) -> threading.Thread:
    """Do something in a thread that the process waits for before it ends, if not for long."""
    thread = threading.Thread(target=work, name="coursekit: torch, ahead of time", daemon=True)
    _started.append(thread)
    atexit.register(thread.join, 10)  # a library that is being loaded while Python ends may crash
    thread.start()
    return thread


def _import_torch() -> None:
    threading.Event().wait(PAUSE)
    with suppress(Exception):  # the lesson's own import tells what is wrong
        import_module("torch")
        for name in LATE["torch"]:
            import_module(name)


def needs_torch(notebook: Path) -> bool:
    """True if a lesson's notebook imports torch, or asks an exercise whose module does."""
    lesson = re.sub(r"^\d+_", "", notebook.stem)
    if lesson not in names():
        return False
    with suppress(OSError, ValueError):
        if TORCH.search(notebook.read_text("utf-8")):
            return True
    return mentions(lesson, AT_ITS_TOP)


def _notebook() -> Path | None:
    """The notebook whose kernel this is, as the front end tells it; None where nobody tells."""
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    if getattr(shell, "kernel", None) is None:
        return None
    told = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    return Path.cwd() / Path(str(told)).name if told else None
