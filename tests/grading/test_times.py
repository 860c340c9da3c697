"""When what was handed in, from tables of people and of platforms."""

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake import clock, times
from coursekit.grading.intake.roster import Person, Roster

BERLIN = clock.zone("Europe/Berlin")
ROSTER = Roster(
    [Person("a1", "Ada Lovelace", "ada@x.org", canvas="34"),
     Person("k1", "Kim Lee", "k1@x.org"), Person("k2", "Kim Lee", "k2@x.org")]
)  # fmt: skip
MOODLE = """\ufeffIdentifier,Full name,Email address,Status,Grade,Last modified (submission)
Participant 77,Ada Lovelace,ada@x.org,Submitted,,"Monday, 12 October 2026, 11:59 PM"
Participant 78,Kim Lee,k2@x.org,No submission,,-
Participant 79,Guest,g@x.org,Submitted,,"Monday, 12 October 2026, 11:58 PM"
"""
FIRST = "mean_and_variance"


def read(tmp_path, text, lesson="", roster=ROSTER, zone=BERLIN):
    path = tmp_path / "times.csv"
    path.write_text(text, "utf-8")
    return times.read([f"{lesson}={path}" if lesson else str(path)], zone, roster)


def test_a_worksheet_of_moodle_says_when_and_who_is_which_participant(tmp_path):
    found = read(tmp_path, MOODLE, "01")
    assert found.at == {
        ("a1", FIRST): "2026-10-12T21:59:00+00:00",
        ("participant 79", FIRST): "2026-10-12T21:58:00+00:00",
    }
    assert found.people == {(FIRST, "77"): "a1", (FIRST, "78"): "k2"}
    assert times.from_text(found.as_text()) == found and times.from_text(None) == times.Times()


@pytest.mark.parametrize(
    "text, roster, key",
    [
        ("user_id,assignment,submitted_at\n34,01,2026-10-12T21:59:00Z", ROSTER, "a1"),
        ("user_id,assignment,submitted_at\n99,01,2026-10-12T21:59:00Z", ROSTER, "canvas 99"),
        ("SID;Lesson;Submission Time\nada@x.org;01_mean_and_variance;2026-10-12 17:59:00 -0400",
         ROSTER, "a1"),
        ("name,lesson,time,zone\nAda,1,2026-10-12 17:59,America/New_York", None, "ada"),
        ("student,lesson,time\nada,1,2026-10-12 23:59\nada,1,2026-10-11 23:59", None, "ada"),
    ],
)  # fmt: skip
def test_every_platforms_columns_are_known(tmp_path, text, roster, key):
    assert read(tmp_path, text, roster=roster).at == {(key, FIRST): "2026-10-12T21:59:00+00:00"}


@pytest.mark.parametrize(
    "text, words",
    [
        ("student,time\na1,2026-10-12 23:59", "has no column 'lesson', which is needed"),
        ("student,lesson\na1,01", "has no column 'time', which is needed"),
        ("lesson,time\n01,2026-10-12 23:59", "says of nobody whose times these are"),
        ("student,lesson,time\na9,01,2026-10-12 23:59", "line 2: 'a9' is nobody on the roster"),
        ("name,lesson,time\nKim Lee,01,2026-10-12 23:59", "line 2: 'Kim Lee' can be k1 (Kim Lee)"),
        ("student,lesson,time\na1,99,2026-10-12 23:59", "line 2: no lesson is called '99'"),
        ("student,lesson,time\na1,01,12.10.26", "line 2: '12.10.26' is no time that can be read"),
        ("student,lesson,time,zone\na1,01,2026-10-12 23:59,Berlin", "line 2: 'Berlin' is no time"),
        ("student,lesson,time\na1,01,2026-03-29 02:30", "line 2: 2026-03-29 02:30 does not exist"),
        ("student,lesson,time\n,01,2026-10-12 23:59", "it must say who: write into the column"),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_line(tmp_path, text, words):
    with pytest.raises(GradeError) as refused:
        read(tmp_path, text)
    assert words in str(refused.value)


def test_a_time_without_a_zone_is_refused_where_the_class_has_none(tmp_path):
    with pytest.raises(GradeError, match="line 2: '2026-10-12 23:59' says no time zone"):
        read(tmp_path, "student,lesson,time\na1,01,2026-10-12 23:59", zone=None)


def test_what_is_read_later_counts():
    old = times.Times({("a", "l"): "1", ("b", "l"): "1"}, {("l", "7"): "a"})
    both = old.later(times.Times({("a", "l"): "2"}))
    assert (both.of("l", "a"), both.of("l", "x", "b"), both.of("m", "a")) == ("2", "1", "")
    assert both.people == old.people
