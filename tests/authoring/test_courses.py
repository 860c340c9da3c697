"""Courses made of the lessons: they fit into their hours, and minutes add up."""

import re
from pathlib import Path

import pytest

from coursekit.authoring import courses
from coursekit.authoring.cells import lesson_name
from coursekit.authoring.contents import numbered
from coursekit.authoring.minutes import count, reached
from coursekit.authoring.notes import GUIDE
from coursekit.errors import BuildError
from coursekit.exercises import load
from coursekit.exercises.bug_hunt.slots import SLOTS

REPO = Path(__file__).parents[2]
HERE = numbered(REPO / "solutions")
CLOCKED = {"day": courses.day, "half_day": courses.half_day}


def rows(text):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


@pytest.mark.parametrize("name", CLOCKED)
def test_a_course_by_the_clock_adds_up_and_ends_in_time(name):
    table, course = rows(CLOCKED[name](REPO)), courses.plan(name)
    at = [60 * int(h) + int(m) for h, m in (row[0].split(":") for row in table)]
    spent = [int(row[1] or 0) for row in table]
    assert [a + s for a, s in zip(at, spent, strict=True)][:-1] == at[1:]
    assert table[0][0] == course["start"] and at[-1] - at[0] <= course["most"]
    for row in course["rows"]:
        assert ("says" in row) != ("lesson" in row)


def test_no_stretch_of_a_day_is_longer_than_two_hours_without_a_pause():
    for name, table in CLOCKED.items():
        since = 0
        for _, spent, words in rows(table(REPO)):
            since = 0 if words.startswith(("Break", "Lunch")) else since + int(spent or 0)
            assert since <= 120, f"{name}: {words}"


def test_every_lesson_has_its_week():
    course = courses.plan("weeks")
    assert [n for week in course["lessons"] for n in week] == [f"{n:02}" for n in range(18)]
    table = rows(courses.weeks(REPO))
    assert [int(row[0]) for row in table] == list(range(1, 9))
    text = courses.weeks(REPO)
    assert {int(n) for n in re.findall(r"#lesson-(\d\d)\)", text)} == set(HERE)


def test_what_a_week_does_in_class_fits_into_its_meetings():
    course = courses.plan("weeks")
    most = course["meetings"] * course["minutes"]
    for lessons in course["lessons"]:
        there = [HERE[int(n)] for n in lessons]
        assert sum(courses.in_class(source, course) for source in there) <= most, lessons


@pytest.mark.parametrize("number", [4, 9])
def test_stretches_are_the_core_and_home_takes_off_what_it_names(number):
    source = HERE[number]
    tasks = load(lesson_name(source))
    whole = sum(minutes for _, minutes in courses.stretches(source, {}))
    assert abs(whole - count(source, tasks).core) <= 3
    name = "batch_norm" if number == 4 else "BatchNorm"
    course = {"home": {f"{number:02}": [name]}}
    left = courses.stretches(source, course)
    assert name not in dict(left)
    assert abs(whole - sum(m for _, m in left) - 1.3 * tasks[name].minutes) <= 1


def test_an_exercise_for_home_that_is_none_is_refused():
    with pytest.raises(BuildError, match="batch_nrm is not in its core"):
        courses.stretches(HERE[4], {"home": {"04": ["batch_nrm"]}})


@pytest.mark.parametrize("course", [courses.weeks, *CLOCKED.values()])
def test_a_course_with_a_lesson_that_is_not_there_is_refused(course, tmp_path):
    with pytest.raises(BuildError, match="lesson 00 of this course is not there"):
        course(tmp_path)


def test_nothing_later_depends_on_what_is_left_for_home():
    """A later lesson neither calls it nor seals it, but for what the guide says of lesson 17."""
    course, needed, optional = (
        courses.plan("weeks"),
        {slot.task.name for slot in SLOTS.values()},
        {},
    )
    for number, source in sorted(HERE.items(), reverse=True):
        core = reached(source, load(lesson_name(source)))
        assert needed.isdisjoint(course["home"].get(f"{number:02}", [])), source.stem
        tasks = [name for name, task in load(lesson_name(source)).items() if name not in core]
        optional |= {name: f"{number:02}" for name in tasks if name in needed}
        needed |= set(re.findall(r"\buse\((\w+)\)", source.read_text("utf-8")))
    guide = (REPO / GUIDE).read_text("utf-8").partition("## Eight weeks")[2].partition("<!--")[0]
    assert set(re.findall(r"`(\w+)`", guide)) == set(optional)
    assert set(re.findall(r"\b\d\d\b", guide)) - {"90", "17"} == set(optional.values())
