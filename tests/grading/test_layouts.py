"""Each layout says whose a file is; what looks like two of them is read as people mean it."""

from pathlib import PurePath

import pytest

from coursekit.grading.intake.layouts import LAYOUTS, Place, places, shapes

KNOWN = ("mean_and_variance", "batchnorm_forward", "assignment2")
MEAN = "mean_and_variance"


def read(*paths):
    found = places(map(PurePath, paths), KNOWN)
    return [found[PurePath(path)] for path in paths]


@pytest.mark.parametrize(
    "path, place",
    [
        ("zoe/01_mean_and_variance.ipynb", Place("zoe", MEAN)),
        ("zoe/assignment2.ipynb", Place("zoe", "assignment2")),
        ("Åsa B/01_mean_and_variance-2.ipynb", Place("Åsa B", MEAN, version=2)),
        ("A\u030asa/01_mean_and_variance.ipynb", Place("Åsa", MEAN)),
        ("zoe/01_mean_and_variance (1).ipynb", Place("zoe", MEAN, version=1)),
        ("zoe/01_mean_and_variance-Copy3.ipynb", Place("zoe", MEAN, version=3)),
        ("zoe/01_mean_and_variance-1 (2).ipynb", Place("zoe", MEAN, version=3)),
        ("submitted/zoe/ps1/01_mean_and_variance.ipynb", Place("zoe", MEAN)),
        ("zoe/ps1/01_mean_and_variance.ipynb", Place("zoe", MEAN)),
        ("zoe_01_mean_and_variance.ipynb", Place("zoe", MEAN)),
        ("van_der_a_01_mean_and_variance.ipynb", Place("van_der_a", MEAN)),
        ("12_34_01_mean_and_variance.ipynb", Place("12_34", MEAN)),
        ("zoe_04_no_such_lesson.ipynb", Place("zoe", "no_such_lesson")),
        ("1234567_01_mean_and_variance.ipynb", Place("1234567", MEAN)),
        ("zoe_assignment2.ipynb", Place("zoe", "assignment2")),
        ("zoe_assignment2-1.ipynb", Place("zoe", "assignment2", version=1)),
        (
            "smithbob_34_2084_01_mean_and_variance-1.ipynb",
            Place("smithbob_34", MEAN, order=2084, version=1),
        ),
        (
            "smithbob_LATE_34_2084_01_mean_and_variance.ipynb",
            Place("smithbob_34", MEAN, order=2084, late=True),
        ),
        (
            "LATE_anon_x7Yz_2084_01_mean_and_variance.ipynb",
            Place("anon_x7Yz", MEAN, order=2084, late=True),
        ),
        ("anon_x7Yz_2084_01_mean_and_variance.ipynb", Place("anon_x7Yz", MEAN, order=2084)),
        (
            "Zoë de Wit_1327_assignsubmission_file_/01_mean_and_variance.ipynb",
            Place("Zoë de Wit", MEAN, person="1327"),
        ),
        (
            "Zoë de Wit_1327_assignsubmission_file/hw/01_mean_and_variance.ipynb",
            Place("Zoë de Wit", MEAN, person="1327"),
        ),
        (
            "Zoë de Wit_1327_assignsubmission_file_01_mean_and_variance.ipynb",
            Place("Zoë de Wit", MEAN, person="1327"),
        ),
        (
            "zoe+ps1+2026-01-31 23:59:59.123456 UTC+aB_x-9/01_mean_and_variance.ipynb",
            Place("zoe", MEAN, order=1769903999),
        ),
        (
            "zoe+ps1+2026-01-31 23:59:59 UTC/hw.ipynb",
            Place("zoe", "hw", order=1769903999),
        ),
        (
            "12-345 - Zoë de Wit - Jan 31, 2026 1159 PM/hw/01_mean_and_variance.ipynb",
            Place("Zoë de Wit", MEAN, person="12", order=20260131235900),
        ),
        (
            "12-345 - Zoë de Wit - Feb 1, 2026 111 AM - 01_mean_and_variance.ipynb",
            Place("Zoë de Wit", MEAN, person="12", order=20260201011100),
        ),
        (
            "12-345 - Zoë de Wit - 1. févr., 2026 1200 AM/01_mean_and_variance.ipynb",
            Place("12-345 - Zoë de Wit - 1. févr., 2026 1200 AM", MEAN),
        ),
        (
            "HW_1 (b)_s123_attempt_2026-01-31-23-59-59_01_mean_and_variance.ipynb",
            Place("s123", MEAN, order=20260131235959),
        ),
        ("zoe/01_mean_and_variance.IPYNB", Place("zoe", MEAN)),
        ("zoe/01_mean_and_variance (1).ipynb.txt", Place("zoe", MEAN, version=1)),
        ("zoe/Copy of 01_mean_and_variance.ipynb", Place("zoe", MEAN)),
        ("Copy of zoe_01_mean_and_variance.ipynb", Place("zoe", MEAN)),
        ("Copy of 01_mean_and_variance.ipynb", None),
        ("01_mean_and_variance.ipynb", None),
        ("assignment2.ipynb", None),
        ("submitted/zoe/01_mean_and_variance.ipynb", None),
        ("zoe/hw/old/01_mean_and_variance.ipynb", None),
    ],
)
def test_a_path_says_who_and_what(path, place):
    assert read(path) == [place]


@pytest.mark.parametrize(
    "shape",
    ["all/{}/01_{}.ipynb", "all/{}_01_{}.ipynb", "all/{}/ps1/01_{}.ipynb",
     "submitted/{}/01_{}.ipynb", "all/{}_1_assignsubmission_file_/01_{}.ipynb",
     "all/{}_1_2345_01_{}.ipynb"],
)  # fmt: skip
def test_a_class_in_one_folder_too_many_is_seen_through(shape):
    got = read(*(shape.format(who, MEAN) for who in ("ann", "bob")))
    assert [p.student.removesuffix("_1") for p in got] == ["ann", "bob"]
    assert [p.lesson for p in got] == [MEAN, MEAN]


def test_one_student_with_a_folder_per_lesson_stays_one():
    lessons = KNOWN[:2]
    got = read(*(f"ann/{n}/01_{n}.ipynb" for n in lessons))
    assert [(p.student, p.lesson) for p in got] == [("ann", n) for n in lessons]
    assert [p.student for p in read(*(f"ann/01_{n}.ipynb" for n in lessons))] == ["ann", "ann"]


def test_who_hands_in_again_through_nbgraders_exchange_stays_one():
    times = ("2026-01-31 09:00:00.5 UTC+x", "2026-01-31 23:59:59.5 UTC+y")
    first, second = read(*(f"ann+ps1+{when}/01_{MEAN}.ipynb" for when in times))
    assert first.student == second.student == "ann" and first.order < second.order


def test_sections_of_a_class_are_not_taken_for_students():
    """A guess would grade Ann or Bob as a version of the other."""
    ann, bob, cem = read(*(f"{place}/01_{MEAN}.ipynb" for place in ("a/ann", "a/bob", "b/cem")))
    assert ann is bob is None and cem == Place("b", MEAN)
    stray, ann, bob = read("demo.ipynb", *(f"all/{who}/01_{MEAN}.ipynb" for who in ("ann", "bob")))
    assert stray is ann is bob is None


@pytest.mark.parametrize(
    "path, place",
    [  # a platform's words, then the learner's own, which are like a platform's
        (
            "smithann_LATE_4712_9998_5_999_01_mean_and_variance.ipynb",
            Place("smithann_4712", MEAN, order=9998, late=True),
        ),
        (
            "smithann_LATE_47_98_5_999_01_mean_and_variance.ipynb",
            Place("smithann_47", MEAN, order=98, late=True),
        ),
        (
            "smithann_4712_9998_LATE_5_999_01_mean_and_variance.ipynb",
            Place("smithann_4712", MEAN, order=9998),
        ),
        (
            "smithann_4712_9998_LATE_anon_x7_999_01_mean_and_variance.ipynb",
            Place("smithann_4712", MEAN, order=9998),
        ),
        (
            "Ann_1_assignsubmission_file_Bob_2_assignsubmission_file_01_mean_and_variance.ipynb",
            Place("Ann", MEAN, person="1"),
        ),
        (
            "hw_ann_attempt_2026-01-31-23-59-59_bob_attempt_2027-01-31-23-59-59_x.ipynb",
            Place("ann", MEAN, order=20260131235959),
        ),
        (
            "1-2 - Ann - Jan 31, 2026 1159 PM - Bob - Jan 31, 2027 1159 PM - x.ipynb",
            Place("Ann", MEAN, person="1", order=20260131235900),
        ),
        ("1-2 - Ann - \u00b2 1, 2026 1159 PM - x.ipynb", Place("Ann", MEAN, person="1")),
        ("ann/bob_1_2000_01_mean_and_variance.ipynb", Place("ann", MEAN)),
        ("ann/Bob_2_assignsubmission_file_/01_mean_and_variance.ipynb", Place("ann", MEAN)),
        ("bob_LATE_1_2000_x/01_mean_and_variance.ipynb", Place("bob_LATE_1_2000_x", MEAN)),
    ],
)
def test_a_learners_own_name_says_nothing_of_who_and_when(path, place):
    own = PurePath(path)
    assert places([own], KNOWN, {own: MEAN})[own] == place


def told(*paths):
    made = [PurePath(path) for path in paths]
    found = places(made, KNOWN, dict.fromkeys(made, MEAN))
    return [place.student if place else None for place in found.values()]


def test_a_notebook_by_itself_that_names_its_lesson_is_of_whom_its_name_says():
    assert told("ann.ipynb", "Copy of bob (2).ipynb", "cem_01_mean_and_variance_final.ipynb") == [
        "ann", "bob", "cem",
    ]  # fmt: skip
    assert told("01_mean_and_variance_final.ipynb") == [None]


def test_names_of_different_people_in_one_folder_are_not_versions_of_one():
    stray = "z/01_mean_and_variance.ipynb"
    for ann, bob in (
        ("ann.ipynb", "bob.ipynb"),
        (f"ann_1_2000_01_{MEAN}.ipynb", f"bob_2_2001_01_{MEAN}.ipynb"),
        (f"ann_01_{MEAN}.ipynb", f"bob_01_{MEAN}.ipynb"),
    ):
        assert told(f"a/{ann}", f"a/{bob}", stray) == [None, None, "z"], (ann, bob)
        assert all(told(f"a/{ann}", f"a/{bob}")), "a folder too many is seen through"
    mine = ["homework.ipynb", "homework_final.ipynb", f"01_{MEAN}.ipynb", f"01_{MEAN}_mine.ipynb"]
    assert told(*(f"a/{name}" for name in mine), stray) == ["a"] * 4 + ["z"]


def test_what_is_no_notebook_lies_where_its_owner_does():
    paths = [
        "ann/data/x.csv", "submitted/bob/ps1/x.pdf", "cem_1_2000_x.png", "dia_LATE_1_text.html",
        "hw_eva_attempt_2026-01-31-23-59-59.txt", "Fay_1_assignsubmission_onlinetext_/o.html",
        "roster.csv",
    ]  # fmt: skip
    found = places([], KNOWN, beside=map(PurePath, paths))
    assert [found[PurePath(path)] and found[PurePath(path)].student for path in paths] == [
        "ann", "bob", "cem_1", "dia_1", "eva", "Fay", None,
    ]  # fmt: skip


def test_every_shape_is_told():
    assert all(layout.shape in shapes() for layout in LAYOUTS)
