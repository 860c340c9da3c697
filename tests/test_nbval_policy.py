"""No vacuous pass: what the notebook tests compare, and that they do fail."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
MARK = "# NBVAL_CHECK_OUTPUT"
SOLVED = sorted((REPO / "solutions").glob("*.ipynb"))
UNSOLVED = sorted((REPO / "notebooks").glob("*.ipynb"))
AT_LEAST = 5


def code_cells(path: Path) -> list[dict]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def source(cell) -> str:
    return "".join(cell["source"])


def text(cell) -> str:
    return "".join(
        "".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in cell["outputs"]
    )


def test_there_are_lessons():
    assert SOLVED and [p.name for p in SOLVED] == [p.name for p in UNSOLVED]


@pytest.mark.parametrize("path", SOLVED, ids=lambda p: p.stem)
def test_a_solved_lesson_has_at_least_five_outputs_to_compare(path):
    marked = [cell for cell in code_cells(path) if source(cell).startswith(MARK)]
    assert len(marked) >= AT_LEAST, f"only {len(marked)} cells start with {MARK}"
    silent = [cell["id"] for cell in marked if not text(cell).strip()]
    assert not silent, f"nothing to compare in {silent}: print a rounded number"


@pytest.mark.parametrize("path", SOLVED, ids=lambda p: p.stem)
def test_a_marked_output_is_text_alone(path):
    for cell in code_cells(path):
        if source(cell).startswith(MARK):
            kinds = {kind for o in cell["outputs"] for kind in o.get("data", {})}
            assert kinds <= {"text/plain"}, f"{cell['id']} compares {kinds}: print text instead"


@pytest.mark.parametrize("path", UNSOLVED, ids=lambda p: p.stem)
def test_a_learners_copy_has_neither_outputs_nor_marks(path):
    for cell in code_cells(path):
        assert cell["outputs"] == [] and MARK not in source(cell), cell["id"]


CELLS = {
    "right": (f"{MARK}\nprint(1)", "1\n"),
    "silenced": (f"{MARK}\n5;", None),
    "unmarked": ("print(2)", "1\n"),
    "wrong": (f"{MARK}\nprint(3)", "1\n"),
    "raises": ("1 / 0", None),
}


def notebook() -> dict:
    cells = []
    for number, (name, (code, printed)) in enumerate(CELLS.items(), 1):
        outputs = [{"output_type": "stream", "name": "stdout", "text": printed}] if printed else []
        cells.append(
            {"cell_type": "code", "id": name, "metadata": {}, "source": code, "outputs": outputs}
            | {"execution_count": number}
        )
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def validate(path, **environment):
    """Run nbval over one notebook as tests/nbval/run.py does."""
    ini = REPO / "tests/nbval/pytest.ini"
    command = [sys.executable, "-m", "pytest", "-c", ini, f"--rootdir={REPO}", "-rA", path]
    env = {**os.environ, "IPYTHONDIR": str(path.parent / "ipython"), **environment}
    env["PYTHONPATH"] = os.pathsep.join([str(ini.parent), str(REPO)])
    return subprocess.run(command, cwd=REPO, env=env, capture_output=True, text=True)


def test_a_lesson_that_takes_more_than_it_declares_is_red(tmp_path):
    path = tmp_path / "00_start_here.ipynb"
    path.write_text(json.dumps(notebook() | {"cells": notebook()["cells"][:1]}))
    assert validate(path, COURSEKIT_CPU_SLACK="2").returncode == 0
    run = validate(path, COURSEKIT_CPU_SLACK="0.001")
    assert run.returncode == 1 and "It declares 10; 0.001 times" in run.stdout


def test_a_changed_output_and_an_error_are_red_and_a_semicolon_is_not(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook()))
    run = validate(path)
    outcomes = {
        int(line.rsplit("Cell ", 1)[1].split()[0]): line.split()[0]
        for line in run.stdout.splitlines()
        if line.startswith(("PASSED", "FAILED"))
    }
    first = min(outcomes)  # nbval 0.11 counts cells from 0; later versions from 1
    assert {name: outcomes[first + n] for n, name in enumerate(CELLS)} == {
        "right": "PASSED",
        "silenced": "PASSED",
        "unmarked": "PASSED",
        "wrong": "FAILED",
        "raises": "FAILED",
    }
    assert "\x1b[" not in run.stdout
