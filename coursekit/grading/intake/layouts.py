"""Whose notebook is this, and of which lesson? A table of the ways to lay a class out."""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePath

from coursekit.grading.intake.dated import EXCHANGED, NAMED, number
from coursekit.grading.intake.filenames import COPY, STEM, any_of, contains, stem, uncopied


@dataclass(frozen=True)
class Layout:
    """A way to lay submissions out.

    `pattern` reads a whole relative path into the groups `student` and `file`, the learner's own
    name for the file. More may be there: `person` (a number that tells people of one name apart),
    `order` (of two numbers the greater was handed in later), `when` (the same, as a date) and
    `late`. `{lesson}` stands for the name of a lesson's notebook, `{any}` for any name, `{known}`
    for the lessons that are known here.

    What a platform writes comes first, and ends where it first can end: what follows is the
    learner's, and says nothing but the lesson.
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
    own: str = field(default="", compare=False)  # the learner's own name for the file
    user: str = field(default="", compare=False)  # Canvas's number for the student
    called: str = field(default="", compare=False)  # `student` before people were told apart
    shared: tuple[str, ...] = ()  # who else it is of
    notes: tuple[str, ...] = ()


CANVAS_ID = r"(?:\d+|anon_[A-Za-z0-9]+)"
# Up to the first pair of numbers and no further, or a pair in the learner's own name would count.
CANVAS_NAME = rf"(?:(?!(?:LATE_)?{CANVAS_ID}_\d+_)[^/_]*_)*?"
CANVAS = (
    rf"(?P<student>{CANVAS_NAME}(?P<late>LATE_)?(?P<user>{CANVAS_ID}))"
    r"_(?P<order>(?(late)\d+|\d{3,}))_{any}"
)
MOODLE = r"(?P<student>[^/]+?)_(?P<person>\d+)_assignsubmission_(?:file|onlinetext)_"
BLACKBOARD = r"(?:[^/]*?_)?(?P<student>[^/_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})"
BRIGHTSPACE = rf"(?P<person>\d+)-\d+ - (?P<student>[^/]+?) - {NAMED}"
EXCHANGE = rf"(?P<student>[^/+]+)\+[^/]+?\+{EXCHANGED}(?:\+[^/]+)?"

PLAIN = "STUDENT/NN_lesson.ipynb"
# A text that was typed in, or a link: no notebook, but somebody's.
TYPED = (
    re.compile(
        rf"(?P<student>{CANVAS_NAME}(?P<late>LATE_)?(?P<user>{CANVAS_ID}))_(?P<file>text|link)\.html"
    ),
    re.compile(BLACKBOARD + r"(?P<file>)\.txt"),
)

# The first layout that accepts a path wins; a new one is a row, and a platform's folder stands
# above the plain one, which takes any name for a student's. How file names are made is read from
# the learning platforms' own code: Canvas, lib/content_zipper.rb (add_upload_submission);
# Moodle, mod/assign (the option "Download submissions in folders"). Blackboard and Brightspace
# keep theirs to themselves; what they make is read from tools for it:
# https://github.com/kwurst/bb-file-cleanup, https://github.com/vangef/BBGradebookOrganiser,
# https://github.com/chase1971/D2L-Assignment-Assistant. The exchange's are of nbgrader's
# exchange/default/submit.py, which lays timestamp.txt beside the notebook.
LAYOUTS = (
    Layout(
        "submitted/STUDENT/ASSIGNMENT/NN_lesson.ipynb",
        r"submitted/(?P<student>[^/]+)/[^/]+/{any}",
    ),
    Layout("NAME_12345_assignsubmission_file_/NN_lesson.ipynb", MOODLE + r"?/(?:.+/)?{any}"),
    Layout(
        "12345-67890 - NAME - Jan 31, 2026 1159 PM/NN_lesson.ipynb", BRIGHTSPACE + "/(?:.+/)?{any}"
    ),
    Layout("STUDENT+ASSIGNMENT+2026-01-31 23:59:59 UTC/NN_lesson.ipynb", EXCHANGE + "/{any}"),
    Layout(PLAIN, r"(?P<student>[^/]+)/{any}"),
    Layout("STUDENT/LESSON/NN_lesson.ipynb", r"(?!submitted/)(?P<student>[^/]+)/[^/]+/{any}"),
    Layout("NAME_12345_assignsubmission_file_NN_lesson.ipynb", MOODLE + "{any}"),
    Layout("12345-67890 - NAME - Jan 31, 2026 1159 PM - NN_lesson.ipynb", BRIGHTSPACE + " - {any}"),
    Layout("ASSIGNMENT_NAME_attempt_2026-01-31-23-59-59_NN_lesson.ipynb", BLACKBOARD + "_{any}"),
    Layout("lastfirst_[LATE_]12345_67890_NN_lesson.ipynb", CANVAS),
    Layout("STUDENT_NN_lesson.ipynb", r"(?!\d\d_{known}$)(?P<student>[^/]+?)_{lesson}"),
)
MARKS = [re.compile(t.replace("{any}", "(?P<file>[^/]+)")) for t in (
    MOODLE + "{any}", BRIGHTSPACE + " - {any}", BLACKBOARD + "_{any}", CANVAS,
)]  # fmt: skip


def shapes() -> str:
    """Every layout, to tell an instructor what is looked for; the plain one first."""
    return " or ".join(sorted((layout.shape for layout in LAYOUTS), key=lambda s: s != PLAIN))


def mark(name: str) -> Place | None:
    """Whose a file is by what a learning platform wrote before the learner's own name for it."""
    match = next((m for pattern in MARKS if (m := pattern.fullmatch(name))), None)
    return _read(match) if match else None


def places(
    paths: Iterable[PurePath],
    known: Iterable[str],
    told: Mapping[PurePath, str] | None = None,
    beside: Iterable[PurePath] = (),
) -> dict[PurePath, Place | None]:
    """What each path says, or None for one that no layout accepts.

    A class in one folder more than was needed (a zip of the folder `submissions`) is seen through.
    What could be several students or several versions of one student's is no layout: a guess would
    grade one of them and lose the others.

    Args:
        paths: of the notebooks.
        known: the names of all lessons.
        told: lessons that the notebooks themselves name, which outweigh names of files.
        beside: paths of what is no notebook, placed as the notebooks are.
    """
    paths, beside, known, told = list(paths), list(beside), set(known), told or {}
    read = functools.partial(_place, patterns=_patterns(known), known=known)
    plain = {path: read(path, told.get(path, "")) for path in paths}
    others = {path: _whose(path, path, read) for path in beside}
    doubtful = _several_people(plain, known)
    if paths and len({p.parts[0] for p in paths}) == 1 and min(len(p.parts) for p in paths) > 1:
        inner = {path: read(_below(path), told.get(path, "")) for path in paths}
        lessons = [[p for p in way.values() if p and p.lesson in known] for way in (plain, inner)]
        gained = len(lessons[1]) - len(lessons[0])
        people = len({p.student for p in lessons[1]})
        if people > 1 and (gained > 0 or (gained == 0 and doubtful)):
            lies = [p for p in beside if len(p.parts) > 1 and p.parts[0] == paths[0].parts[0]]
            return others | {path: _whose(path, _below(path), read) for path in lies} | inner
    return others | plain | dict.fromkeys(doubtful)


def _below(path: PurePath) -> PurePath:
    return PurePath(*path.parts[1:])


def _whose(path: PurePath, inner: PurePath, read: Callable) -> Place | None:
    """Where something lies that is no notebook: in somebody's folder, however deep."""
    match = next((m for pattern in TYPED if (m := pattern.fullmatch(path.name))), None)
    if place := _read(match) if match and len(inner.parts) == 1 else read(inner, ""):
        return place
    parts = inner.parts[1:] if inner.parts[0] == "submitted" else inner.parts
    return Place(parts[0], stem(path.name)) if len(parts) > 1 else None


def _several_people(found: Mapping[PurePath, Place | None], known: Iterable[str]) -> list[PurePath]:
    """Notebooks of one lesson that may be of several students, though one is called their owner.

    They lie in several folders of what may be a group, or side by side under names that say
    different things of whose they are.
    """
    homes: dict[tuple[str, str], list[PurePath]] = {}
    for path, place in found.items():
        if place and len(path.parts) > 1 and not (place.person or place.order):
            homes.setdefault((place.student, place.lesson), []).append(path)
    return [file for files in homes.values() if _differ(files, known) for file in files]


def _differ(files: list[PurePath], known: Iterable[str]) -> bool:
    for depth in (2, 3):  # deeper ones are the folders of assignments
        if len({file.parent for file in files if len(file.parts) == depth}) > 1:
            return True
    owners = sorted({own for file in files if (own := _owner(file.name, known))}, key=len)
    return not all(later.startswith(first) for first, later in pairwise(owners))


def _owner(name: str, known: Iterable[str]) -> str:
    """What a file's name says besides the lesson: a person's name, or another of the learner's."""
    if place := mark(name):
        return place.student
    own = uncopied(stem(name))
    ends = contains(frozenset(known)).search(own)
    return re.sub(r"[\W\d_]", "", own[: ends.start()] if ends else own).lower()


def _patterns(known: Iterable[str]) -> list[re.Pattern[str]]:
    names = f"(?:{any_of(known)})"
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
    return [re.compile(text, re.DOTALL) for text in dict.fromkeys(made)]


def _place(
    path: PurePath, told: str, patterns: list[re.Pattern[str]], known: Iterable[str]
) -> Place | None:
    own = uncopied(stem(path.name)) or path.name
    text = "/".join([*path.parts[:-1], own])
    match = next((m for pattern in patterns if (m := pattern.fullmatch(text))), None)
    if match is None:
        return _told(own, told, known) if told and len(path.parts) == 1 else None
    return _read(match, told)


def _told(own: str, lesson: str, known: Iterable[str]) -> Place | None:
    """A notebook by itself that names its lesson: what its file's name says more is its owner."""
    ends = contains(frozenset(known)).search(own)
    owner = own[: ends.start()] if ends else STEM.sub(r"\g<lesson>", own)
    owner = unicodedata.normalize("NFC", owner.strip(" _-"))
    return Place(owner, lesson, own=own) if owner else None


def _read(match: re.Match[str], told: str = "") -> Place:
    groups = match.groupdict()
    late, student = groups.get("late") is not None, groups["student"]
    if late:
        student = "".join(student.rsplit("LATE_", 1))
    own = STEM.fullmatch(groups["file"])
    copies = [int(n) for n in own.group("canvas", "browser", "jupyter") if n] if own else []
    order = int(groups.get("order") or 0) or number(groups.get("when") or "")
    person = groups.get("person") or ""
    student = unicodedata.normalize("NFC", student).strip()
    lesson = told or (own["lesson"] if own else groups["file"])
    user = groups.get("user") or ""
    return Place(student, lesson, person, order, sum(copies), late, groups["file"], user)
