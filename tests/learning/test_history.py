"""What a notebook's panels say of keeping progress; each in a kernel's own process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import coursekit
from coursekit import exercises, progress, workspace

CHECKS = """
from coursekit import check, progress
from coursekit.learning import notebook as learning
learning._memory.keep = lambda key, result: None  # here every check is to be counted
def standardize(x): return (x - x.mean()) / x.std()
"""


def run(code: str, cwd: Path, workspace: Path | None = None) -> str:
    env = {k: v for k, v in os.environ.items() if k != "COURSEKIT_WORKSPACE"}
    env |= {"COURSEKIT_WORKSPACE": str(workspace)} if workspace else {}
    env["PYTHONPATH"] = str(Path(coursekit.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", CHECKS + code],
        cwd=cwd, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not done.stderr
    return done.stdout


def test_outside_a_workspace_the_first_panel_says_that_nothing_is_saved(tmp_path):
    said = run("print(check(standardize)); print(check(standardize))", tmp_path)
    assert said.count("Your progress is not saved, because this notebook runs outside") == 1
    assert said.index("Note") < said.index("attempt 2") and said.count(": passed") == 2
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_opened_with_another_jupyter_is_found(tmp_path):
    workspace.make(tmp_path / "work")
    (tmp_path / "work" / "mine").mkdir()
    code = "import os; print(check(standardize)); os.chdir('/'); print(check(standardize))"
    said = run(code, tmp_path / "work" / "mine")
    assert "attempt 2" in said and "not saved" not in said
    assert "2 attempts" in run("print(progress('00'))", tmp_path / "work")


def test_a_workspace_that_is_renamed_while_a_kernel_runs_is_no_ghost(tmp_path):
    (tmp_path / "work").mkdir()
    code = (
        "print(check(standardize)); import os; os.rename('work', 'new')\n"
        "print(check(standardize)); print(check(standardize)); print(progress('00'))"
    )
    said = run(code, tmp_path, tmp_path / "work")
    assert said.count("is not there any more") == 1 and "3 attempts" in said
    assert [p.name for p in tmp_path.iterdir()] == ["new"]


def test_a_file_that_cannot_be_read_is_in_the_panel_and_costs_no_verdict(tmp_path):
    (tmp_path / ".coursekit" / "progress.json").mkdir(parents=True)
    said = run("print(check(standardize)); print(check(standardize))", tmp_path, tmp_path)
    assert said.count(": passed") == 2 and said.count("Your progress could not be saved (") == 1


def test_even_a_fault_of_our_own_costs_no_verdict(monkeypatch):
    def fails(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr("coursekit.learning.attempts.Attempts.record", fails)
    result = coursekit.check("predict_outlier", "a")
    assert result.status != "judge_failed"

    def standardize(x):
        return (x - x.mean()) / x.std()

    result = coursekit.check(standardize)
    assert result.passed
    assert result.notes == ("Your progress could not be saved (RuntimeError: a bug).",)


def test_progress_goes_by_lesson_number_with_titles_each_lesson_once():
    exercises.load("running_statistics")  # the order of loading does not matter
    headings = [line for line in repr(progress()).splitlines() if not line.startswith(" ")]
    numbers = [line[:2] for line in headings]
    assert numbers == [path.stem[:2] for path in workspace.shipped()]
    assert headings[0].startswith("00 Start here: 0 of 1 exercise passed")
    assert progress()._repr_html_().count("<th ") == len(numbers)


@pytest.mark.parametrize("name", ["04", "4", "batchnorm_forward", "04_batchnorm_forward"])
def test_progress_of_one_lesson_by_any_of_its_names(name):
    assert repr(progress(name)).startswith("04 Batch norm, forward: 0 of ")
    assert len({task.lesson for task, _ in progress(name).rows}) == 1


def test_a_lesson_that_nobody_knows_is_said(capsys):
    assert len(progress("99").rows) == len(progress().rows)
    assert "No lesson is called '99'" in capsys.readouterr().out
