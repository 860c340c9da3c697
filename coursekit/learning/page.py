"""The notebook in whose kernel this is, as it lies on the disk: what it prints of its questions."""

import hashlib
import json
from pathlib import Path

from coursekit.checking import Question, Quiz, Result, Task
from coursekit.checking.questions.quiz import chosen_letters
from coursekit.learning.ahead import named
from coursekit.lettered import Page
from coursekit.matching import source

LARGEST = 50 << 20  # bytes
_read: dict[Path, tuple[bytes, Page]] = {}  # a file -> the hash of what was read, and that
_first: list[Page | None] = []  # what it printed when the kernel began


def judged(task: Question, value: object) -> Result:
    """The verdict on an answer, by what the notebook prints.

    A file that was brought up to date under an open page prints what the page may not: where that
    decides, nothing is judged.
    """
    now = printed()
    result = task.printed_on(now).judge(value)
    before = _first[0] if _first else None
    if before and task.printed_on(before).judge(value).passed != result.passed:
        words = "the notebook's file has other options by now than when this kernel began."
        after = "File > Reload Notebook from Disk, then Kernel > Restart Kernel, and answer again."
        return task.verdict("unsolved", words, after)
    return result


def todays(task: Task, value: object) -> object:
    """An answer in today's letters; `...` where the page does not tell which these are."""
    if not isinstance(task, Quiz):
        return value
    chosen, found = chosen_letters(value), set[str]()
    for page in (printed(), *filter(None, _first)):
        asked = task.printed_on(page)
        there = asked.todays(chosen & asked.options.keys())
        found.add(there if len(there) == len(chosen) else "")
    return found.pop() or ... if len(found) == 1 else ...


def begin() -> None:
    """Remember what the notebook prints: its kernel has just begun."""
    _first[:] = [printed()]


def printed() -> Page | None:
    """What the notebook prints, as it was saved last; None where nobody tells which it is."""
    try:
        file = named()
        if file is None:
            return None
        if file.stat().st_size > LARGEST:
            return None
        content = file.read_bytes()
        state = hashlib.sha256(content).digest()  # two saves may have one time, and one size
        if file not in _read or _read[file][0] != state:
            cells = json.loads(content.decode("utf-8-sig"))["cells"]
            _read[file] = state, Page((cell["cell_type"], source(cell)) for cell in cells)
        return _read[file][1]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # no file, or no notebook
        return None
