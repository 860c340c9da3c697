"""What torch ran is noted where the source hides it; the score stands."""

import pytest

from coursekit.checking import REGISTRY
from coursekit.grading import grade
from coursekit.grading.advice import operations
from grading.test_packs import hand_in, only_this_packs_tasks  # noqa: F401

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
    "once only": "import inspect, os, torch\ncalls = []\ndef norm(x):\n    calls.append(1)\n"
    "    if len(calls) > 2:\n        os._exit(1)\n"
    f"    return inspect.getmodule(torch.Tensor).{CALL}",
}  # fmt: skip


@pytest.mark.needs("bwrap")
def test_what_torch_ran_is_noted_and_costs_nothing(tmp_path):
    (tmp_path / "own_norm.py").write_text(PACK, "utf-8")
    for name, code in CELLS.items():
        hand_in(tmp_path / "in", name, code)
        file = tmp_path / "in" / name / "assignment2.ipynb"
        file.rename(file.with_name("own_norm.ipynb"))
    report = grade(
        tmp_path / "in", tmp_path / "out", packs=(tmp_path / "own_norm.py",), seed=1
    ).as_json()
    for submission in report["submissions"]:
        assert (submission["score"], submission["status"]) == (1, "graded"), submission
        noted = any("torch ran" in note for note in submission["notes"])
        assert noted is (submission["student"] in ("hidden", "in a thread")), submission
    assert REGISTRY["norm"].forbidden  # or nothing is looked for


def test_operations_are_the_forbidden_names_that_torch_has_for_them():
    banned = (
        "torch.nn.functional.batch_norm",
        "torch.nn.BatchNorm1d",
        "torch._C",
        "jax.layer_norm",
    )
    assert operations(banned) == ["batch_norm"]
