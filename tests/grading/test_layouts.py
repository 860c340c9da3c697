"""Each layout says whose a file is; what looks like two of them is read as people mean it."""

from pathlib import PurePath

import pytest

from coursekit.grading.layouts import LAYOUTS, Place, places, shapes

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


def test_sections_of_a_class_are_not_taken_for_students():
    """A guess would grade Ann or Bob as a version of the other."""
    ann, bob, cem = read(*(f"{place}/01_{MEAN}.ipynb" for place in ("a/ann", "a/bob", "b/cem")))
    assert ann is bob is None and cem == Place("b", MEAN)
    stray, ann, bob = read("demo.ipynb", *(f"all/{who}/01_{MEAN}.ipynb" for who in ("ann", "bob")))
    assert stray is ann is bob is None


def test_every_shape_is_told():
    assert all(layout.shape in shapes() for layout in LAYOUTS)
