"""What an instructor does at the gradebook: look, give points by hand, have it graded again."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from coursekit.errors import GradeError
from coursekit.grading.by_hand import login
from coursekit.grading.gradebook import Entry, Gradebook, Override, locate, names
from coursekit.grading.gradebook import policy as policies
from coursekit.grading.intake.roster import Person
from coursekit.grading.last_run import out_of, write_if_whole
from coursekit.grading.reports.results import GradeReport
from coursekit.grading.run import grade
from coursekit.grading.standing import Standing
from coursekit.terminal import printable


def show(place: str, student: str | None = None, lesson: str | None = None) -> Standing:
    """What counts in a gradebook.

    Args:
        place: the folder of its reports, or its URL.
        student, lesson: only these.

    Raises:
        GradeError: there is no such gradebook, or it cannot be used; nobody is called so, or handed
            that lesson in.
    """
    with Gradebook.open(locate(place)) as book:
        every = tuple(book.entries())
        people = book.people()
        student, lesson = _named(every, people, student, lesson)
        asked = tuple(
            entry
            for entry in every
            if student in (None, entry.student) and lesson in (None, entry.lesson)
        )
        plan = policies.from_text(book.recall("policy"))
        seed = int(book.recall("seed") or 0)
        return Standing(asked, every, plan, seed, place, people=people)


def override(
    place: str,
    student: str,
    lesson: str,
    exercise: str,
    score: float | None,
    reason: str,
    *,
    above_maximum: bool = False,
) -> Standing:
    """Give points by hand, or take them back if there is no score; then write the reports again.

    Args:
        place: the folder of a gradebook's reports, or its URL.
        exercise: "" for the lesson as a whole.
        above_maximum: there may be more points than the exercise or the lesson has.

    Raises:
        GradeError: there is no such gradebook, student, lesson or exercise; no reason is given; too
            many points, or fewer than 0.
    """
    with Gradebook.open(locate(place)) as book:
        who, what = _named(book.entries(), book.people(), student, lesson)
        student, lesson = who or student, what or lesson
        if score is None:
            book.withdraw(student, lesson, exercise, login())
        else:
            if not 0 <= score < math.inf:
                raise GradeError(f"--score must be from 0; got {score:g}")
            if not reason.strip():
                raise GradeError("--reason is missing: say why, the student will read it")
            said = printable(reason.strip(), lines=True)
            one = Override(student, lesson, exercise, score, said, by=login())
            book.override(one, above_maximum)
        write_if_whole(book, place, "coursekit gradebook override")
    return show(place, student, lesson)


def regrade(
    place: str,
    student: str | None = None,
    lesson: str | None = None,
    *,
    jobs: int = 1,
    scheduler: str | None = None,
) -> GradeReport:
    """Judge again what has a result, with the last run's arguments; overrides stay.

    Raises:
        GradeError: nothing fits, or the submissions are no longer where they were.
    """
    url = locate(place)
    with Gradebook.open(url) as book:
        kept, seed = json.loads(book.recall("settings") or "{}"), book.recall("seed")
        source = Path(kept.get("submissions", ""))
        if not kept or not source.exists():
            raise GradeError(
                f"the submissions are no longer at {source}; put them there, or use `coursekit "
                "grade` with their new place"
            )
        out = out_of(book, place)
        try:
            student, lesson = _named(book.entries(), book.people(), student, lesson)
        except GradeError as error:
            raise GradeError(f"nothing that was graded fits: {error}") from error
        if not book.regrade(student=student, lesson=lesson):
            raise GradeError("nothing that was graded fits; `coursekit gradebook show` lists it")
    return grade(
        source,
        out,
        jobs=jobs,
        sandbox=kept["sandbox"],
        timeout=kept["timeout"],
        total=kept["total"],
        seed=int(seed or 0),
        packs=tuple(map(Path, kept["packs"])),
        db=url.render_as_string(hide_password=False),
        scheduler=scheduler,
        bom=kept.get("bom", False),
        earlier=tuple(kept.get("earlier", ())),
    )


def _named(
    entries: Iterable[Entry], people: Mapping[str, Person], student: str | None, lesson: str | None
) -> tuple[str | None, str | None]:
    """The names that are meant; None stays."""
    known = [*entries]
    who = (
        None
        if student is None
        else names.student(student, [e.student for e in known], people.values())
    )
    theirs = [e.lesson for e in known if who in (None, e.student)]
    return who, None if lesson is None else names.lesson(lesson, theirs, who)
