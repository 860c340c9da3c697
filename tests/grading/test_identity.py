"""One student is one, whatever a platform calls them; a name that fits two is asked about."""

from pathlib import PurePath

import pytest

from coursekit.grading.intake.classroom import Classroom
from coursekit.grading.intake.identity import NOBODY, Identity
from coursekit.grading.intake.layouts import places
from coursekit.grading.intake.roster import Person, Roster

ADA = Person("a1", "Ada King Lovelace", "ada@x.org", "A", canvas="34", login="aking", also=("ada",))
LEE, OTHER = Person("k1", "Kim Lee", section="A"), Person("k2", "Kim Lee", section="B")
ZOE = Person("z1", "Zoë O'Neill-Ünal", section="B")
BEA, CEM = Person("b1", "Bea Bo", group="Team 1"), Person("c1", "Cem Can", group="Team 1")
ROSTER = Roster([ADA, LEE, OTHER, ZOE, BEA, CEM])
BOOK = "01_mean_and_variance.ipynb"
LESSON = "mean_and_variance"


def whose(*files, **more):
    """Of each file, the ids that it is of; and what is asked."""
    who = Identity(ROSTER, **more)
    paths = [PurePath(file) for file in files]
    read = Classroom(who).persons(places(paths, [LESSON], dict.fromkeys(paths, LESSON)), {})
    return [(read[path].student, *read[path].shared) for path in paths], [*who.asked.values()]


@pytest.mark.parametrize(
    "file, ids",
    [
        (f"ada/{BOOK}", ("a1",)),
        (f"Ada King Lovelace/{BOOK}", ("a1",)),
        (f"Lovelace, Ada King/{BOOK}", ("a1",)),
        (f"submitted/aking/ps1/{BOOK}", ("a1",)),
        (f"whatever_34_2084_{BOOK}", ("a1",)),  # Canvas's own number, whatever the name
        (f"oneillünalzoë_LATE_77_2084_{BOOK}", ("z1",)),
        (f"Zoe\u0308 O'Neill-U\u0308nal_9_assignsubmission_file_/{BOOK}", ("z1",)),
        (f"B-Zoë O'Neill-Ünal_9_assignsubmission_file_/{BOOK}", ("z1",)),
        (f"5-6 - Ada King Lovelace - Jan 31, 2026 1159 PM/{BOOK}", ("a1",)),
        (f"ps_aking_attempt_2026-01-31-23-59-59_{BOOK}", ("a1",)),
        (f"ada + Zoë O'Neill-Ünal/{BOOK}", ("a1", "z1")),
        (f"b1/{BOOK}", ("b1", "c1")),  # one of a group: the others have it too
        (f"team1_55_2084_{BOOK}", ("b1", "c1")),
    ],
)
def test_every_platforms_name_is_one_student(file, ids):
    assert whose(file) == ([ids], [])


@pytest.mark.parametrize(
    "file, student, fits",
    [
        (f"Kim Lee/{BOOK}", "Kim Lee", (LEE, OTHER)),
        (f"leekim_77_2084_{BOOK}", "leekim_77", (LEE, OTHER)),
        (f"Kim Lee_5_assignsubmission_file_/{BOOK}", "Kim Lee", (LEE, OTHER)),
        (f"lovelaceadaking_99_2084_{BOOK}", "lovelaceadaking_99", ()),  # she has another number
        (f"Q-Kim Lee_5_assignsubmission_file_/{BOOK}", "Q-Kim Lee", ()),
        (f"ada + Kim Lee/{BOOK}", "ada + Kim Lee", ()),
        (f"Ida/{BOOK}", "Ida", ()),
    ],
)
def test_what_a_name_does_not_say_is_asked_and_never_guessed(file, student, fits):
    found, [asked] = whose(file)
    assert found == [(student,)] and asked.fits == fits


def test_two_who_hand_in_under_one_name_are_never_one_of_the_roster():
    files = [f"Bea Bo_{n}_assignsubmission_file_/{BOOK}" for n in (1, 2)]
    found, asked = whose(*files)
    assert found == [("Bea Bo_1",), ("Bea Bo_2",)] and [a.fits for a in asked] == [(BEA,)] * 2
    found, asked = whose(*files, numbers={(LESSON, "1"): "b1", (LESSON, "2"): "z1"})
    assert found == [("b1", "c1"), ("z1",)] and asked == []


def test_one_question_is_for_all_lessons_where_a_name_or_number_is():
    other = "02_scaling_inputs.ipynb"
    for name, count in (
        ("Kim Lee/{}", 1), ("leekim_7_2084_{}", 1), ("Kim Lee_7_assignsubmission_file_/{}", 2),
    ):  # fmt: skip
        who = Identity(ROSTER)
        paths = [PurePath(name.format(book)) for book in (BOOK, other)]
        Classroom(who).persons(places(paths, [LESSON, "scaling_inputs"]), {})
        assert len(who.asked) == count, name


def test_what_the_instructor_says_counts():
    files = [f"Kim Lee_{n}_assignsubmission_file_/{BOOK}" for n in (1, 2, 3)]
    said = {("kim lee", "1", LESSON): (LEE,), ("kim lee", "2", LESSON): NOBODY}
    found, [asked] = whose(*files, answers=said)
    assert found == [("k1",), ("Kim Lee_2",), ("Kim Lee_3",)] and asked.number == "3"
