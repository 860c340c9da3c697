"""Times in names: of two, the later is the greater."""

import pytest

from coursekit.grading.intake.dated import number


@pytest.mark.parametrize(
    "earlier, later",
    [
        ("2026-01-31-23-59-59", "2026-02-01-00-00-00"),
        ("Jan 31, 2026 1159 PM", "Feb. 1, 2026 1200 AM"),
        ("2026-01-31 23:59:59.9 UTC", "2026-02-01 00:00:00 UTC"),
        ("März 1, 2026 1200 AM", "Jan 1, 2026 100 AM"),
    ],
)
def test_of_two_times_in_names_the_later_is_the_greater(earlier, later):
    assert number(earlier) < number(later)


def test_a_time_that_cannot_be_read_comes_before_all_others():
    assert number("") == number("Mrz 1, 2026 100 AM") == number("2026-02-31 23:59:59 UTC") == 0
