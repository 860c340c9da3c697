"""Lessons run from top to bottom in a real kernel in which a package cannot be imported."""

import json
import os
import re
from pathlib import Path

import pytest
from kernels import Kernel

from coursekit.learning.absent import PACKAGES

REPO = Path(__file__).parents[2]
BLOCKER = Path(__file__).parent / "blocked"
SENTENCE = re.compile(r"^Not run: .+ not installed here", re.MULTILINE)
RUNS = [
    ("00_start_here", "torch"),
    ("01_mean_and_variance", "torch"),
    ("04_batchnorm_forward", "torch"),
    ("07_running_statistics", "torch"),
    ("01_mean_and_variance", "scipy"),
    ("02_scaling_inputs", "sklearn"),
    ("09_full_layer", "keras"),
]


def blocked(*packages: str, **environment: str) -> Kernel:
    path = os.pathsep.join([str(BLOCKER), str(REPO)])
    return Kernel(
        COURSEKIT_TEST_BLOCKED=" ".join(packages),
        PYTHONPATH=path,
        COURSEKIT_QUICK="1",
        COURSEKIT_DEVICE="cpu",
        **environment,
    )


def cells(notebook: str, folder: str = "solutions") -> list[dict]:
    whole = json.loads((REPO / folder / f"{notebook}.ipynb").read_text("utf-8"))
    return [cell for cell in whole["cells"] if cell["cell_type"] == "code"]


def pictures(html: str) -> set[str]:
    return set(re.findall(r'alt="([^"]+)"', html))


@pytest.mark.parametrize("notebook, package", RUNS)
def test_a_solved_lesson_runs_to_its_end_and_shows_what_is_stored(notebook, package, tmp_path):
    told = []
    with blocked(package, COURSEKIT_WORKSPACE=str(tmp_path)) as kernel:
        for cell in cells(notebook):
            shown = kernel.run("".join(cell["source"]))
            assert not shown.error, f"{cell['id']}: {shown.error}"
            needs = cell["metadata"].get("coursekit", {}).get("needs", [])
            if package in needs:
                assert SENTENCE.search(shown.text), f"{cell['id']}: {shown.text}"
            if SENTENCE.search(shown.text):
                told.append(cell["id"])
                for output in cell["outputs"]:
                    _is_shown(output, shown)
            if os.environ.get("SAY") and SENTENCE.search(shown.text):
                print(cell["id"], "::", SENTENCE.search(shown.text)[0], shown.text[:200])
            if cell["id"].startswith("check-"):
                assert "✓" in shown.text, f"{cell['id']}: {shown.text}"
    assert bool(told) == any(
        package in c["metadata"].get("coursekit", {}).get("needs", []) for c in cells(notebook)
    )


def _is_shown(output: dict, shown) -> None:
    if output["output_type"] == "stream":
        assert "".join(output["text"]).strip() in shown.text
    else:
        assert pictures("".join(output["data"].get("text/html", ""))) <= pictures(shown.html)
