"""When something was handed in, by what is known of the class."""

from pathlib import PurePath

from coursekit.grading.intake import clock
from coursekit.grading.intake.classroom import Classroom
from coursekit.grading.intake.identity import Identity
from coursekit.grading.intake.layouts import places
from coursekit.grading.intake.roster import Person, Roster
from coursekit.grading.intake.times import Times

BOOK = "01_mean_and_variance.ipynb"
LESSON = "mean_and_variance"
BERLIN = clock.zone("Europe/Berlin")


def place(file, room):
    read = places([PurePath(file)], [LESSON], {PurePath(file): LESSON})
    return room.persons(read, {})[PurePath(file)]


def test_a_told_time_is_found_by_every_name_of_a_student():
    at = {name: "then" for name in ("a1", "bo", "participant 7", "canvas 34", "kim lee")}
    told = Times({(name, LESSON): when for name, when in at.items()})
    room = Classroom(Identity(Roster([Person("A1", "Ada"), Person("c", "Cem")])), told)
    for file in (
        "Ada",
        "A1",
        "Bo",
        "Kim Lee_9_assignsubmission_file_",
        "x_7_assignsubmission_file_",
    ):
        assert room.told_time(place(f"{file}/{BOOK}", room)) == "then", file
    assert room.told_time(place(f"x_34_2084_{BOOK}", room)) == "then"
    for file in (f"Cem/{BOOK}", f"x_35_2084_{BOOK}", f"x_8_assignsubmission_file_/{BOOK}"):
        assert room.told_time(place(file, room)) == "", file


def test_a_time_in_a_name_is_one_where_the_zone_of_the_class_is_known(tmp_path):
    blackboard = f"ps_ada_attempt_2026-10-12-23-59-59_{BOOK}"
    for file in (blackboard, f"5-6 - Ada - Oct 12, 2026 1159 PM/{BOOK}"):
        here, nowhere = Classroom(zone=BERLIN), Classroom()
        when, odd = here.own_time(tmp_path, place(file, here))
        assert when.startswith("2026-10-12T21:59") and odd == []
        assert nowhere.own_time(tmp_path, place(file, nowhere)) == ("", [])
    skipped = place(f"ps_ada_attempt_2026-03-29-02-30-00_{BOOK}", here)
    when, [odd] = here.own_time(tmp_path, skipped)
    assert when == "" and "counts for nothing: 2026-03-29 02:30 does not exist in Europe" in odd
    canvas = place(f"ada_34_20261012235959_{BOOK}", here)
    assert here.own_time(tmp_path, canvas) == ("", []), "a number of Canvas's is no date"


def test_nbgraders_file_may_name_a_zone_or_what_it_is_called_in_the_class(tmp_path):
    room = Classroom(zone=BERLIN)
    for text, hour in (
        ("2026-10-12 23:59:01.5 UTC", "23"), ("2026-10-12 23:59", "23"),
        ("\ufeff2026-10-12 23:59:01 Europe/Berlin\n", "21"), ("2026-10-12 23:59:01 CEST", "21"),
    ):  # fmt: skip
        (tmp_path / "timestamp.txt").write_text(text, "utf-8")
        when, odd = room.own_time(tmp_path, place(f"ada/{BOOK}", room))
        assert when.startswith(f"2026-10-12T{hour}:59") and odd == [], text
