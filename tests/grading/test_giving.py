"""Feedback goes back in zips as platforms take them; whom nothing is for is named, with why."""

import json
import zipfile

import pytest

from coursekit.cli import main
from coursekit.errors import GradeError
from coursekit.grading import gather, giving, seal
from coursekit.grading.giving import give_back
from coursekit.grading.gradebook import Conditions, Gradebook, Override, locate
from coursekit.grading.intake.inventory import BEGINNING, listed
from coursekit.grading.intake.passages import Passage
from coursekit.grading.intake.submissions import discover
from coursekit.grading.reports.results import SubmissionReport, ungraded
from grading.class_of import passed, result

MEANS, NORM = "01_mean_and_variance", "04_batchnorm_forward"
FILE = "assignsubmission_file_"
ROSTER = """id,name,group,canvas,section
a1,Ada Lovelace,,4711,A
k1,Kim Lee,,,A
k2,Kim Lee,,,B
e1,Emmy Noether,Team 1,12,A
b1,Bo Li,Team 1,13,A
c1,"Cem Öz",,,B
z1,Zoe,,,B
"""
HANDED = (
    f"hw.zip/Ada Lovelace_101_{FILE}/{MEANS}.ipynb",
    f"Kim Lee_102_{FILE}/{MEANS}.ipynb",
    f"Kim Lee_103_{FILE}/my {MEANS} (1).ipynb",
    f"Team 1_104_{FILE}/{MEANS}.ipynb",
    f"Cem Öz/{MEANS}.ipynb",
    f"lovelaceada_LATE_4711_90210_{NORM}-1.ipynb",
    f"team1_12_90211_{NORM}.ipynb",
    f"leekim_14_90212_{NORM}.ipynb",
    f"Gast_205_{FILE}/{NORM}.ipynb",
)


def notebook(text):
    cell = {"cell_type": "code", "source": f"# {text}", "metadata": {}, "outputs": [],
            "execution_count": None}  # fmt: skip
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def judged(one):
    """What the judge might have said of a submission."""
    if one.problem:
        return ungraded(one, "malformed", one.problem)
    results = (passed(), result("g", "manual", 0, 1))
    own = (Passage("f", 1, 1, "def f(x): return '<script>'"),)
    status = "judge_failed" if "_14_" in one.file else "graded"
    about = (one.student, one.lesson, one.file, status)
    return SubmissionReport(*about, results=results, shown=results, passages=own)


@pytest.fixture
def out(tmp_path):
    """The reports of a class that came from everywhere, as if it had been graded."""
    folder, out = tmp_path / "in", tmp_path / "out"
    for file in HANDED:
        inner = file.removeprefix("hw.zip/")
        if inner != file:
            folder.mkdir(exist_ok=True)
            with zipfile.ZipFile(folder / "hw.zip", "w") as archive:
                archive.writestr(inner, notebook(file))
            continue
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(notebook(file), "utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    out.mkdir()
    (tmp_path / "scratch").mkdir()
    room = gather.gather(gather.Told(tmp_path / "roster.csv"), out, None)
    conditions = Conditions(1, "bubblewrap", 10, 60, {})
    with Gradebook.open(locate(out), create=True) as book:
        book.keep(settings=json.dumps({"sandbox": "bubblewrap", "out": str(out)}), seed="1")
        gather.keep(book, out, room)
        found = discover(folder, tmp_path / "scratch", room=room)
        for row, one in book.hand_in(found, conditions).items():
            book.record(row, judged(one), conditions)
    return out


def pages(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def whom(given):
    return {one.who: one.why for one in given.kept}


def test_moodle_takes_a_zip_for_each_assignment_and_nobody_is_silently_left_out(out):
    given = give_back(str(out), "moodle")
    path, other = (out / "upload" / "moodle" / f"{lesson}.zip" for lesson in (MEANS, NORM))
    assert given.zips == {path: 4, other: 1}
    made = pages(path)
    assert list(made) == [
        f"Ada Lovelace_101_{FILE}/{MEANS}.html", f"Kim Lee_102_{FILE}/{MEANS}.html",
        f"Kim Lee_103_{FILE}/{MEANS}.html", f"Team 1_104_{FILE}/{MEANS}.html",
    ]  # fmt: skip
    team = made[f"Team 1_104_{FILE}/{MEANS}.html"]
    assert "Bo Li; Emmy Noether" in team and "&lt;script&gt;" in team and "<script" not in team
    why = whom(given)
    assert "does not have the name that Moodle's download" in why["Cem Öz (c1)"]
    assert "which is no verdict" in why["leekim_14"]
    assert sum("Moodle" in words for words in why.values()) == 4  # and those who used Canvas
    assert [one.id for one in given.absent] == ["k1", "k2", "z1"] and given.exit_code == 1
    said = given.summary()
    assert f"4 pages: {path}" in said and "given back without: 5 pages" in said
    assert "  Cem Öz (c1), mean_and_variance: its file does not" in said and "z1 (Zoe, B)" in said
    assert {*why} == {one["who"] for one in given.as_json()["kept"]}


def test_canvas_and_folders_and_what_differs_in_a_group(out, tmp_path, capsys, monkeypatch):
    book, to = str(out), tmp_path / "back"
    canvas = give_back(book, "canvas", to, "04")
    names = [f"lovelaceada_LATE_4711_90210_{NORM}.html", f"team1_12_90211_{NORM}.html"]
    assert list(pages(to / f"{NORM}.zip")) == names
    assert {*whom(canvas)} == {"Gast", "leekim_14"} and len(canvas.absent) == 4
    first, read = (to / f"{NORM}.zip").read_bytes(), seal.written(out)
    assert main(["feedback", book, "--platform", "canvas", "--to", str(to), "--lesson", "4"]) == 1
    assert (to / f"{NORM}.zip").read_bytes() == first and "2 pages: " in capsys.readouterr().out
    whole = give_back(book, "canvas", to)
    assert [one.who for one in whole.elsewhere if "Cem" in one.who] and whole.exit_code == 1
    assert "not by way of canvas:\n  mean_and_variance: 6 pages" in whole.summary()
    monkeypatch.setattr(giving, "FEW", 0)  # a section that is on another platform
    section = give_back(book, "canvas", to)
    assert {*whom(section)} == {"leekim_14"}, "who is of the platform is named all the same"
    assert "batchnorm_forward: 1 page\n  (--json names each)" in section.summary()
    assert len(section.as_json()["elsewhere"]) == 7
    with Gradebook.open(locate(out)) as kept:
        kept.override(Override("b1", "batchnorm_forward", "g", 1, "told me"))
    canvas = give_back(book, "canvas", to / "one.zip", "batchnorm_forward")
    assert list(pages(to / "one.zip")) == names[:1]
    assert whom(canvas)["Bo Li (b1)"] == whom(canvas)["Emmy Noether (e1)"]
    assert "theirs differ" in whom(canvas)["Bo Li (b1)"]

    folders = give_back(book, "folders")
    made = pages(out / "upload" / "folders" / "feedback.zip")
    assert len(made) == 10 and {*whom(folders)} == {"leekim_14"}
    assert "told me" in made[f"b1/{NORM}.html"] and "told me" not in made[f"e1/{NORM}.html"]
    assert seal.written(out) == read, "what goes back is no part of a run"
    for name in ("scores.csv", "report.html"):
        (out / name).touch()
    (out / "results.json").write_bytes(BEGINNING)
    assert not any("upload" in one.file for one in next(listed(tmp_path, None)))


def test_what_cannot_be_asked_for_is_said(out, tmp_path):
    with pytest.raises(GradeError, match="need a zip each: name a folder"):
        give_back(str(out), "moodle", tmp_path / "x.zip")
    with pytest.raises(GradeError, match="nobody handed in 'no_such'"):
        give_back(str(out), "canvas", None, "no_such")
    with pytest.raises(GradeError, match="there is no gradebook at"):
        give_back(str(tmp_path / "nowhere"), "moodle")
