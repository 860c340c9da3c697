"""What was handed in: each notebook in a folder or a zip, whose it is, which version counts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from coursekit import exercises
from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading.intake.beside import BLACKBOARD, Aside, from_platforms, leading, note
from coursekit.grading.intake.classroom import Classroom
from coursekit.grading.intake.contents import NOTHING, claims, look
from coursekit.grading.intake.filenames import STEM, named, stem, uncopied
from coursekit.grading.intake.inventory import Item, listed
from coursekit.grading.intake.layouts import PLAIN, Place, mark, places, shapes
from coursekit.grading.intake.submission import Submission as Submission
from coursekit.grading.intake.versions import newest, one_name_each


def discover(
    source: Path,
    scratch: Path | None = None,
    skip: Iterable[Path] = (),
    room: Classroom | None = None,
) -> list[Submission]:
    """Every submission in a folder or a zip, sorted by student and file.

    Whatever was handed in has a line or is named in one: what is no notebook in a note of its
    owner's notebook, or where there is none in a line that says so.

    Args:
        source: a folder in one of the layouts, which may hold zips of learning platforms; or a zip.
        scratch: an empty folder that zips are unpacked into.
        skip: files and folders that were not handed in, the reports' among them.
        room: who is in the class, and when what was handed in, where that is known.

    Raises:
        GradeError: there is no such folder or zip, or it is empty.
    """
    groups = list(listed(source, scratch, [*skip, *([scratch] if scratch else [])]))
    if not any(groups):
        raise GradeError(f"{source} holds no notebook; {shapes()} is looked for")
    known = exercises.names()
    ranked: list[tuple[tuple, Submission]] = []
    asides: list[Aside] = []
    for group in groups:
        made, others = _submissions(group, known, room or Classroom())
        ranked += made
        asides += others
    found = list(newest(ranked))
    found = _with_asides(found, asides, known)
    return sorted(one_name_each(found), key=lambda s: (s.student, s.file))


def _submissions(
    items: list[Item], known: list[str], room: Classroom
) -> tuple[list[tuple[tuple, Submission]], list[Aside]]:
    """Each notebook with what says which of two is the newer; and what is no notebook."""
    books: list[tuple[Item, str]] = []
    others: list[Item] = []
    told: dict[PurePath, str] = {}
    for item in items:
        called = named(item.relative.name, known)
        seen = NOTHING if item.problem or item.kind != "file" else look(item.path, called, known)
        if seen.notebook or (item.kind == "file" and claims(item.relative.name)):
            told[item.relative] = seen.lesson or called
            books.append((item, seen.how))
        else:
            others.append(item)
    paths = [item.relative for item, _ in books]
    beside = {item: _inside(item) for item in others}
    read = places(paths, known, told, beside.values())
    read = room.persons(read, {item.relative: item.file for item in items})
    made = []
    for item, how in books:
        place = read[item.relative]
        book, when = _submission(item, place, how, known, room)
        order = (place.order, item.modified, place.version) if place else (0, 0.0, 0)
        # Of two that came at once, what lies under their own name counts for each of a group.
        ranks = [(book.handed_in, when, *order, own, book.file) for own in (True, False)]
        made.append((ranks[0], book))
        others_of = place.shared if place else ()
        made += [(ranks[1], replace(book, student=other)) for other in others_of]
    asides = [
        Aside(student, whose.lesson if whose else "", item)
        for item, whose in ((item, read[path]) for item, path in beside.items())
        for student in ((whose.student, *whose.shared) if whose else ("",))
    ]
    ours = from_platforms(asides, [*paths, *beside.values()])
    return made, [one for one in asides if one not in ours or _is_text(one)]


def _inside(item: Item) -> PurePath:
    """Where a thing lies; of an empty folder, where what is not in it would."""
    return item.relative / "nothing" if item.kind == "folder" else item.relative


def _home(path: PurePath) -> str:
    """Whose folder a thing lies in, somewhere below."""
    parts = path.parts[1:] if path.parts[0] == "submitted" else path.parts
    return parts[0] if len(parts) > 1 else ""


def _submission(
    item: Item, place: Place | None, how: str, known: list[str], room: Classroom
) -> tuple[Submission, str]:
    """The submission, and when it was handed in by what lies beside it or stands in its name."""
    own = stem(item.relative.name)
    if place is None:
        place = room.person(Place(_home(item.relative), _without_number(own)), item.file)
        problem = item.problem or (
            f"it lies in the wrong place, or whose it is cannot be told; move it to {PLAIN}"
        )
    elif place.lesson not in known:
        guess = did_you_mean(place.lesson, known)
        problem = item.problem or (
            f"no lesson is called {place.lesson!r}.{guess} Name the file as the lesson's notebook"
        )
    else:
        problem = item.problem
    notes: list[str] = [*place.notes]
    handed_in = own_time = ""
    if not problem:
        own_time, odd = room.own_time(item.path.parent, place)
        handed_in = room.told_time(place) or own_time
        notes += [*odd, *_recognized(item.relative, place, how, known)]
        if place.late:
            notes.append("the learning platform marks it as late")
    made = Submission(
        place.student, place.lesson, item.path, item.file, problem, tuple(notes),
        late=place.late, handed_in=handed_in,
    )  # fmt: skip
    return made, own_time


def _recognized(path: PurePath, place: Place, how: str, known: list[str]) -> Iterator[str]:
    """How a notebook was known for what it is, where its name does not say all of it."""
    lesson, called, own = place.lesson, named(path.name, known), STEM.fullmatch(place.own)
    if not path.name.endswith(".ipynb"):
        yield f"it is a notebook, though {path.name!r} does not end in .ipynb"
    if called and called != lesson:
        yield f"its name says {called}, {how} {lesson}: it was graded as {lesson}"
    elif how or not own or own["lesson"] != lesson or uncopied(path.name) != path.name:
        yield f"its name is not the lesson's own; {how or 'it ends as that of'} {lesson}"
    other = mark(path.name) if len(path.parts) > 1 else None
    if other and not place.order and other.student != (place.called or place.student):
        yield f"its name says that it is of {other.student}, its folder {place.student}'s"


def _with_asides(
    found: list[Submission], asides: list[Aside], known: list[str]
) -> list[Submission]:
    """The submissions, with what is no notebook noted where its owner has one, else in a line."""
    mine: dict[str, list[Aside]] = defaultdict(list)
    for one in asides:
        mine[one.student].append(one)
    books_of: dict[str, list[int]] = defaultdict(list)
    for n, book in enumerate(found):
        if not book.replaced:
            books_of[book.student].append(n)
    made = list(found)
    for student, theirs in mine.items():
        books = books_of[student]
        if not student:
            made += [_line(*leading([one], known)) for one in theirs]
        elif not books:
            made.append(_line(*leading(theirs, known)))
        elif told := [one for one in theirs if not _is_text(one)]:
            first = min(books, key=lambda n: (bool(made[n].problem), made[n].file))
            made[first] = replace(made[first], notes=(*made[first].notes, note(told)))
    return made


def _is_text(aside: Aside) -> bool:
    """True for the text that Blackboard writes about each attempt: nobody's, unless it is all."""
    return BLACKBOARD.fullmatch(aside.item.relative.name) is not None


def _line(aside: Aside, problem: str) -> Submission:
    return Submission(aside.student, aside.lesson, aside.item.path, aside.item.file, problem)


def _without_number(stem: str) -> str:
    return re.sub(r"^\d\d_", "", stem)
