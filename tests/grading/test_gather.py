"""A class is known by its roster from the first run that has it, and in every run after it."""

import csv
import json

import pytest

from coursekit import exercises
from coursekit.cli import main
from coursekit.errors import GradeError
from coursekit.grading import grade, instructor
from coursekit.grading.by_hand import login
from coursekit.grading.gather import Told, gather
from coursekit.grading.workers.local import Crew
from grading.classes import HALVES, PACK, hand_in

pytestmark = pytest.mark.usefixtures("packs_of_its_own")

ROSTER = """\ufeffid;name;email;section;group;canvas;extra time
a1;Lovelace, Ada;ada@x.org;A;;34;
k1;Kim Lee;;A;;;
k2;Kim Lee;;B;;;
b1;Bea Bo;;B;Team 1;;
c1;Çem Can;;B;Team 1;;1 day
d1;Dia Do;;A;;;
"""
POLICY = """
timezone = "Europe/Berlin"
[deadlines]
tiny = 2026-10-01T23:59:00
[late]
per_day = 0.5
"""
TIMES = """student,lesson,time
ada@x.org,tiny,2026-10-01 23:58
b1,tiny,"Friday, 2 October 2026, 11:00 PM"
"""


@pytest.fixture
def files(tmp_path):
    for name, text in (("r.csv", ROSTER), ("p.toml", POLICY), ("t.csv", TIMES)):
        (tmp_path / name).write_text(text, "utf-8")
    return {
        "roster": tmp_path / "r.csv", "policy": tmp_path / "p.toml",
        "times": [f"tiny={tmp_path / 't.csv'}"],
    }  # fmt: skip


@pytest.mark.needs("bwrap")
def test_a_roster_given_late_unites_what_was_kept_and_asks_what_it_leaves_open(
    tmp_path, files, monkeypatch, capsys
):
    folder, out = tmp_path / "in", tmp_path / "out"
    hand_in(folder, "x", HALVES[1]).rename(folder / "lovelaceada_34_2084_tiny.ipynb")
    (folder / "x").rmdir()
    hand_in(folder, "Kim Lee_5_assignsubmission_file_", "x / 2 # of Kim's")
    hand_in(folder, "Bea Bo")
    seen, judge = [], Crew.judge
    monkeypatch.setattr(Crew, "judge", lambda s, todo: seen.extend(todo) or judge(s, todo))
    grade(folder, out, packs=(PACK,), jobs=2)
    assert len(seen) == 3
    order = ["gradebook", "override", str(out), "--lesson", "tiny", "--exercise", "span"]
    order += ["--score", "1", "--reason", "seen in class"]
    assert main([*order, "--student", "lovelaceada_34"]) == 0

    report = grade(folder, out, packs=(PACK,), **files)
    assert [one.student for _, one in seen[3:]] == ["c1"], "a group's other has no result yet"
    found = {s.student: s for s in report.submissions}
    assert {s: (one.name, one.section, one.late, one.score) for s, one in found.items()} == {
        "Kim Lee": ("Kim Lee", "", 0, 3),  # two can be meant: asked, and given to neither
        "a1": ("Lovelace, Ada", "A", 0, 1),
        "b1": ("Bea Bo", "B", 1, 1.5),
        "c1": ("Çem Can", "B", 0, 3),
    }
    assert [one.id for one in report.absent] == ["k1", "k2", "d1"] and report.exit_code == 1
    assert "1 name open" in report.failures[0] and "Dia Do" in report.summary()
    assert "handed in together by Bea Bo; Çem Can" in found["c1"].notes
    assert found["b1"].page != found["c1"].page
    assert (out / found["c1"].page).exists() and (out / found["b1"].page).exists()
    lines = (out / "canvas.csv").read_text("utf-8").splitlines()
    canvas = {row[0]: row[1:6] for row in csv.reader(lines)}
    assert canvas["Lovelace, Ada"] == ["34", "", "", "A", "1"]

    whose = (out / "whose.csv").read_text("utf-8").splitlines()
    assert "k1 (Kim Lee, A); k2 (Kim Lee, B)" in whose[1] and len(whose) == 2
    (out / "whose.csv").write_text("\n".join([whose[0], whose[1] + "k2"]), "utf-8")
    del seen[:]
    report = grade(folder, out, packs=(PACK,))  # all that was told is kept
    assert not seen and report.exit_code == 0
    assert [(s.student, s.late, s.score) for s in report.submissions] == [
        ("a1", 0, 1), ("b1", 1, 1.5), ("c1", 0, 3), ("k2", 0, 3),
    ]  # fmt: skip
    capsys.readouterr()
    assert main(["gradebook", "show", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["absent"] == ["k1", "d1"] and said["totals"]["d1"] == 0
    [mark] = [one for entry in said["submissions"] for one in entry["overrides"]]
    assert mark["by"] == login() and not mark["older"], "who gave it goes along, too"
    assert main([*order, "--student", "ÇEM can"]) == 0
    with pytest.raises(GradeError, match=r"can be k1 \(Kim Lee, A\) or k2 \(Kim Lee, B\)"):
        instructor.show(str(out), "Kim Lee")
    text = instructor.show(str(out)).summary()
    assert "Handed nothing in:" in text and "Lovelace, Ada" in text


def test_what_a_run_is_told_is_nobodys_submission_and_read_before_anything_else(tmp_path, files):
    told = Told(**files)
    assert told.any and len(told.files) == 3 and not Told().any
    exercises.name_pack(PACK)
    room = gather(told, tmp_path / "out", None)
    assert room.zone is not None and room.zone.key == "Europe/Berlin"
    assert room.roster is not None and len(room.roster.people) == 6
    assert room.times.of("tiny", "a1") == "2026-10-01T21:58:00+00:00"
    assert gather(Told(), tmp_path / "out", None).who is None
