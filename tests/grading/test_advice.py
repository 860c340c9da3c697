"""What torch ran for an answer withholds its points where the exercise asks to write it."""

import pytest

from coursekit import exercises
from coursekit.grading import grade
from coursekit.grading.advice import NOT_WATCHED
from grading.test_packs import hand_in

pytestmark = pytest.mark.usefixtures("packs_of_its_own")

PACK = """
import torch
from coursekit.checking import exercise

def cases(rng):
    yield "x (5, 3)", (torch.from_numpy(rng.standard_normal((5, 3))),)

BANNED = ("torch.batch_norm", "torch.nn.BatchNorm1d")

@exercise(cases=cases, hints=("a", "b?", "c"), forbidden=BANNED)
def norm(x):
    \"\"\"x (N, D), normalized.\"\"\"
    return (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5)

@norm.mistake("eps is missing.")
def no_eps(x):
    return (x - x.mean(0)) / x.std(0, correction=0)
"""
CALL = "batch_norm(x, None, None, None, None, True, 0.0, 1e-5, False)"
CELLS = {
    "honest": "import torch\ndef norm(x):\n    y = x - x.mean(0)\n"
    "    return y / torch.sqrt((y * y).mean(0) + 1e-5)",
    "hidden": "import inspect, torch\ndef norm(x):\n"
    f"    return inspect.getmodule(torch.Tensor).{CALL}",
    "in a thread": "import inspect, threading, torch\ndef norm(x):\n    out = []\n"
    "    def work():\n"
    f"        out.append(inspect.getmodule(torch.Tensor).{CALL})\n"
    "    thread = threading.Thread(target=work)\n    thread.start()\n    thread.join()\n"
    "    return out[0]",
    "scripted": "import inspect, torch\nlib = inspect.getmodule(torch.Tensor)\n"
    "@lib.jit.script\ndef g(x):\n    y = x - x.mean(0)\n"
    "    return y / torch.sqrt(y.var(0, False) + 1e-5)\n"
    "def norm(x):\n    return g(x)",
    "lazily": "def norm(x):\n    lib = __import__('torch')\n"
    f"    return getattr(lib, 'batch' + '_norm')({CALL[len('batch_norm('):]}",
    "crashes": "import inspect, os, torch\ncalls = []\ndef norm(x):\n    calls.append(1)\n"
    "    if len(calls) > 2:\n        os._exit(1)\n"
    f"    return inspect.getmodule(torch.Tensor).{CALL}",
    "changes": "import inspect, torch\ncalls = []\ndef norm(x):\n    calls.append(1)\n"
    "    if len(calls) > 2:\n        return x\n"
    f"    return inspect.getmodule(torch.Tensor).{CALL}",
    "remembers": "import inspect, torch\nknown = {}\ndef norm(x):\n"
    "    key = x.numpy().tobytes()\n    if key not in known:\n"
    f"        known[key] = inspect.getmodule(torch.Tensor).{CALL}\n    return known[key].clone()",
    "ends it": "import inspect, torch\ndef norm(x):\n    lib = inspect.getmodule(torch.Tensor)\n"
    "    try:\n        getattr(lib, '_C')._autograd._disable_profiler()\n"
    "    except RuntimeError:\n        pass\n"
    f"    return lib.{CALL}",
    "memo": "import torch\nknown = {}\ndef norm(x):\n    key = x.numpy().tobytes()\n"
    "    if key not in known:\n        y = x - x.mean(0)\n"
    "        known[key] = y / torch.sqrt((y * y).mean(0) + 1e-5)\n    return known[key].clone()",
    "slow": "import time, torch\ncalls = []\ndef norm(x):\n    calls.append(1)\n"
    "    if len(calls) > 2:\n        time.sleep(99)\n"
    "    return (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5)",
    "looked up": "import torch\ndef norm(x):\n    root = getattr(torch, ''.join(['sq', 'rt']))\n"
    "    return (x - x.mean(0)) / root(eval('x.var(0, correction=0)') + 1e-5)",
}  # fmt: skip


RAN = "torch ran batch_norm for it, which the exercise asks to write"
OTHERWISE = "it did otherwise when it was run once more"
WITHHELD = {
    "hidden": RAN, "in a thread": RAN, "lazily": RAN, "crashes": OTHERWISE, "changes": OTHERWISE,
    "remembers": RAN, "ends it": "it ended the watch of what torch ran for it",
}  # fmt: skip


@pytest.mark.needs("bwrap")
def test_what_torch_ran_is_withheld_and_told(tmp_path):
    (tmp_path / "own_norm.py").write_text(PACK, "utf-8")
    for name, code in CELLS.items():
        hand_in(tmp_path / "in", name, code)
        file = tmp_path / "in" / name / "assignment2.ipynb"
        file.rename(file.with_name("own_norm.ipynb"))
    report = grade(
        tmp_path / "in", tmp_path / "out", packs=(tmp_path / "own_norm.py",), seed=1,
        timeout=3.0, total=30.0,
    ).as_json()  # fmt: skip
    for submission in report["submissions"]:
        name, found = submission["student"], submission["exercises"][0]
        assert submission["status"] == "graded", submission  # whatever it did while watched
        page = (tmp_path / "out" / "feedback" / name / "own_norm.html").read_text("utf-8")
        if why := WITHHELD.get(name):
            assert (submission["score"], found["status"]) == (0, "manual"), submission
            assert found["message"] == f"withheld for your instructor: {why}."
            assert any(f"norm: {why}; its points are withheld" in n for n in submission["notes"])
            assert f"withheld for your instructor: {why}" in page
        else:
            assert (submission["score"], found["status"]) == (1, "passed"), submission
            told = [note for note in submission["notes"] if NOT_WATCHED in note]
            assert bool(told) is (name == "slow") and "withheld" not in page
    pack = exercises.add_pack(tmp_path / "own_norm.py")
    assert pack["norm"].forbidden  # or nothing is looked for
