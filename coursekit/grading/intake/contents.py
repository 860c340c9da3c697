"""Is this file a notebook, and of which lesson? Told from its bytes, whatever it is called.

Nothing is parsed: whoever wrote the file chose how deep and how large it is. What is looked for are
keys of JSON and first lines of definitions, each in time that grows with the file and no faster.
"""

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading import course
from coursekit.grading.intake.notebook import SIZE_LIMIT

HEAD = 4096
BLANK = b"\xef\xbb\xbf \t\r\n"
LESSON = re.compile(rb'"coursekit"\s{0,99}:\s{0,99}\{[^{}]{0,999}?"lesson"\s{0,99}:\s{0,99}"(\w+)"')
MARK = re.compile(rb'"(?:exercise|id)"\s{0,99}:\s{0,99}"(\w+)"')
DEFINED = re.compile(rb'(?:"|\\n) {0,99}(?:async )?(?:def|class) {1,9}(\w+)')  # in a string of JSON


@dataclass(frozen=True)
class Content:
    """What a file holds; `lesson` is "" where it does not tell, `how` says what told it."""

    notebook: bool
    lesson: str = ""
    how: str = ""


NOTHING = Content(False)


def claims(name: str) -> bool:
    """True if a file's name says that it is a notebook, or a zip of them."""
    return re.search(r"\.(ipynb([\W_].*)?|zip)$", name, re.IGNORECASE | re.DOTALL) is not None


def starts_as_json(head: bytes) -> bool:
    """True if a file that begins with these bytes could be a notebook."""
    return head.lstrip(BLANK)[:1] == b"{"


def look(path: Path, called: str, known: Iterable[str]) -> Content:
    """What a file holds.

    Args:
        path: of a regular file; what cannot be read holds nothing.
        called: the lesson that its name says, if any: it is doubted only where the file says
            that it is of another.
        known: the names of all lessons.
    """
    try:
        about = os.lstat(path)
        if not stat.S_ISREG(about.st_mode) or about.st_size > SIZE_LIMIT:
            return NOTHING
        with path.open("rb") as file:
            data = file.read(HEAD)
            if not starts_as_json(data):
                return NOTHING
            data += file.read(SIZE_LIMIT)
    except OSError:
        return NOTHING
    kinds = (b'"cells"', b'"worksheets"')
    if not any(k in data for k in kinds) or not (b'"nbformat"' in data or b'"cell_type"' in data):
        return NOTHING
    return Content(True, *_lesson(data, called, list(known)))


def _lesson(data: bytes, called: str, known: list[str]) -> tuple[str, str]:
    said = {name.decode() for name in LESSON.findall(data)} & set(known)
    if called and said == {called}:
        return called, ""
    marks, texts = ({n.decode() for n in pattern.findall(data)} for pattern in (MARK, DEFINED))
    answers = {lesson: len(course.asked(lesson) & (marks | texts)) for lesson in known}
    if len(said) == 1 and (answers[min(said)] or not answers.get(called)):
        return min(said), "its metadata says"
    if called:  # whoever writes def has a helper in mind, or a lesson; an id is the course's own
        marked = {lesson: len(course.asked(lesson) & marks) for lesson in known}
        best = "" if answers[called] else _best(marked)
        return (best, "the exercises in it say") if best else (called, "")
    best = _best(answers)
    return best, "the exercises in it say" if best else ""


def _best(answers: dict[str, int]) -> str:
    """The lesson of most of whose exercises there is something, unless two have as many."""
    most = max(answers.values(), default=0)
    first = [lesson for lesson, count in answers.items() if count == most]
    return first[0] if most and len(first) == 1 else ""
