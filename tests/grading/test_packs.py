"""Another course's homework runs on the same judge: a pack of exercises, given by path."""

import json
import sys
from pathlib import Path

import pytest

from coursekit import exercises
from coursekit.checking import Local, judge
from coursekit.errors import ExerciseError
from coursekit.grading import grade
from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import Submission
from grading.pasting import pasted

pytestmark = pytest.mark.usefixtures("packs_of_its_own")

PACK = Path(__file__).parents[1] / "packs" / "assignment2.py"
FORWARD = """
import numpy as np

def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param["eps"], bn_param["momentum"]
    if mode == "train":
        mu, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) * mu
        bn_param["running_var"] = momentum * bn_param["running_var"] + (1 - momentum) * var
    else:
        mu, var = bn_param["running_mean"], bn_param["running_var"]
    std = np.sqrt(var + eps)
    out = gamma * (x - mu) / std + beta
    return out, CACHE
"""
BACKWARD = """
def batchnorm_backward(dout, cache):
    x, mu, std, gamma = UNPACK
    N = x.shape[0]
    x_hat = (x - mu) / std
    dx_hat = dout * gamma
    dx = (N * dx_hat - dx_hat.sum(0) - x_hat * (dx_hat * x_hat).sum(0)) / (N * std)
    return dx, (dout * x_hat).sum(0), dout.sum(0)
"""
STORED = "bn_param['running_mean'] = bn_param['running_mean'].reshape(1, -1)"
CACHES = {
    "tuple": ("(x, mu, std, gamma)", "cache"),
    "dict": (
        "dict(x=x, mu=mu, std=std, gamma=gamma)",
        "[cache[k] for k in ('x', 'mu', 'std', 'gamma')]",
    ),
    "object": (
        "type('Cache', (), dict(all=[x, mu, std, gamma]))()",
        "cache.all",
    ),
}


def hand_in(folder: Path, student: str, *cells: str, lesson: str = PACK.stem) -> None:
    path = folder / student / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    made = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for c in cells
    ]
    notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.mark.needs("bwrap")
def test_a_foreign_homework_is_graded_whatever_its_cache_is(tmp_path):
    for name, (cache, unpack) in CACHES.items():
        cells = FORWARD.replace("CACHE", cache), BACKWARD.replace("UNPACK", unpack)
        hand_in(tmp_path / "in", name, *cells)
    forward, backward = (
        FORWARD.replace("CACHE", CACHES["tuple"][0]),
        BACKWARD.replace("UNPACK", CACHES["tuple"][1]),
    )
    hand_in(
        tmp_path / "in",
        "wrong",
        forward.replace("var + eps", "var"),
        backward.replace(" - x_hat * (dx_hat * x_hat).sum(0)", ""),
    )
    hand_in(tmp_path / "in", "forward_only", forward)
    hand_in(tmp_path / "in", "backward_only", backward)
    report = grade(tmp_path / "in", tmp_path / "out", packs=(PACK,), seed=5).as_json()
    scores = {s["student"]: s["score"] for s in report["submissions"]}
    assert scores == {
        "tuple": 5, "dict": 5, "object": 5, "wrong": 0.75, "forward_only": 2, "backward_only": 0,
    }  # fmt: skip
    [wrong] = [s for s in report["submissions"] if s["student"] == "wrong"]
    assert [e["diagnosis"] for e in wrong["exercises"]] == ["no_eps", None]
    assert [e["status"] for e in wrong["exercises"]] == ["failed", "partial"]


@pytest.mark.needs("bwrap")
def test_a_homework_whose_functions_take_modules_is_graded(tmp_path):
    pack = PACK.with_name("folding.py")
    fold, adapt = exercises.add_pack(pack).values()
    classes = {
        "worked": (fold.right, adapt.right),
        "another": (fold.alternatives["by_asking_both"], adapt.alternatives["layer_by_layer"]),
        "wrong": (fold.mistakes["no_eps"].function, adapt.mistakes["momentum_left"].function),
        "writes": (
            fold.mistakes["into_the_given_layer"].function,
            adapt.mistakes["in_place"].function,
        ),
    }
    for student, functions in classes.items():
        cells = [pasted(f, e.name) for f, e in zip(functions, (fold, adapt), strict=True)]
        hand_in(tmp_path / "in", student, *cells, lesson="folding")
    hand_in(
        tmp_path / "in", "arrays", "def fold_linear_bn(linear, bn): return linear.weight, bn.bias",
        "def readapt_bn(model, x): return model(x)", lesson="folding",
    )  # fmt: skip
    report = grade(tmp_path / "in", tmp_path / "out", packs=(pack,), seed=5).as_json()
    got = {s["student"]: s for s in report["submissions"]}
    scores = {"worked": 4, "another": 4, "wrong": 0, "writes": 2, "arrays": 0}
    assert {student: s["score"] for student, s in got.items()} == scores
    found = {n: [e["diagnosis"] for e in s["exercises"]] for n, s in got.items()}
    assert found["wrong"] == ["no_eps", "momentum_left"]
    assert found["writes"] == ["into_the_given_layer", "in_place"]
    words = [e["message"] for e in got["writes"]["exercises"]]
    assert "changed linear in place" in words[0] and "changed model in place" in words[1]
    assert "is a tuple" in got["arrays"]["exercises"][0]["message"]
    assert all(s["status"] == "graded" for s in got.values())


def test_a_pack_that_gives_a_module_which_cannot_cross_is_refused(tmp_path):
    text = PACK.with_name("folding.py").read_text("utf-8")
    bad = tmp_path / "unfit_modules.py"
    bad.write_text(text.replace("nn.ReLU()", "nn.Softmax(1)"), "utf-8")
    with pytest.raises(ExerciseError) as refused:
        grade(tmp_path, tmp_path / "out", packs=(bad,))
    said = str(refused.value)
    assert "readapt_bn: a module of class Softmax cannot be an argument" in said, said
    assert "unfit_modules.py is not fit" in said and "fold_linear_bn" not in said


def test_what_cannot_be_read_costs_its_packs_points_in_a_fresh_worker_too(tmp_path):
    path = tmp_path / "assignment2.ipynb"
    path.write_text("not a notebook")
    report = examine(Submission("ann", PACK.stem, path, path.name), Settings(1, packs=(PACK,)))
    assert report.status == "malformed" and report.max > 0


def test_a_pack_that_is_not_fit_is_refused_with_every_reason(tmp_path):
    text = PACK.read_text("utf-8").replace("return out, None", "return out, None  # as right")
    text = text.replace('bn_param["eps"], 0.0', 'bn_param["eps"], bn_param["eps"]').replace(
        '"dx = ___"', '""'
    )
    bad = tmp_path / "unfit.py"
    bad.write_text(text, "utf-8")
    with pytest.raises(ExerciseError) as refused:
        grade(tmp_path, tmp_path / "out", packs=(bad,))
    said = str(refused.value)
    assert "'no_eps' equals the right answer" in said and "three hints" in said


@pytest.mark.parametrize(
    "text, words",
    [
        ("import nothing_at_all", "cannot be imported: ModuleNotFoundError"),
        ("x = 1", "registers no exercise"),
        ("def (", "cannot be imported: SyntaxError"),
    ],
)
def test_a_file_that_is_no_pack_is_refused(tmp_path, text, words):
    bad = tmp_path / "broken_pack.py"
    bad.write_text(text, "utf-8")
    with pytest.raises(ExerciseError, match=words):
        grade(tmp_path, tmp_path / "out", packs=(bad,))


def test_a_pack_may_not_hide_a_lesson(tmp_path):
    (tmp_path / "start_here.py").write_text("", "utf-8")
    with pytest.raises(ExerciseError, match="rename the file"):
        grade(tmp_path, tmp_path / "out", packs=(tmp_path / "start_here.py",))


@pytest.mark.needs("bwrap")
def test_what_the_judge_holds_is_changed_in_the_box_and_read_back(tmp_path):
    forward, _ = exercises.add_pack(PACK).values()
    wrong = {name: mistake.function for name, mistake in forward.mistakes.items()}
    answers = {"worked": forward.right, **forward.alternatives, **wrong}
    for student, function in answers.items():
        hand_in(tmp_path / "in", student, "import numpy as np", pasted(function, forward.name))
    row = FORWARD.replace("CACHE", "None").replace("out = ", STORED + "\n    out = ")
    hand_in(tmp_path / "in", "row", row)
    hand_in(tmp_path / "in", "pops", row.replace(STORED, "bn_param.pop('running_mean')"))
    report = grade(tmp_path / "in", tmp_path / "out", packs=(PACK,), seed=5).as_json()
    got = {s["student"]: s["exercises"][0] for s in report["submissions"]}
    assert got["worked"]["score"] == got["stores_in_place"]["score"] == 2
    assert {name: got[name]["diagnosis"] for name in wrong} == {name: name for name in wrong}
    assert got["row"]["rung"] == "shape" and got["row"]["score"] == 1
    assert "running_mean after training step 1 has shape (1, 3)" in got["row"]["message"]
    assert "training step 1: the dict misses 'running_mean'" in got["pops"]["message"]


PACK_OF_ONE = '''
import numpy as np
from coursekit.checking import exercise

def cases(rng):
    yield "one", (rng.standard_normal((5, 3)) + 4,)

@exercise(cases=cases, hints=("a", "b", "___"))
def scaled(x):
    """x times a number."""
    return NUMBER * x

@scaled.mistake("You left it as it is.")
def as_it_is(x):
    return x
'''


@pytest.fixture
def write(tmp_path):
    def written(text, name="homework"):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        return path

    return written


def judged(task, factor):
    return judge(task, Local(lambda x: factor * x, name=task.name)).status


def test_a_pack_that_was_edited_is_read_anew(write):
    for number, other in ((2, 3), (30, 2)):
        tasks = exercises.add_pack(write(PACK_OF_ONE.replace("NUMBER", str(number))))
        assert judged(tasks["scaled"], number) == "passed"
        assert judged(tasks["scaled"], other) == "failed"


def test_a_pack_that_was_refused_leaves_nothing_behind(write):
    with pytest.raises(ExerciseError, match="equals the right answer"):
        exercises.add_pack(write(PACK_OF_ONE.replace("NUMBER", "1"), "first"))
    assert exercises.add_pack(write(PACK_OF_ONE.replace("NUMBER", "2"), "second"))


@pytest.mark.parametrize("name", ["json", "numpy", "coursekit", "homework.v2", "04 übung"])
def test_a_packs_file_may_have_any_name(write, name):
    before = sys.modules.get(name)
    tasks = exercises.add_pack(write(PACK_OF_ONE.replace("NUMBER", "2"), name))
    assert tasks["scaled"].lesson == name and sys.modules.get(name) is before
    assert tasks["scaled"].worked_answer().startswith("def scaled")


TWO = PACK_OF_ONE.replace("NUMBER", "2")
QUESTIONS = "from coursekit.checking import numeric, predict, quiz\n"


@pytest.mark.parametrize(
    "text, words",
    [
        ("import sys\nsys.exit(3)", "line 2 cannot be imported: SystemExit: 3"),
        ("a = 1\nb = a + c", "line 2 cannot be imported: NameError"),
        ("def f(:", "SyntaxError: invalid syntax .*line 1"),
        (2 * TWO, "two exercises are called 'scaled'"),
        (TWO.replace('("a", "b", "___")', '"abc"'), "three hints"),
        (TWO.replace('("a", "b", "___")', "None"), "three hints"),
        (TWO.replace('"You left it as it is."', "3"), "not a sentence"),
        (QUESTIONS + "quiz('q', '?', ['x'], answer='a')", "q: options are"),
        (QUESTIONS + "quiz('q', '?', {'A': ('x', 'y')}, answer='A')", "small letter"),
        (QUESTIONS + "numeric('n', '?', answer='3', because='x')", "n: a number is needed"),
        (QUESTIONS + "predict('p', '?', truth=lambda: 1 / 0, because='x')", "ZeroDivisionError"),
    ],
)
def test_a_slip_of_the_authors_is_told_in_a_line(write, text, words):
    with pytest.raises(ExerciseError, match=words) as told:
        exercises.add_pack(write(text))
    assert len(str(told.value).splitlines()) <= 2
