"""Courses made of the lessons, with the builder's minutes: eight weeks, a day, half a day."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coursekit import exercises
from coursekit.authoring import contents, notes
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.minutes import MARGIN, count, reached
from coursekit.checking import Exercise
from coursekit.errors import BuildError

FILE = Path(__file__).with_suffix(".toml")


def plan(name: str) -> dict[str, Any]:
    """One of the courses in courses.toml."""
    return tomllib.loads(FILE.read_text("utf-8"))[name]


def weeks(root: Path) -> str:
    """A row for each week: lessons, minutes in class, and what is left for home.

    Raises:
        BuildError: one of its lessons is not there.
    """
    course, here = plan("weeks"), contents.numbered(root / "solutions")
    lines = ["| Week | Lessons | In class | At home |", "|--:|:--|--:|:--|"]
    for week, lessons in enumerate(course["lessons"], 1):
        there = [_source(number, here) for number in lessons]
        names = [_title(source) for source in there]
        spent = f"{sum(in_class(source, course) for source in there)} minutes"
        left = [text for source in there if (text := at_home(source, course))]
        lines.append(f"| {week} | {'<br>'.join(names)} | {spent} | {'<br>'.join(left)} |")
    return "\n".join(lines)


def day(root: Path) -> str:
    """A day by the clock.

    Raises:
        BuildError: one of its lessons is not there.
    """
    return _by_the_clock("day", root)


def half_day(root: Path) -> str:
    """Half a day by the clock.

    Raises:
        BuildError: one of its lessons is not there.
    """
    return _by_the_clock("half_day", root)


def in_class(source: Path, course: dict[str, Any]) -> int:
    """The minutes of a lesson's core without the exercises that are left for home."""
    return sum(minutes for _, minutes in stretches(source, course))


def at_home(source: Path, course: dict[str, Any]) -> str:
    """What a lesson leaves for home, in words."""
    names = [f"`{name}`" for name in _home(source, course)]
    more = count(source, exercises.load(lesson_name(source))).optional
    parts = [", ".join(names)] if names else []
    parts += [f"the optional parts, {more} minutes"] if more else []
    return f"{source.stem[:2]}: {'; '.join(parts)}" if parts else ""


def stretches(source: Path, course: dict[str, Any]) -> list[tuple[str, int]]:
    """A lesson's core in class: each exercise, and the whole minutes up to its being done.

    The last stretch, "", is from the last exercise to the end.
    """
    tasks, home = exercises.load(lesson_name(source)), _home(source, course)
    found, saved, before = list[tuple[str, int]](), 0.0, 0
    for name, at in reached(source, tasks).items():
        task = tasks.get(name)
        if name in home and isinstance(task, Exercise):
            saved += MARGIN * task.minutes
            continue
        found.append((name, round(at - saved) - before))
        before = round(at - saved)
    return found


def _home(source: Path, course: dict[str, Any]) -> list[str]:
    """The exercises of a lesson that are left for home.

    Raises:
        BuildError: one is no exercise of the lesson's core.
    """
    names = course.get("home", {}).get(source.stem[:2], [])
    known = reached(source, exercises.load(lesson_name(source)))
    if missing := [name for name in names if name not in known]:
        raise BuildError(FILE, 1, f"{source.stem}: {', '.join(missing)} is not in its core")
    return names


def _source(number: str, here: dict[int, Path]) -> Path:
    if int(number) not in here:
        raise BuildError(FILE, 1, f"lesson {number} of this course is not there")
    return here[int(number)]


def _title(source: Path) -> str:
    about = exercises.about(lesson_name(source))
    return f"[{source.stem[:2]} {about.title}](#{notes.anchor(source)})"


def _by_the_clock(name: str, root: Path) -> str:
    course, here = plan(name), contents.numbered(root / "solutions")
    hours, minutes = map(int, course["start"].split(":"))
    now = 60 * hours + minutes
    lines = ["| From | Minutes | |", "|--:|--:|:--|"]
    for spent, words in _rows(course, here):
        lines.append(f"| {now // 60}:{now % 60:02} | {spent or ''} | {words} |")
        now += spent
    return "\n".join([*lines, f"| {now // 60}:{now % 60:02} | | The end |"])


def _rows(course: dict[str, Any], here: dict[int, Path]) -> Iterator[tuple[int, str]]:
    for row in course["rows"]:
        if "says" in row:
            yield row["minutes"], row["says"]
            continue
        source = _source(row["lesson"], here)
        title = _title(source)
        for name, spent in stretches(source, course):
            to = f"to a passing `{name}`" if name else "to its end"
            yield spent, f"{title}, {to}"
        if left := _home(source, course):
            names = ", ".join(f"`{name}`" for name in left)
            yield 0, f"For home: {names}"
