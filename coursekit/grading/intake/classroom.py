"""What is known of a class before its submissions are read: who is in it, and when they came."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

from coursekit.errors import GradeError
from coursekit.grading.intake import clock
from coursekit.grading.intake.identity import Identity
from coursekit.grading.intake.layouts import Place
from coursekit.grading.intake.roster import Roster
from coursekit.grading.intake.times import Times, by_canvas, by_number, by_person
from coursekit.grading.intake.timestamp import timestamp

DATED = 10**13  # an order from here on is a date, as Blackboard and Brightspace write it


@dataclass(frozen=True)
class Classroom:
    """A class; without a roster everybody is who their files say they are."""

    who: Identity | None = None
    times: Times = field(default_factory=Times)
    zone: ZoneInfo | None = None  # of times that name none

    @property
    def roster(self) -> Roster | None:
        """Everybody in it, where that is known."""
        return self.who.roster if self.who else None

    def persons(
        self, read: Mapping[PurePath, Place | None], files: Mapping[PurePath, str]
    ) -> dict[PurePath, Place | None]:
        """The places with whom the roster says they are of; people of one name told apart.

        Args:
            files: what each path is called in the reports.
        """
        people, several = defaultdict(set), defaultdict(set)
        for one in filter(None, read.values()):
            people[one.student].add(one.person)
            several[_name(one), one.lesson].add((one.person, one.user))
        made: dict[PurePath, Place | None] = {}
        for path, place in read.items():
            if place is None:
                made[path] = None
                continue
            doubtful = len(several[_name(place), place.lesson]) > 1
            place = replace(place, called=place.student)
            if len(people[place.student]) > 1:
                place = replace(place, student=f"{place.student}_{place.person}")
            made[path] = self.person(place, files.get(path, str(path)), doubtful=doubtful)
        return made

    def person(self, place: Place, file: str, *, doubtful: bool = False) -> Place:
        """The place with the id of whose it is; see Identity."""
        if self.who is None or not place.student:
            return place
        return self.who.place(place, file, doubtful=doubtful)

    def told_time(self, place: Place) -> str:
        """When it was handed in by the tables that were given; nothing where they do not say."""
        numbers = [by_number(place.person)] if place.person else []
        numbers += [by_canvas(place.user)] if place.user else []
        people = [place.student, *place.shared, place.called]
        return self.times.of(place.lesson, *map(by_person, filter(None, people)), *numbers)

    def own_time(self, folder: Path, place: Place) -> tuple[str, list[str]]:
        """When it was handed in by nbgrader's file beside it, or the name; and what is odd there.

        A name says what clocks showed, and so tells nothing where the time zone is not known.
        """
        told, odd = timestamp(folder, self.zone)
        if told or odd or self.zone is None or place.user or place.order < DATED:
            return told, odd
        try:
            local = datetime.strptime(str(place.order), "%Y%m%d%H%M%S")
            return clock.placed(local, self.zone).isoformat(), []
        except (ValueError, GradeError) as error:
            return "", [f"the time in its name counts for nothing: {error}"]


def _name(place: Place) -> str:
    """What stands there of a name, without Canvas's number."""
    return place.student.removesuffix(f"_{place.user}") if place.user else place.student
