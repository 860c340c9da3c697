"""What is written of a finished run is all there, and written again only where it changed."""

import json
import shutil

import pytest

from coursekit.errors import GradeError
from coursekit.grading import grade
from coursekit.grading.intake.submissions import discover
from coursekit.grading.reports import outputs, similarity
from grading.class_of import class_of, handed, passed
from grading.make_submissions import FOLDER

WRITTEN = {
    "results.json", "scores.csv", "canvas.csv", "moodle.csv", "gradebook.csv", "report.html",
    "similar.html", "similar.json", "gradescope/ada/results.json",
}  # fmt: skip
A_CLASS = class_of(handed("ada", "my_lesson", passed()))


def states(folder):
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {name: (p.stat().st_ino, p.stat().st_mtime_ns) for name, p in found.items()}


def test_everything_is_written_and_a_second_time_nothing(tmp_path):
    outputs.write(A_CLASS, tmp_path, ())
    before = states(tmp_path)
    assert before.keys() == WRITTEN
    outputs.write(A_CLASS, tmp_path, ())
    assert states(tmp_path) == before
    outputs.write(class_of(handed("ada", "my_lesson", passed(points=3))), tmp_path, ())
    after = states(tmp_path)
    changed = {name for name in WRITTEN if after[name] != before[name]}
    assert changed == WRITTEN - {"similar.html", "similar.json"}


def test_without_the_submissions_the_list_of_answers_that_are_alike_stays_as_it_is(tmp_path):
    """As after an override: the notebooks may be gone by then."""
    outputs.write(A_CLASS, tmp_path, ())
    before = states(tmp_path)
    outputs.write(class_of(handed("ben", "my_lesson", passed())), tmp_path)
    after = states(tmp_path)
    assert all(after[name] == before[name] for name in ("similar.html", "similar.json"))
    assert "gradescope/ben/results.json" in after


@pytest.mark.needs("bwrap")
def test_answers_are_compared_again_only_if_a_submission_changed(tmp_path, monkeypatch):
    for student in ("ada", "ben"):
        shutil.copytree(FOLDER / "ada_solved", tmp_path / "in" / student)
    report = grade(tmp_path / "in", tmp_path / "out", seed=3)
    groups = json.loads((tmp_path / "out" / "similar.json").read_text("utf-8"))["groups"]
    assert {tuple(group["students"]) for group in groups} == {("ada", "ben")}
    asked, really = [], similarity.similar
    monkeypatch.setattr(similarity, "similar", lambda *a: asked.append(a) or really(*a))
    outputs.write(report, tmp_path / "out", discover(tmp_path / "in"))
    assert not asked
    [notebook, *_] = sorted((tmp_path / "in" / "ben").glob("*.ipynb"))
    notebook.write_text(notebook.read_text("utf-8").replace("axis=0", "axis=-2"), "utf-8")
    outputs.write(report, tmp_path / "out", discover(tmp_path / "in"))
    assert len(asked) == 1
    monkeypatch.undo()
    shutil.copytree(FOLDER / "ada_solved", tmp_path / "next" / "cem")
    grade(tmp_path / "next", tmp_path / "now", seed=3, earlier=(str(tmp_path / "out"),))
    groups = json.loads((tmp_path / "now" / "similar.json").read_text("utf-8"))["groups"]
    assert {(*group["students"], *group["earlier"]) for group in groups} == {
        ("cem", "ada (out)", "ben (out)")
    }


def test_a_report_that_was_damaged_is_made_anew(tmp_path):
    outputs.write(A_CLASS, tmp_path, ())
    good = (tmp_path / "similar.json").read_text("utf-8")
    for broken in ("", "[]", "{}"):
        (tmp_path / "similar.json").write_text(broken)
        outputs.write(A_CLASS, tmp_path, ())
        assert (tmp_path / "similar.json").read_text("utf-8") == good


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "gradescope").write_text("in the way")
    with pytest.raises(GradeError, match=r"cannot write .*gradescope"):
        outputs.write(A_CLASS, tmp_path, ())
