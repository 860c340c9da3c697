"""An exercise that was renamed: what the learner did under its old name is there under the new."""

import json

import pytest

from coursekit import check, exercises, progress, workspace
from coursekit.checking import Result
from coursekit.files import write_whole
from coursekit.learning.attempts import Attempts
from coursekit.renamed import RENAMED, now, with_new_names
from coursekit.workspace.update import update

LESSON = "01_mean_and_variance.ipynb"
OLD_ANSWER = "def column_mean(x):\n    return x.mean(axis=0)  # mine"


@pytest.fixture
def renamed(monkeypatch):
    """As if `batch_mean` had been called `column_mean`, and `mean_of_columns` before that."""
    monkeypatch.setitem(RENAMED, "mean_of_columns", "column_mean")
    monkeypatch.setitem(RENAMED, "column_mean", "batch_mean")


def read(path):
    return json.loads(path.read_text("utf-8"))


def sources(notebook) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


@pytest.fixture
def work(tmp_path, renamed):
    """A workspace of the edition in which it was called `column_mean`."""
    workspace.make(tmp_path)
    [shipped] = [path for path in workspace.shipped() if path.name == LESSON]
    text = shipped.read_text("utf-8").replace("batch_mean", "column_mean")
    for path in (tmp_path / LESSON, workspace.base(tmp_path, LESSON)):
        write_whole(path, text)
    return tmp_path


def test_every_old_name_is_nobodys_and_leads_to_an_exercise():
    tasks = exercises.load()
    assert not RENAMED.keys() & tasks.keys()
    assert {now(name) for name in RENAMED} <= tasks.keys()


def test_names_are_followed_to_the_end_and_never_in_a_circle(renamed, monkeypatch):
    assert [now(n) for n in ("mean_of_columns", "column_mean", "other")] == [
        "batch_mean",
        "batch_mean",
        "other",
    ]
    monkeypatch.setitem(RENAMED, "batch_mean", "column_mean")
    assert now("column_mean") in ("column_mean", "batch_mean")


def test_an_untouched_notebook_becomes_todays(work):
    update(work)
    [shipped] = [path for path in workspace.shipped() if path.name == LESSON]
    assert sources(read(work / LESSON)) == sources(read(shipped))


def test_an_answer_goes_along_and_runs_under_the_new_name(work):
    notebook = read(work / LESSON)
    for cell in notebook["cells"]:
        cell["source"] = OLD_ANSWER if cell["id"] == "column_mean" else cell["source"]
    (work / LESSON).write_text(json.dumps(notebook), "utf-8")
    [done] = update(work)
    found = sources(read(work / LESSON))
    assert found["batch_mean"].startswith(OLD_ANSWER) and "column_mean" not in found
    assert "column_mean" not in found["check-batch_mean"]
    assert "beside" not in str(done), "the course changed nothing but the name"
    space: dict = {}
    exec(found["batch_mean"], space)
    assert check(space["batch_mean"]).passed and check(space["column_mean"]).passed
    assert update(work) == []


def test_points_go_along_and_are_counted_once(work, monkeypatch):
    path = work / ".coursekit" / "progress.json"

    def did(name, score):
        return Result(name, "mean_and_variance", "partial", score, 2, "", "")

    with monkeypatch.context() as before:
        before.delitem(RENAMED, "mean_of_columns")
        before.delitem(RENAMED, "column_mean")
        old = Attempts(path)
        for name, score in (("mean_of_columns", 1), ("column_mean", 2), ("batch_mean", 0)):
            old.record(did(name, score))
    for _ in range(2):
        kept = Attempts(path).by_name
        assert kept.keys() == {"batch_mean"}
        assert (kept["batch_mean"].checks, kept["batch_mean"].score) == (3, 2)
    assert Attempts(path).record(did("batch_mean", 1)) == 4
    assert json.loads(path.read_text())["exercises"].keys() == {"batch_mean"}
    monkeypatch.setenv("COURSEKIT_WORKSPACE", str(work))
    assert "batch_mean               4 attempts" in repr(progress("01"))


@pytest.mark.parametrize(
    "code, made",
    [
        ("def column_mean(x): ...", True),
        ("x = 1\ncolumn_mean = lambda x: x", True),
        ("def batch_mean(x): ...\ncolumn_mean = batch_mean", False),
        ("column_mean(x)", False),
        ("def column_means(x): ...", False),
        ("def f():\n    column_mean = 1", False),
    ],
)
def test_only_a_cell_that_makes_the_old_name_gets_the_new_one(renamed, code, made):
    told = with_new_names(code)
    assert told.startswith(code) and ("\nbatch_mean = column_mean" in told) == made
    assert with_new_names(told) == told


@pytest.mark.needs("bwrap")
def test_the_grader_finds_an_answer_under_its_old_name(renamed, tmp_path):
    from coursekit.grading.examine import Settings, examine
    from coursekit.grading.intake.submissions import Submission

    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [cell | {"id": "a", "source": f"import numpy as np\n{OLD_ANSWER}"}]
    about = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path = tmp_path / LESSON
    path.write_text(
        json.dumps({"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5})
    )
    report = examine(Submission("ada", "mean_and_variance", path, path.name), Settings(seed=1))
    [found] = [r for r in report.results if r.exercise == "batch_mean"]
    assert found.passed, found
