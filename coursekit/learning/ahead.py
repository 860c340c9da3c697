"""Torch, imported in the background of a lesson that needs it, while its first cells are read.

A thread starts when a notebook's kernel loads `check`, and only where the notebook is known to
import torch or asks what does; anywhere else nothing is started. A cell that imports torch
meanwhile waits until the thread has done so. Python's own locks do not see to that: `import
torch.nn` holds torch.nn's and waits for torch's, while torch waits for torch.nn's; then one of the
two is given half a module.
"""

import atexit
import builtins
import os
import re
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

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
    notebook = named()
    if _started or notebook is None or not needs_torch(notebook):
        return None
    judged = mentions(_lesson(notebook), AT_ITS_TOP)
    return begin(also=LATE["torch"] if judged else ())


def begin(pause: float = PAUSE, also: tuple[str, ...] = ()) -> threading.Thread:
    """Import torch in a thread that every other import of torch waits for, and the process's end.

    Args:
        pause: seconds for which others go first, if none of them asks for torch.
        also: parts of torch that come after it; only those who ask for them wait so long.
    """
    asked, loaded, before = threading.Event(), threading.Event(), builtins.__import__

    def work() -> None:
        asked.wait(pause)
        try:
            with suppress(Exception):  # the lesson's own import tells what is wrong
                import_module("torch")
                loaded.set()
                for name in also:
                    import_module(name)
        finally:
            loaded.set()
            if builtins.__import__ is waiting:
                builtins.__import__ = before

    def waiting(name: str, *args: Any, **options: Any) -> Any:
        around = (args[0] if args else options.get("globals")) or {}
        # Whoever is inside of torch's own import (by import_module, which is not seen here) holds
        # locks that the thread waits for.
        inside = str(around.get("__name__", "")).partition(".")[0] == "torch"
        mine = inside or threading.current_thread() is thread
        if name.partition(".")[0] == "torch" and not mine and thread.is_alive():
            asked.set()
            loaded.wait()
            if name not in sys.modules:
                thread.join()
        return before(name, *args, **options)

    thread = threading.Thread(target=work, name="coursekit: torch, ahead of time", daemon=True)
    _started.append(thread)
    atexit.register(thread.join, 10)  # a library that is being loaded while Python ends may crash
    builtins.__import__ = waiting
    thread.start()
    return thread


def needs_torch(notebook: Path) -> bool:
    """True if a lesson's notebook imports torch, or asks an exercise whose module does."""
    lesson = _lesson(notebook)
    if lesson not in names():
        return False
    with suppress(OSError, ValueError):
        if TORCH.search(notebook.read_text("utf-8")):
            return True
    return mentions(lesson, AT_ITS_TOP)


def _lesson(notebook: Path) -> str:
    return re.sub(r"^\d+_", "", notebook.stem)


def named() -> Path | None:
    """The notebook whose kernel this is, as the front end tells it; None where nobody tells."""
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    if getattr(shell, "kernel", None) is None:
        return None
    told = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    if not told:
        return None
    file = Path(str(told))  # whole, or as it is called in the folder of the server
    return file if file.is_absolute() and file.exists() else Path(_home) / file.name


def _here() -> str:
    """The folder of the notebook; it may be left later, and may be gone already."""
    try:
        return os.getcwd()
    except OSError:
        return ""


_home = _here()
