"""docs/packs.md, followed to the letter: its code runs, and ends with a graded submission."""

import json
import re

import pytest
from grading.make_submissions import REPO

from coursekit import exercises
from coursekit.checking import REGISTRY, RUNGS, Exercise, Local, judge
from coursekit.checking.expected import expected
from coursekit.cli import main

PAGE = (REPO / "docs" / "packs.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
PYTHON = [code for language, code in BLOCKS if language == "python"]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)
    exercises.PACKS.clear()
    expected.cache_clear()


def write_pack(tmp_path, extra=""):
    (tmp_path / "scores.py").write_text(PYTHON[0] + extra)


@pytest.mark.needs("bwrap")
def test_the_tutorial_ends_with_a_graded_submission(tmp_path, capsys):
    write_pack(tmp_path)
    names = {}
    for code in PYTHON[1:3]:
        exec(code, names)
    [command] = [code for language, code in BLOCKS if not language and code.startswith("coursekit")]
    assert main(command.split()[1:]) == 0
    [one] = json.loads((tmp_path / "reports" / "results.json").read_text())["submissions"]
    assert (one["score"], one["max"]) == (0, 2)
    assert one["exercises"][0]["diagnosis"] == "n_minus_1"
    page = (tmp_path / "reports" / "feedback" / "ada" / "scores.html").read_text("utf-8")
    assert "You divided the sum of squares by N − 1; N was asked for" in page
    assert "1 graded" in capsys.readouterr().out


SCRIPTED = '''

HINTS = ("a", "b", "___")


@exercise(script=three_steps, hints=HINTS)
class Layer:
    """Counts a running mean."""

    def __init__(self, n):
        self.running_mean = np.zeros(n)

    def __call__(self, x):
        self.running_mean = 0.9 * self.running_mean + 0.1 * x.mean(0)
        return x - x.mean(0)


@Layer.mistake("The running mean is never updated.")
class Forgets:
    def __init__(self, n):
        self.running_mean = np.zeros(n)

    def __call__(self, x):
        return x - x.mean(0)


@exercise(script=train_then_test, hints=HINTS)
def store(x, param):
    """x without its mean, which is averaged in param["running_mean"]."""
    keep = param["momentum"]
    param["running_mean"] = keep * param["running_mean"] + (1 - keep) * x.mean(0)
    return x - x.mean(0)


@store.mistake("The running mean is a row.")
def row(x, param):
    done = store.right(x, param)
    param["running_mean"] = param["running_mean"].reshape(1, -1)
    return done
'''


def test_the_scripts_of_the_page_run_and_find_what_they_should(tmp_path):
    scripts = [code for code in PYTHON if code.startswith("# in the pack")]
    write_pack(tmp_path, "".join(scripts) + SCRIPTED)
    tasks = exercises.add_pack(tmp_path / "scores.py")
    for name, wrong in (("Layer", "Forgets"), ("store", "row")):
        exercise = tasks[name]
        assert judge(exercise, Local(exercise.right, name=name)).passed
        refused = judge(exercise, Local(exercise.mistakes[wrong].function, name=name))
        assert refused.diagnosis == wrong and "after" in refused.message


def test_every_option_and_every_rung_is_told():
    own = {"right", "script", "cases", "mistakes", "alternatives"}
    for name in set(Exercise.__dataclass_fields__) - own:
        assert f"`{name}`" in PAGE, name
    assert " ".join(RUNGS) in " ".join(PAGE.split())
