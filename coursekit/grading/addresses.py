"""Where in a zip a page lies so that a platform gives it to whoever handed in.

Each knows a student by what it called their file when it was downloaded, and by nothing else:

Moodle, "Upload multiple feedback files in a zip": the number between name and plugin, in a
folder's name or a file's (mod/assign/feedback/file/importziplib.php); of a team's folder, all of
the team get it. Names of files must not begin with . or ~.

Canvas, "Upload submissions": the first two numbers in the file's name, of the user and of the file
that was handed in, which must be that user's; LATE and the name of a group are passed over, and a
group's member gets what another of the group gets (app/models/abstract_assignment.rb,
infer_comment_context_from_filename).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TypeVar

from coursekit.errors import GradeError
from coursekit.grading import naming
from coursekit.grading.gradebook import Entry
from coursekit.grading.intake.classroom import Classroom
from coursekit.grading.intake.layouts import MOODLE, Place, mark
from coursekit.grading.intake.roster import folded

T = TypeVar("T")
MOODLES = re.compile(MOODLE)
LONGEST = 60  # bytes of a name; what counts is the number behind it


class Nowhere(GradeError):
    """The platform would give a page to nobody, or to somebody else."""


class Elsewhere(Nowhere):
    """What was handed in did not come from the platform."""


@dataclass(frozen=True)
class Address:
    """A page's place in a zip, and by which names those are known who get it."""

    path: str
    whose: tuple[str, ...]


@dataclass(frozen=True)
class Addresses:
    """Where the pages of a class lie.

    Args:
        folders: each student's, where every student has one.
    """

    room: Classroom
    folders: Mapping[str, str]

    def moodle(self, entry: Entry, page: str) -> Address:
        """In the folder that Moodle's download has for the participant.

        Raises:
            Nowhere: Moodle's number for the student is not known.
        """
        came = ""
        if found := next(self._parts(entry, lambda part: MOODLES.match(f"{part}_")), None):
            came, number = found["student"], found["person"]
            whose = self._whose(Place(came, entry.lesson, number))
            if entry.student in whose:
                return Address(_participant(came, number, page), whose)
        if number := self._numbers.get((entry.lesson, entry.student), ""):
            person = self.room.roster.by_id.get(entry.student) if self.room.roster else None
            called = person.name if person else entry.student
            return Address(_participant(called, number, page), (entry.student,))
        raise _reason(came, "Moodle")

    def canvas(self, entry: Entry, page: str) -> Address:
        """Beside the file that was handed in: by Canvas's own name for it, as far as the numbers.

        Raises:
            Nowhere: the file did not come from Canvas under the student's own name.
        """
        came = ""
        if place := next(self._parts(entry, _of_canvas), None):
            came = _before(place)
            whose = self._whose(place)
            if entry.student in whose:
                late = "LATE_" if place.late else ""
                name = f"{made}_" if (made := _safe(came)) else ""
                return Address(f"{name}{late}{place.user}_{place.order}_{page}", whose)
        raise _reason(came, "Canvas")

    def folder(self, entry: Entry, page: str) -> Address:
        """In the student's folder."""
        return Address(f"{self.folders[entry.student]}/{page}", (entry.student,))

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], str]:
        """Participants' numbers on Moodle by lesson and id, as its grading worksheets have them."""
        return {(lesson, id): number for (lesson, number), id in self.room.times.people.items()}

    def _parts(self, entry: Entry, read: Callable[[str], T | None]) -> Iterator[T]:
        """What is read in the names around a notebook that are no learner's own.

        What lies in a student's folder was called so by the student, and means nobody else.
        """
        for part in PurePath(entry.file).parts:
            if found := read(part):
                yield found
            if entry.student in self._whose(Place(part, entry.lesson)):
                return

    def _whose(self, place: Place) -> tuple[str, ...]:
        """By which names those are kept whom the platform knows by this one."""
        names = (place.student, f"{place.student}_{place.person}")
        if (who := self.room.who) is None:
            return names
        people = who.own(place)
        group = people[0].group if len(people) == 1 else ""
        if group and place.user and _run(_before(place)) == _run(group):  # the group's, on Canvas
            people = who.roster.by_group[folded(group)]
        return (*(one.id for one in people), *names)


def _of_canvas(part: str) -> Place | None:
    return place if (place := mark(part)) and place.user else None


def _before(place: Place) -> str:
    """What stands before a user's number on Canvas: the name, or the group's."""
    return place.student.removesuffix(place.user).rstrip("_")


def _run(name: str) -> str:
    """A name as Canvas runs it together."""
    return re.sub(r"[\W_]", "", folded(name))


def _participant(name: str, number: str, page: str) -> str:
    called = _safe(name).replace("_", " ").strip() or "Participant"
    return f"{called}_{number}_assignsubmission_file_/{page}"


def _safe(name: str) -> str:
    """A name that leads nowhere: the platform reads the numbers behind it alone."""
    made = "".join("_" if c in naming.REFUSED or not c.isprintable() else c for c in name)
    return made.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore").strip(" .")


def _reason(came: str, platform: str) -> Nowhere:
    """Why a platform would not give a page back, by whose name the file came from it, if any."""
    if came:
        return Nowhere(f"it was handed in by {came}, and {platform} gives it back to them alone")
    return Elsewhere(f"its file does not have the name that {platform}'s download gives it")
