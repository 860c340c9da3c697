"""What an instructor decides about points: weights, deadlines, what lateness costs. A TOML file.

    timezone = "Europe/Berlin" # of times without an offset from UTC

    [weights]                  # of lessons in the course's total; 1 for one that is not named
    mean_and_variance = 2

    [questions]                # points for a quiz, a prediction or a warm-up; else they have none
    predict_outlier = 0.5

    [deadlines]                # a lesson without one is never late
    mean_and_variance = 2026-10-01T23:59:00

    [deadlines."Group B"]      # a section of the roster
    mean_and_variance = 2026-10-03T23:59:00

    [extensions.ada1]          # a student on the roster: until when, or how long
    mean_and_variance = "3 days"

    [late]
    per_day = 0.1              # share of the points that each day begun costs
    at_most = 0.5              # and all of them together
    grace_minutes = 10

The last one that was given is kept in the gradebook.
"""

import json
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.grading.gradebook.deadlines import Deadlines, from_values
from coursekit.grading.gradebook.deadlines import read as deadlines
from coursekit.grading.intake import clock
from coursekit.grading.intake.roster import Person, Roster

LATE = {"per_day": 0.0, "at_most": 1.0, "grace_minutes": 0.0}
SECTIONS = ("weights", "questions", "deadlines", "extensions", "late")
ZONE = "timezone"


@dataclass(frozen=True)
class Policy:
    """Weights, deadlines and the price of lateness, as numbers."""

    weights: dict[str, float] = field(default_factory=dict)
    questions: dict[str, float] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    per_day: float = LATE["per_day"]
    at_most: float = LATE["at_most"]
    grace_minutes: float = LATE["grace_minutes"]
    timezone: str = ""

    def days_late(
        self, lesson: str, handed_in: str, marked: bool, who: Person | None = None
    ) -> int:
        """Days begun after the deadline; where only a mark says that it is late, one.

        Args:
            handed_in, marked: see Submission. A mark knows nothing of what is allowed here: it
                counts for nothing where there is no deadline, or more time for the student.
            who: whose it is, if the roster has them.
        """
        deadline = self.deadlines.of(lesson, who)
        if deadline is None:
            return 0
        if not handed_in:
            return int(marked and not self.deadlines.own(lesson, who))
        over = datetime.fromisoformat(handed_in) - deadline - timedelta(minutes=self.grace_minutes)
        return max(0, math.ceil(over / timedelta(days=1)))

    def kept(self, days: int) -> float:
        """The share of the points that is left after so many days."""
        return max(0.0, 1 - min(self.at_most, self.per_day * days))

    def total(self, shares: Mapping[str, float], who: Person | None = None) -> float:
        """A student's share of the course: the weighted mean over lessons.

        Args:
            shares: of the points, by lesson. A lesson that has a weight and is not there counts 0.
            who: the lessons that they are excused from count for nothing.
        """
        weights = {lesson: self.weights.get(lesson, 1.0) for lesson in shares} | self.weights
        if who is not None:
            weights = {lesson: w for lesson, w in weights.items() if not who.is_excused(lesson)}
        whole = sum(weights.values())
        return sum(w * shares.get(n, 0.0) for n, w in weights.items()) / whole if whole else 0.0

    def as_text(self) -> str:
        """The policy as JSON, for the gradebook."""
        return json.dumps(vars(self) | self.deadlines.as_values(), sort_keys=True)


def from_text(text: str | None) -> Policy:
    """What `as_text` wrote; of nothing, the policy that changes nothing."""
    given = json.loads(text) if text else {}
    names = ("deadlines", "sections", "extensions")
    own = from_values(*(given.pop(name, {}) for name in names))
    return Policy(**given, deadlines=own)


def timezone(path: Path) -> ZoneInfo | None:
    """The time zone that a policy's file names, before the rest of it can be understood.

    Raises:
        GradeError: the file cannot be read, or there is no such time zone.
    """
    name = _toml(path).get(ZONE, "")
    if not isinstance(name, str):
        raise GradeError(f'{path}: {ZONE} must be a name such as "Europe/Berlin"; got {name!r}')
    try:
        return clock.zone(name) if name else None
    except GradeError as error:
        raise GradeError(f"{path}: {ZONE}: {error}") from error


def read(path: Path, roster: Roster | None = None) -> Policy:
    """The policy in a file.

    Args:
        roster: the class; sections and extensions are of it.

    Raises:
        GradeError: it cannot be read, or says something that has no meaning; says what.
    """
    given = _toml(path)
    zone = timezone(path)
    given.pop(ZONE, None)
    _named(path, "section", given, SECTIONS)
    for section, values in given.items():
        if not isinstance(values, dict):
            raise GradeError(f"{path}: {section} is a section: write [{section}] above its lines")
    for section, allowed in (("weights", exercises.names()), ("late", LATE)):
        _named(path, f"[{section}]", given.get(section, {}), allowed)
    for name in given.get("questions", {}):
        task = exercises.find(name)
        if task is None:
            raise GradeError(f"{path}: no lesson asks {name!r}.{did_you_mean(name)}")
        if isinstance(task, Exercise) and task.points:
            raise GradeError(f"{path}: {name} is an exercise and has points of its own")
    try:
        own = deadlines(given.get("deadlines", {}), given.get("extensions", {}), zone, roster)
    except GradeError as error:
        raise GradeError(f"{path}: {error}") from error
    return Policy(
        weights=_numbers(path, given, "weights"),
        questions=_numbers(path, given, "questions"),
        deadlines=own,
        timezone=zone.key if zone else "",
        **LATE | _numbers(path, given, "late"),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise GradeError(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise GradeError(f"{path} is not TOML: {error}") from error


def _named(path: Path, place: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    for name in given:
        if name not in allowed:
            guess = did_you_mean(name, allowed)
            raise GradeError(f"{path}: {place} {name!r} means nothing here.{guess}")


def _numbers(path: Path, given: dict[str, Any], section: str) -> dict[str, float]:
    values = given.get(section, {})
    for name, value in values.items():
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not 0 <= value < math.inf:
            raise GradeError(f"{path}: {section}.{name} must be a number from 0; got {value!r}")
    return {name: float(value) for name, value in values.items()}
