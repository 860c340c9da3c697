"""A submission is loaded once, whatever is asked of it; only what ends its box costs more."""

import pytest

from coursekit import exercises
from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import discover
from coursekit.sandbox import session
from grading.test_inherited import DEVIATION, IMPORT, PACK, RIGHT, SCALE, WRONG
from grading.test_packs import hand_in

pytestmark = pytest.mark.usefixtures("packs_of_its_own")

ENDS = "import os\ndef scale(x, eps):\n    os._exit(1)\n"
NOTEBOOKS = {  # what is asked of each, and how many hosts that takes
    "right": (RIGHT + SCALE + DEVIATION, 1),
    "a wrong helper": (WRONG + SCALE + DEVIATION, 1),
    "all wrong": (WRONG + "def scale(x, eps):\n    return x\n", 1),
    "raises": (RIGHT + "def scale(x, eps):\n    return x.nothing\n", 1),
    "ends its process": (RIGHT + ENDS + DEVIATION, 2),
}


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_loaded_once(tmp_path, monkeypatch, name):
    code, hosts = NOTEBOOKS[name]
    hand_in(tmp_path, name, IMPORT + code)
    (tmp_path / name / "assignment2.ipynb").rename(tmp_path / name / "building.ipynb")
    exercises.name_pack(PACK)
    [submission] = discover(tmp_path)
    started, plain = [], session.start_host

    def counted(*arguments):
        started.append(arguments)
        return plain(*arguments)

    monkeypatch.setattr(session, "start_host", counted)
    report = examine(submission, Settings(3, packs=(PACK,)))
    assert report.status == ("graded" if hosts == 1 else "crashed") and len(started) == hosts
