"""What an instructor decides about points: weights, deadlines, what lateness costs. A TOML file.

    [weights]                  # of lessons in the course's total; 1 for one that is not named
    mean_and_variance = 2

    [questions]                # points for a quiz, a prediction or a warm-up; else they have none
    predict_outlier = 0.5

    [deadlines]                # with the offset from UTC
    mean_and_variance = 2026-10-01T23:59:00+02:00

    [late]
    per_day = 0.1              # share of the points that each day begun costs
    at_most = 0.5              # and all of them together
    grace_minutes = 10

The last one that was given is kept in the gradebook.
"""

import json
import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError

LATE = {"per_day": 0.0, "at_most": 1.0, "grace_minutes": 0.0}


@dataclass(frozen=True)
class Policy:
    """Weights, deadlines and the price of lateness, as numbers."""

    weights: dict[str, float] = field(default_factory=dict)
    questions: dict[str, float] = field(default_factory=dict)
    deadlines: dict[str, datetime] = field(default_factory=dict)
    per_day: float = LATE["per_day"]
    at_most: float = LATE["at_most"]
    grace_minutes: float = LATE["grace_minutes"]

    def days_late(self, lesson: str, handed_in: str, marked: bool) -> int:
        """Days begun after the deadline; where only a mark says that it is late, one."""
        deadline = self.deadlines.get(lesson)
        if not handed_in or deadline is None:
            return int(marked)
        over = datetime.fromisoformat(handed_in) - deadline - timedelta(minutes=self.grace_minutes)
        return max(0, math.ceil(over / timedelta(days=1)))

    def kept(self, days: int) -> float:
        """The share of the points that is left after so many days."""
        return max(0.0, 1 - min(self.at_most, self.per_day * days))

    def total(self, shares: dict[str, float]) -> float:
        """A student's share of the course: the weighted mean over lessons.

        Args:
            shares: of the points, by lesson. A lesson that has a weight and is not there counts 0.
        """
        weights = {lesson: self.weights.get(lesson, 1.0) for lesson in shares} | self.weights
        whole = sum(weights.values())
        return sum(w * shares.get(n, 0.0) for n, w in weights.items()) / whole if whole else 0.0

    def as_text(self) -> str:
        """The policy as JSON, for the gradebook."""
        deadlines = {lesson: when.isoformat() for lesson, when in self.deadlines.items()}
        return json.dumps(vars(self) | {"deadlines": deadlines}, sort_keys=True)


def from_text(text: str | None) -> Policy:
    """What `as_text` wrote; of nothing, the policy that changes nothing."""
    given = json.loads(text) if text else {}
    dates = {n: datetime.fromisoformat(t) for n, t in given.pop("deadlines", {}).items()}
    return Policy(**given, deadlines=dates)


def read(path: Path) -> Policy:
    """The policy in a file.

    Raises:
        GradeError: it cannot be read, or says something that has no meaning; says what.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise GradeError(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise GradeError(f"{path} is not TOML: {error}") from error
    _named(path, "section", given, ("weights", "questions", "deadlines", "late"))
    for section, values in given.items():
        if not isinstance(values, dict):
            raise GradeError(f"{path}: {section} is a section: write [{section}] above its lines")
    lessons = exercises.names()
    for section, allowed in (("weights", lessons), ("deadlines", lessons), ("late", LATE)):
        _named(path, f"[{section}]", given.get(section, {}), allowed)
    for name in given.get("questions", {}):
        task = exercises.find(name)
        if task is None:
            raise GradeError(f"{path}: no lesson asks {name!r}.{did_you_mean(name)}")
        if isinstance(task, Exercise) and task.points:
            raise GradeError(f"{path}: {name} is an exercise and has points of its own")
    return Policy(
        weights=_numbers(path, given, "weights"),
        questions=_numbers(path, given, "questions"),
        deadlines={n: _moment(path, n, when) for n, when in given.get("deadlines", {}).items()},
        **LATE | _numbers(path, given, "late"),
    )


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


def _moment(path: Path, lesson: str, when: Any) -> datetime:
    if not isinstance(when, datetime) or when.tzinfo is None:
        said = when.isoformat() if isinstance(when, date) else repr(when)
        raise GradeError(
            f"{path}: deadlines.{lesson} must be a time with its offset from UTC, such as "
            f"2026-10-01T23:59:00+02:00; got {said}"
        )
    return when
