"""What is right but built on a wrong helper keeps its points, and the report says so."""

from pathlib import Path

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import AnswerError
from coursekit.checking.told import OWN_FORWARD
from coursekit.grading import grade
from coursekit.grading.inherited import BYTES_LIMIT, NUMBER_LIMIT, _right
from grading.test_packs import BACKWARD, CACHES, FORWARD, hand_in

pytestmark = pytest.mark.usefixtures("packs_of_its_own")

PACK = Path(__file__).parents[1] / "packs" / "building.py"
IMPORT = "import numpy as np\n"
RIGHT = "def center(x):\n    return x - x.mean(0)\n"
WRONG = "def center(x):\n    return x - x.mean(1, keepdims=True)\n"
SCALE = "def scale(x, eps):\n    c = center(x=x)\n    return c / np.sqrt((c * c).mean(0) + eps)\n"
DEVIATION = "def deviation(x):\n    return x - x.mean(0)\n"
GREEDY = "stolen = []\ndef scale(x, eps):\n    stolen.append(center(x))\n    return stolen[-1]\n"
STUDENTS = {
    "right": (RIGHT + SCALE + DEVIATION, {"center": 1, "scale": 3, "deviation": 2}),
    "wrong helper": (WRONG + SCALE + DEVIATION, {"center": 0, "scale": 3, "deviation": 2}),
    "through another": (
        WRONG + "def mine(x):\n    return center(x)\n" + SCALE.replace("center(x=x)", "mine(x)"),
        {"center": 0, "scale": 3, "deviation": 0},
    ),
    "own fault too": (
        WRONG + SCALE.replace("(0) + eps)", "(0)) + eps"), {"center": 0, "scale": 0, "deviation": 0}
    ),
    "only delegated": (
        WRONG + "def deviation(x):\n    return center(x)\n",
        {"center": 0, "scale": 0, "deviation": 0},
    ),
    "not written": (
        "def center(x):\n    raise NotImplementedError\n" + SCALE,
        {"center": 0, "scale": 0, "deviation": 0},
    ),
    "stolen": (
        WRONG + GREEDY + "def deviation(x):\n    return stolen[0]\n",
        {"center": 0, "scale": 0, "deviation": 0},
    ),
    "floods": (
        WRONG + "def scale(x, eps):\n    return center(np.zeros((10**3, 10**2))) + center(10**9)\n",
        {"center": 0, "scale": 0, "deviation": 0},
    ),
    "refused": (
        WRONG + "def scale(x, eps):\n    if len(x) != 5:\n        return 0 * center(x)\n"
        "    return center(np.zeros((10**3, 10**2)))[:5, :3]\n",
        {"center": 0, "scale": 0, "deviation": 0},
    ),
    "its own helper": (
        "def center(x):\n    return x - x.mean(0), x.mean(0)\n"
        "def scale(x, eps):\n    c = center(x)[0]\n"
        "    return (c / np.sqrt((c * c).mean(0) + eps)).astype(np.float32)\n",
        {"center": 0, "scale": 1.5, "deviation": 0},
    ),
    "dies": (
        WRONG + "import os\ndef scale(x, eps):\n    return center(x) if 0 else os._exit(1)\n",
        {"center": 0, "scale": 0, "deviation": 0},
    ),
}  # fmt: skip


@pytest.mark.needs("bwrap")
def test_points_are_lost_once(tmp_path):
    for name, (code, _) in STUDENTS.items():
        hand_in(tmp_path / "in", name, IMPORT + code)
        (tmp_path / "in" / name / "assignment2.ipynb").rename(
            tmp_path / "in" / name / "building.ipynb"
        )
    report = grade(tmp_path / "in", tmp_path / "out", packs=(PACK,), seed=3).as_json()
    got = {s["student"]: s for s in report["submissions"]}
    for name, (_, points) in STUDENTS.items():
        assert {e["name"]: e["score"] for e in got[name]["exercises"]} == points, name
    said = "your `scale` is right; your `center`, which it calls, is what is wrong."
    for name in STUDENTS:
        given = name in ("wrong helper", "through another")
        assert (f"scale: inherited: {said}" in got[name]["notes"]) is given, name
    [scale] = [e for e in got["wrong helper"]["exercises"] if e["name"] == "scale"]
    assert scale["message"] == said
    for name in ("refused", "floods"):
        assert "than a learner needs" not in str(got[name]), "the judge's limit is no error of hers"


def test_a_lent_answer_works_for_little_and_refuses_much():
    tasks = exercises.add_pack(PACK)
    refused = []
    right = _right(tasks["center"], refused)
    assert np.allclose(right(x=np.array([[1.0], [3.0]])), [[-1], [1]])
    for much in (np.zeros(BYTES_LIMIT), NUMBER_LIMIT + 1, float("inf"), [["x" * BYTES_LIMIT]]):
        with pytest.raises(ValueError, match="more than a learner needs"):
            right(much)
    assert len(refused) == 4
    tasks["center"].right = lambda x: len  # a function of the judge's must not cross
    with pytest.raises(ValueError, match="cannot leave the judge"):
        _right(tasks["center"], refused)(1)
    with pytest.raises(AnswerError):  # what it says of a wrong call is no refusal
        _right(tasks["scale"], refused)(1)
    assert len(refused) == 5


KEPT = Path(__file__).parents[1] / "packs" / "assignment2.py"
FORWARD = FORWARD.replace("CACHE", CACHES["tuple"][0]).replace(" + eps)", ")")
BACKWARD = BACKWARD.replace("UNPACK", CACHES["tuple"][1])


@pytest.mark.needs("bwrap")
def test_no_backward_gets_a_name_for_what_a_wrong_forward_kept(tmp_path):
    hand_in(tmp_path / "in", "anna", FORWARD + BACKWARD)
    report = grade(tmp_path / "in", tmp_path / "out", packs=(KEPT,), seed=3)
    found = {r.exercise: r for r in report.submissions[0].results}
    assert found["batchnorm_forward"].diagnosis == "no_eps"
    backward = found["batchnorm_backward"]
    assert not backward.passed
    assert backward.diagnosis in (None, OWN_FORWARD)
    assert backward.diagnosis or backward.notes[-1] == (
        "it is tried on what your `batchnorm_forward` gives and keeps, and that is wrong: "
        "mend it first."
    )
