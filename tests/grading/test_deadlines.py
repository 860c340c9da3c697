"""Until when: a section's deadline before the class's, a student's extension before both."""

from datetime import UTC, datetime, timedelta

import pytest

from coursekit.errors import GradeError
from coursekit.grading.gradebook import policy
from coursekit.grading.intake.roster import Person, Roster

ADA, BEA = Person("a", "Ada", section="A"), Person("b", "Bea", section="Group B")
CEM, DIA = Person("c", "Cem", section="Group B"), Person("d", "Dia", extra=86400.0)
ROSTER = Roster([ADA, BEA, CEM, DIA])
FIRST, OTHER = "mean_and_variance", "scaling_inputs"
POLICY = """
timezone = "Europe/Berlin"
[deadlines]
mean_and_variance = 2026-10-01T23:59:00
[deadlines."Group B"]
mean_and_variance = 2026-10-25T02:30:00  # of that night's two, the later
[extensions.Cem]
mean_and_variance = "2 days"
[extensions.a]
mean_and_variance = 2026-09-01T12:00:00Z
[late]
per_day = 0.1
grace_minutes = 10
"""


def read(tmp_path, text, roster=ROSTER):
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8-sig")
    return policy.read(path, roster)


def test_each_student_has_the_deadline_that_is_theirs(tmp_path):
    found = read(tmp_path, POLICY)
    assert policy.from_text(found.as_text()) == found and found.timezone == "Europe/Berlin"
    common = datetime(2026, 10, 1, 21, 59, tzinfo=UTC)
    of = {who: found.deadlines.of(FIRST, who) for who in (None, *ROSTER.people)}
    assert of == {
        None: common,
        ADA: common,  # an extension never takes time away
        BEA: datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        CEM: datetime(2026, 10, 27, 1, 30, tzinfo=UTC),
        DIA: common + timedelta(days=1),
    }
    for who, deadline in of.items():
        for over, days in ((0, 0), (10, 0), (11, 1), (10 + 24 * 60, 1), (11 + 24 * 60, 2)):
            when = (deadline + timedelta(minutes=over)).isoformat()
            assert found.days_late(FIRST, when, False, who) == days, (who, over)


def test_a_lesson_without_a_deadline_is_never_late(tmp_path):
    found = read(tmp_path, POLICY)
    assert found.days_late(OTHER, "2099-01-01T00:00:00+00:00", True, ADA) == 0
    assert found.days_late(OTHER, "", True) == policy.Policy().days_late(FIRST, "", True) == 0


def test_a_platforms_mark_is_a_day_unless_the_student_has_more_time_than_it_knows(tmp_path):
    found = read(tmp_path, POLICY)
    assert [found.days_late(FIRST, "", True, who) for who in (None, BEA, CEM, DIA)] == [1, 1, 0, 0]


def test_what_a_student_is_excused_from_is_out_of_the_total():
    plan = policy.Policy(weights={FIRST: 3.0})
    for excused, total in (((), 0.2), ((FIRST,), 0.8), ((OTHER,), 0.0), (("*",), 0.0)):
        who = Person("a", "Ada", excused=excused)
        assert plan.total({FIRST: 0.0, OTHER: 0.8}, who) == pytest.approx(total)


@pytest.mark.parametrize(
    "text, roster, words",
    [
        ('timezone = "Berlin"', ROSTER, "timezone: 'Berlin' is no time zone"),
        ("timezone = 1", ROSTER, 'timezone must be a name such as "Europe/Berlin"; got 1'),
        (POLICY.replace("10-25", "03-29"), ROSTER,
         "deadlines.Group B.mean_and_variance: 2026-03-29 02:30 does not exist in Europe/Berlin"),
        (POLICY.replace("Group B", "Group C"), ROSTER,
         "'Group C' is no lesson and no section of the roster. Did you mean 'Group B'?"),
        (POLICY.replace("Cem", "Cemm"), ROSTER, "[extensions] 'Cemm' is nobody on the roster"),
        (POLICY.replace("2 days", "2"), ROSTER,
         "extensions.Cem.mean_and_variance: '2' is no length of time"),
        (POLICY, None, "[extensions] needs the class: give it with --roster"),
        ("[extensions]\na = 1", ROSTER, "extensions.a is a section: write [extensions.a] above"),
        ("[extensions.a]\nmean = '1 d'", ROSTER, "[extensions.a] 'mean' means nothing here"),
        ("[deadlines.A]\nmean_and_variance = 2026-01-01T12:00:00", ROSTER,
         "deadlines.A.mean_and_variance must be a time with its offset"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused(tmp_path, text, roster, words):
    with pytest.raises(GradeError) as refused:
        read(tmp_path, text, roster)
    assert words in str(refused.value)
