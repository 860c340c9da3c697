"""Times mean what clocks showed where they were written; what they never showed is refused."""

from datetime import timedelta

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake import clock

BERLIN = clock.zone("Europe/Berlin")


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2026-10-12 23:59", "2026-10-12T21:59"),
        ("2026-10-12T23:59:00Z", "2026-10-12T23:59"),
        ("2026-10-12 23:59:00 -0700", "2026-10-13T06:59"),
        ("2026-10-12 23:59 UTC", "2026-10-12T23:59"),
        ("2026-10-12 23:59 America/New_York", "2026-10-13T03:59"),
        ("2026-10-12 23:59:01.5 (Asia/Kathmandu)", "2026-10-12T18:14"),
        ("2026-10-12 23:59 CEST", "2026-10-12T21:59"),
        ("Monday, 12 October 2026, 11:59 PM", "2026-10-12T21:59"),
        ("Monday, 12 October 2026, 12:05\u202fAM", "2026-10-11T22:05"),
        ("Monday, 7 December 2026, 23:59", "2026-12-07T22:59"),
        ("2026-10-25 02:30", "2026-10-25T00:30"),  # twice that night: the earlier is meant
    ],
)
def test_a_time_is_read_in_the_zone_that_it_means(text, moment):
    assert clock.moment(text, BERLIN).isoformat().startswith(moment)


def test_of_two_moments_a_deadline_is_the_later():
    assert clock.moment("2026-10-25 02:30", BERLIN, latest=True).hour == 1


@pytest.mark.parametrize(
    "text, zone, words",
    [
        ("2026-03-29 02:30", BERLIN, "does not exist in Europe/Berlin, where clocks skip it"),
        ("2011-12-30 12:00", clock.zone("Pacific/Apia"), "does not exist in Pacific/Apia"),
        ("2026-10-12 23:59", None, "says no time zone; write `timezone"),
        ("2026-10-12 23:59 Berlin", BERLIN, "Did you mean 'Europe/Berlin'?"),
        ("2026-10-12 23:59 PST", BERLIN, "'PST' is no time zone; write one such as Europe/Berlin"),
        ("2026-10-12", BERLIN, "is no time that can be read; write it as 2026-10-12 23:59"),
        ("10/12/2026 11:59 PM", BERLIN, "is no time that can be read"),
        ("31 June 2026, 11:59 PM", BERLIN, "is no time that can be read"),
        ("Montag, 12 Brumaire 2026, 23:59", BERLIN, "write it in English"),
        ("2026-13-01 10:00", BERLIN, "is no time that can be read"),
        ("yesterday", BERLIN, "is no time that can be read"),
    ],
)
def test_what_no_clock_showed_or_nobody_can_read_is_refused(text, zone, words):
    with pytest.raises(GradeError) as refused:
        clock.moment(text, zone)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "name", ["Europe/Berlinn", "../etc/passwd", "Europe", "", "x" * 300, "a\0b"]
)
def test_only_a_zone_of_the_database_is_one(name):
    with pytest.raises(GradeError, match="is no time zone; write one such as Europe/Berlin or UTC"):
        clock.zone(name)


def test_lengths_of_time():
    assert clock.span("2 days") == clock.span("48h") == timedelta(days=2)
    assert clock.span("1 Week and 90 min") == timedelta(days=7, minutes=90)
    for text in ("2", "two days", "2 dogs", "", "-1 day", "9999999 weeks"):
        with pytest.raises(GradeError, match=r"is no length of time|is longer than ten years"):
            clock.span(text)
