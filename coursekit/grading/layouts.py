"""Whose notebook is this, and of which lesson? A table of the ways to lay a class out."""

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class Layout:
    """A way to lay submissions out.

    `pattern` reads a whole relative path, without .ipynb, into the groups `student` and `file`.
    More may be there: `person` (a number that tells people of one name apart), `order` (of two
    numbers the greater was handed in later) and `late`. `{lesson}` stands for the name of a
    lesson's notebook, `{any}` for any name, `{known}` for the lessons that are known here.
    """

    shape: str
    pattern: str


@dataclass(frozen=True)
class Place:
    """What a path says."""

    student: str
    lesson: str
    person: str = ""
    order: int = 0  # greater is newer; 0 where the path does not say
    version: int = 0  # of several copies of one name
    late: bool = False


MOODLE = r"(?P<student>[^/]+?)_(?P<person>\d+)_assignsubmission_file_"

# The first layout that accepts a path wins; a new one is a row. How the file names of the two
# learning platforms are made is read from their own code: Canvas, lib/content_zipper.rb
# (add_upload_submission); Moodle, mod/assign (the option "Download submissions in folders").
LAYOUTS = (
    Layout("STUDENT/NN_lesson.ipynb", r"(?!.*_assignsubmission_file_?/)(?P<student>[^/]+)/{any}"),
    Layout(
        "submitted/STUDENT/ASSIGNMENT/NN_lesson.ipynb",
        r"submitted/(?P<student>[^/]+)/[^/]+/{any}",
    ),
    Layout("NAME_12345_assignsubmission_file_/NN_lesson.ipynb", MOODLE + r"?/(?:.+/)?{any}"),
    Layout("STUDENT/LESSON/NN_lesson.ipynb", r"(?!submitted/)(?P<student>[^/]+)/[^/]+/{any}"),
    Layout("NAME_12345_assignsubmission_file_NN_lesson.ipynb", MOODLE + "{lesson}"),
    Layout(
        "lastfirst_[LATE_]12345_67890_NN_lesson.ipynb",
        r"(?P<student>(?:[^/]+?_)??(?P<late>LATE_)?(?:\d+|anon_[A-Za-z0-9]+))"
        r"_(?P<order>\d{3,})_{lesson}",
    ),
    Layout("STUDENT_NN_lesson.ipynb", r"(?!\d\d_{known}$)(?P<student>[^/]+?)_{lesson}"),
)
COPY = r"(?:-(?P<canvas>\d+)| \((?P<browser>\d+)\)|-Copy(?P<jupyter>\d+))?"
STEM = re.compile(rf"(?:\d\d_)?(?P<lesson>.+?){COPY}")


def shapes() -> str:
    """Every layout, to tell an instructor what is looked for."""
    return " or ".join(layout.shape for layout in LAYOUTS)


def places(paths: Iterable[PurePath], known: Iterable[str]) -> dict[PurePath, Place | None]:
    """What each path says, or None for one that no layout accepts.

    A class in one folder more than was needed (a zip of the folder `submissions`) is seen through.
    What could be several students or several versions of one student's is no layout: a guess would
    grade one of them and lose the others.
    """
    paths, known = list(paths), set(known)
    patterns = _patterns(known)
    plain = {path: _place(path, patterns) for path in paths}
    doubtful = _several_homes(plain)
    if len({path.parts[0] for path in paths}) == 1 and min(len(p.parts) for p in paths) > 1:
        inner = {path: _place(PurePath(*path.parts[1:]), patterns) for path in paths}
        read = [[p for p in way.values() if p and p.lesson in known] for way in (plain, inner)]
        gained = len(read[1]) - len(read[0])
        if len({p.student for p in read[1]}) > 1 and (gained > 0 or (gained == 0 and doubtful)):
            return inner
    return plain | dict.fromkeys(doubtful)


def _several_homes(found: dict[PurePath, Place | None]) -> list[PurePath]:
    """Files of one lesson in several folders of what may be a student, or a group of them."""
    homes: dict[tuple[str, str, str], list[PurePath]] = {}
    for path, place in found.items():
        if place and len(path.parts) == 3 and not place.person:
            homes.setdefault((path.parts[0], place.student, place.lesson), []).append(path)
    several = [files for files in homes.values() if len({file.parts[1] for file in files}) > 1]
    return [file for files in several for file in files]


def _patterns(known: Iterable[str]) -> list[re.Pattern[str]]:
    names = "(?:" + "|".join(map(re.escape, sorted(known, key=len, reverse=True))) + ")"
    copy = re.sub(r"\?P<\w+>", "?:", COPY)
    made = []
    for numbered in (rf"(?:\d\d_)?{names}", r"\d\d_\w+"):  # a name that is known, if there is one
        words = {
            "{any}": r"(?P<file>[^/]+)",
            "{lesson}": rf"(?P<file>{numbered}{copy})",
            "{known}": names,
        }
        for layout in LAYOUTS:
            made.append(functools.reduce(lambda t, w: t.replace(*w), words.items(), layout.pattern))
    return [re.compile(text) for text in dict.fromkeys(made)]


def _place(path: PurePath, patterns: list[re.Pattern[str]]) -> Place | None:
    text = path.with_suffix("").as_posix()
    match = next((m for pattern in patterns if (m := pattern.fullmatch(text))), None)
    if match is None:
        return None
    groups = match.groupdict()
    late, student = groups.get("late") is not None, groups["student"]
    if late:
        student = "".join(student.rsplit("LATE_", 1))
    stem = STEM.fullmatch(groups["file"])
    assert stem is not None
    copies = [int(n) for n in stem.group("canvas", "browser", "jupyter") if n]
    order = int(groups.get("order") or 0)
    person = groups.get("person") or ""
    student = unicodedata.normalize("NFC", student).strip()
    return Place(student, stem["lesson"], person, order, sum(copies), late)
