"""One homework, written down for three graders: the same text, answers and order of cells.

The answers are those of five_norms.py. Each peer's tests compare with the same formulas,
one public and one hidden case per exercise, as its authors' manuals do it.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from homework import five_norms

NAMES = ("bn_stats", "bn_forward", "bn_running", "ln_forward", "bn_backward")
SETUP = "import numpy as np\nimport torch"
CALLS = {
    "bn_stats": "x",
    "bn_forward": "x, g, b, 0.1",
    "bn_running": "g, b, x, 0.37",
    "ln_forward": "x, g, b, 0.1",
    "bn_backward": "dy, x, g, 0.1",
}
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def answer(name: str) -> str:
    """The exercise's right answer, as a learner would hand it in."""
    return getattr(five_norms, name).worked_answer()


def test(name: str, seed: int) -> str:
    """A case in the peers' way: inputs from a seed, the right formula, an assertion."""
    right = answer(name).replace(f"def {name}(", "def _right(")
    return (
        f"_ = torch.manual_seed({seed})\n"
        "x = 3 + torch.randn(5, 4, dtype=torch.float64)\n"
        "g, b = torch.rand(2, 4, dtype=torch.float64)\n"
        "dy = torch.randn(5, 4, dtype=torch.float64)\n"
        f"{right}\n"
        f"_mine, _theirs = {name}({CALLS[name]}), _right({CALLS[name]})\n"
        "_mine = _mine if isinstance(_mine, tuple) else (_mine,)\n"
        "_theirs = _theirs if isinstance(_theirs, tuple) else (_theirs,)\n"
        "assert len(_mine) == len(_theirs)\n"
        "assert all(torch.allclose(a, b) for a, b in zip(_mine, _theirs))"
    )


def cell(kind: str, source: str, **metadata: Any) -> dict:
    made = {"cell_type": kind, "metadata": metadata, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(cells: list[dict]) -> str:
    """A notebook's text; every cell has an id."""
    named = [c | {"id": f"cell-{n}"} for n, c in enumerate(cells)]
    return json.dumps({"cells": named, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5})


def student(n: int) -> str:
    return f"student{n:04}"


def for_coursekit(folder: Path, n: int) -> None:
    """STUDENT/five_norms.ipynb for n students."""
    for i in range(n):
        cells = [cell("code", f"# {student(i)}\n{SETUP}")]
        for name in NAMES:
            cells += [cell("markdown", f"## {name}"), cell("code", answer(name))]
        path = folder / student(i) / "five_norms.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook(cells), "utf-8")


def for_nbgrader(folder: Path, n: int, run) -> None:
    """A course of nbgrader's: the release is its own work, the students hand in answers to it.

    Args:
        run: runs one of nbgrader's commands in a folder.
    """
    cells = [cell("code", SETUP)]
    for name in NAMES:
        solved = f"### BEGIN SOLUTION\n{answer(name)}\n### END SOLUTION"
        hidden = f"### BEGIN HIDDEN TESTS\n{test(name, 2)}\n### END HIDDEN TESTS"
        cells += [
            cell("markdown", f"## {name}"),
            cell("code", solved, nbgrader=_nbgrader(name, solution=True)),
            cell("code", f"{test(name, 1)}\n{hidden}", nbgrader=_nbgrader(f"test_{name}")),
        ]
    source = folder / "source" / "ps1" / "ps1.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(notebook(cells), "utf-8")
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'b'\n"
    )
    run(["nbgrader", "generate_assignment", "ps1"], folder)
    release = json.loads((folder / "release" / "ps1" / "ps1.ipynb").read_text("utf-8"))
    for c in release["cells"]:
        given = c["metadata"].get("nbgrader", {})
        if given.get("solution"):
            c["source"] = answer(given["grade_id"])
    for i in range(n):
        path = folder / "submitted" / student(i) / "ps1" / "ps1.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(release), "utf-8")


def _nbgrader(name: str, solution: bool = False) -> dict[str, Any]:
    about = {"schema_version": 3, "grade_id": name, "task": False, "solution": solution}
    about |= {"grade": not solution, "locked": not solution}
    return about | ({} if solution else {"points": 2})


def for_otter(folder: Path, n: int, run) -> Path:
    """n solved notebooks, and the zip of tests that `otter run` takes; returns the zip."""
    cells = [cell("raw", "# ASSIGNMENT CONFIG\nname: hw"), cell("code", SETUP)]
    for name in NAMES:
        cells += [
            cell("raw", f"# BEGIN QUESTION\nname: {name}\npoints: 2"),
            cell("markdown", f"## {name}"),
            cell("raw", "# BEGIN SOLUTION"),
            cell("code", f"# BEGIN SOLUTION\n{answer(name)}\n# END SOLUTION"),
            cell("raw", "# END SOLUTION"),
            cell("raw", "# BEGIN TESTS"),
            cell("code", test(name, 1)),
            cell("code", f"# HIDDEN\n{test(name, 2)}"),
            cell("raw", "# END TESTS"),
            cell("raw", "# END QUESTION"),
        ]
    folder.mkdir(parents=True)
    (folder / "hw.ipynb").write_text(notebook(cells), "utf-8")
    run(["otter", "assign", "--no-run-tests", "hw.ipynb", "dist"], folder)
    for i in range(n):
        shutil.copy(folder / "dist" / "autograder" / "hw.ipynb", folder / f"{student(i)}.ipynb")
    [tests] = (folder / "dist" / "autograder").glob("*autograder*.zip")
    return tests
