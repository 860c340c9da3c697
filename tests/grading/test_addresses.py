"""A page goes to whoever handed in, and to nobody whom a learner's own names call out."""

import pytest

from coursekit.grading.addresses import Addresses, Nowhere
from coursekit.grading.gradebook import Entry
from coursekit.grading.intake.classroom import Classroom
from coursekit.grading.intake.identity import NOBODY, Identity
from coursekit.grading.intake.roster import Person, Roster
from coursekit.grading.intake.times import Times

LESSON, BOOK = "mean_and_variance", "01_mean_and_variance.ipynb"
ADA, KIM, LEE = Person("a1", "Ada Lovelace", canvas="4711"), Person("k1", "Kim Lee"), "Kim Lee"
EMMY = Person("e1", "Emmy Noether", group="Team 1", canvas="12")
BO = Person("b1", "Bo Li", group="Team 1", canvas="13")
FILE = "assignsubmission_file"
ROOM = Classroom(
    Identity(
        Roster([ADA, KIM, Person("k2", "Kim Lee"), EMMY, BO, Person("c1", "Cem", also=("C-7",))]),
        {("kim lee", "103", LESSON): (KIM,), ("guest", "9", LESSON): NOBODY},
    ),
    Times({}, {(LESSON, "105"): "b1"}),
)


def entry(student, file):
    return Entry(student, LESSON, file, "", 1, 1, None, None)


def path(platform, student, file, room=ROOM):
    """The page's path, or why there is none."""
    addresses = Addresses(room, {student: "folder"})
    try:
        return getattr(addresses, platform)(entry(student, file), "p.html").path
    except Nowhere as error:
        return str(error)


@pytest.mark.parametrize(
    "student, file, where",
    [
        ("a1", f"hw.zip/Ada Lovelace_101_{FILE}_/{BOOK}", f"Ada Lovelace_101_{FILE}_/p.html"),
        ("a1", f"Ada Lovelace_101_{FILE}/deep/x.ipynb", f"Ada Lovelace_101_{FILE}_/p.html"),
        ("a1", f"Ada Lovelace_101_{FILE}_{BOOK}", f"Ada Lovelace_101_{FILE}_/p.html"),
        ("k1", f"Kim Lee_103_{FILE}_/{BOOK}", f"Kim Lee_103_{FILE}_/p.html"),  # as whose.csv says
        ("Kim Lee_102", f"Kim Lee_102_{FILE}_/{BOOK}", f"Kim Lee_102_{FILE}_/p.html"),  # not yet
        ("Guest", f"Guest_9_{FILE}_/{BOOK}", f"Guest_9_{FILE}_/p.html"),
        ("c1", f"C-7_8_{FILE}_/{BOOK}", f"C-7_8_{FILE}_/p.html"),
        ("b1", f"Emmy Noether_104_{FILE}_/{BOOK}", f"Bo Li_105_{FILE}_/p.html"),
        ("b1", f"Team 1_55_{FILE}/{BOOK}", f"Team 1_55_{FILE}_/p.html"),
        ("a1", f"..\\Ada Lovelace_101_{FILE}_/{BOOK}", "handed in by ..\\Ada"),
        ("..", f".._7_{FILE}_/{BOOK}", f"Participant_7_{FILE}_/p.html"),
        ("c1", f"cem/Ada Lovelace_101_{FILE}_/{BOOK}", "does not have the name that Moodle's"),
        ("c1", f"Cem/Cem_101_{FILE}_{BOOK}", "does not have the name that Moodle's download"),
        ("e1", f"Ada Lovelace_101_{FILE}_/{BOOK}", "it was handed in by Ada Lovelace, and Moodle"),
        ("a1", f"lovelaceada_4711_90210_{BOOK}", "does not have the name that Moodle's download"),
    ],
)
def test_moodle_knows_a_page_by_the_participants_number(student, file, where):
    assert where in path("moodle", student, file)


@pytest.mark.parametrize(
    "student, file, where",
    [
        ("a1", f"hw.zip/lovelaceada_4711_90210_{BOOK}", "lovelaceada_4711_90210_p.html"),
        ("a1", "lovelaceada_LATE_4711_9_x_1_2.ipynb", "lovelaceada_LATE_4711_9_p.html"),
        ("anon_Ab1", f"anon_Ab1_90210_{BOOK}", "anon_Ab1_90210_p.html"),
        ("b1", f"team1_12_90210_{BOOK}", "team1_12_90210_p.html"),  # Emmy's upload, as a group's
        ("b1", f"noetheremmy_12_90210_{BOOK}", "it was handed in by noetheremmy, and Canvas"),
        ("c1", f"cem/lovelaceada_4711_90210_{BOOK}", "does not have the name that Canvas's"),
        ("c1", f"Cem/cem_4711_90210_{BOOK}", "does not have the name that Canvas's"),
        ("a1", f"Ada Lovelace_101_{FILE}_/{BOOK}", "does not have the name that Canvas's"),
    ],
)
def test_canvas_knows_a_page_by_the_numbers_of_user_and_file(student, file, where):
    assert where in path("canvas", student, file)


def test_without_a_roster_everybody_is_who_their_files_say():
    nobody = Classroom()
    assert path("moodle", LEE, f"{LEE}_7_{FILE}_/{BOOK}", nobody) == f"{LEE}_7_{FILE}_/p.html"
    assert path("canvas", "leekim_34", f"leekim_34_990_{BOOK}", nobody) == "leekim_34_990_p.html"
    assert "does not have" in path("moodle", "ada", f"ada/ada_7_{FILE}_{BOOK}", nobody)
    assert path("canvas", ".._34", f".._34_990_{BOOK}", nobody) == "34_990_p.html"
    assert path("folder", "ada", f"ada/{BOOK}", nobody) == "folder/p.html"
