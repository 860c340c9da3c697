"""Until when a lesson may be handed in: by everybody, by a section, by a student."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coursekit import exercises
from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading.intake import clock
from coursekit.grading.intake.roster import Person, Roster

Extension = datetime | timedelta  # until when, or how much later than everybody


@dataclass(frozen=True)
class Deadlines:
    """Moments in UTC; what is said of a section or a student comes before what is said of all."""

    lessons: dict[str, datetime] = field(default_factory=dict)
    sections: dict[str, dict[str, datetime]] = field(default_factory=dict)
    extensions: dict[str, dict[str, Extension]] = field(default_factory=dict)  # by student's id

    def of(self, lesson: str, who: Person | None = None) -> datetime | None:
        """The deadline that holds for a student; None: there is none, and nothing is late."""
        if who is None:
            return self.lessons.get(lesson)
        common = self.sections.get(who.section, {}).get(lesson) or self.lessons.get(lesson)
        if common is None:
            return None
        given = self.extensions.get(who.id, {}).get(lesson, timedelta())
        until = given if isinstance(given, datetime) else common + given
        return max(until, common + timedelta(seconds=who.extra))

    def own(self, lesson: str, who: Person | None) -> bool:
        """True if a student has more time than their section."""
        return who is not None and (who.extra > 0 or lesson in self.extensions.get(who.id, {}))

    def as_values(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "deadlines": _texts(self.lessons),
            "sections": {name: _texts(own) for name, own in self.sections.items()},
            "extensions": {name: _texts(own) for name, own in self.extensions.items()},
        }


def from_values(lessons: dict, sections: dict, extensions: dict) -> Deadlines:
    """What `as_values` made."""
    return Deadlines(
        {lesson: datetime.fromisoformat(text) for lesson, text in lessons.items()},
        {
            name: {lesson: datetime.fromisoformat(text) for lesson, text in own.items()}
            for name, own in sections.items()
        },
        {
            name: {lesson: _extension(value) for lesson, value in own.items()}
            for name, own in extensions.items()
        },
    )


def read(
    given: Mapping[str, Any],
    extensions: Mapping[str, Any],
    zone: ZoneInfo | None,
    roster: Roster | None,
) -> Deadlines:
    """The deadlines in a policy's [deadlines] and [extensions].

    Args:
        zone: of times without an offset.
        roster: whose sections and students they are.

    Raises:
        GradeError: a lesson, section or student is not known, or a time has no meaning; says which.
    """
    lessons = {name: value for name, value in given.items() if not isinstance(value, dict)}
    sections = {name: value for name, value in given.items() if isinstance(value, dict)}
    if (sections or extensions) and roster is None:
        what = "[extensions]" if extensions else f"[deadlines.{next(iter(sections))}]"
        raise GradeError(f"{what} needs the class: give it with --roster FILE.csv")
    return Deadlines(
        _moments("deadlines", lessons, zone),
        {
            _section(name, roster): _moments(f"deadlines.{name}", own, zone)
            for name, own in sections.items()
        },
        {
            _student(name, roster): _extensions(f"extensions.{name}", own, zone)
            for name, own in extensions.items()
        },
    )


def _moments(place: str, given: Mapping[str, Any], zone: ZoneInfo | None) -> dict[str, datetime]:
    _known(place, given)
    return {lesson: _moment(f"{place}.{lesson}", when, zone) for lesson, when in given.items()}


def _extensions(place: str, given: Any, zone: ZoneInfo | None) -> dict[str, Extension]:
    if not isinstance(given, dict):
        raise GradeError(f"{place} is a section: write [{place}] above its lines")
    _known(place, given)
    found: dict[str, Extension] = {}
    for lesson, value in given.items():
        try:
            long = clock.span(value) if isinstance(value, str) else None
        except GradeError as error:
            raise GradeError(f"{place}.{lesson}: {error}") from error
        found[lesson] = long if long is not None else _moment(f"{place}.{lesson}", value, zone)
    return found


def _known(place: str, given: Mapping[str, Any]) -> None:
    known = exercises.names()
    for lesson in given:
        if lesson not in known:
            guess = did_you_mean(lesson, known)
            raise GradeError(f"[{place}] {lesson!r} means nothing here.{guess}")


def _moment(place: str, when: Any, zone: ZoneInfo | None) -> datetime:
    if not isinstance(when, datetime) or (when.tzinfo is None and zone is None):
        said = when.isoformat() if isinstance(when, date) else repr(when)
        raise GradeError(
            f"{place} must be a time with its offset from UTC, such as 2026-10-01T23:59:00+02:00, "
            f'or stand below `timezone = "Europe/Berlin"` in the first line; got {said}'
        )
    try:
        return when if when.tzinfo or zone is None else clock.placed(when, zone, latest=True)
    except GradeError as error:
        raise GradeError(f"{place}: {error}") from error


def _section(name: str, roster: Roster | None) -> str:
    known = roster.sections if roster else []
    if name not in known:
        guess = did_you_mean(name, known) or f" It has {', '.join(known) or 'none'}."
        raise GradeError(f"[deadlines] {name!r} is no lesson and no section of the roster.{guess}")
    return name


def _student(name: str, roster: Roster | None) -> str:
    assert roster is not None, "extensions were refused without one"
    try:
        return roster.one(name).id
    except GradeError as error:
        raise GradeError(f"[extensions] {error}") from error


def _texts(own: Mapping[str, Extension]) -> dict[str, str | float]:
    return {
        lesson: one.isoformat() if isinstance(one, datetime) else one.total_seconds()
        for lesson, one in own.items()
    }


def _extension(value: str | float) -> Extension:
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return timedelta(seconds=value)
