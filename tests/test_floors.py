"""Imports only go down, none goes in a circle, and the light path stays light."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
PACKAGE = REPO / "coursekit"

HEAVY = (
    "torch matplotlib sklearn keras nbformat nbclient nbconvert jupyter_client jupyter_core "
    "jupyter_server jupyterlab jupytext IPython ipykernel ipywidgets anywidget msgspec jinja2 "
    "sqlalchemy distributed rapidfuzz"
).split()

PLANTED = {
    "from above": ("norms/core.py", "from coursekit import grading"),
    "from above, inside a function": ("errors.py", "def late():\n    import coursekit.cli"),
    "from a neighbour's neighbour": ("checking/task.py", "from coursekit.checking import ladder"),
    "round two rooms": ("checking/task.py", "from coursekit.checking.source import surroundings"),
    "of another experiment": (
        "experiments/depth_limit.py",
        "from coursekit.experiments import leakage",
    ),
    "of scikit-learn, which data has": (
        "training/problem.py",
        "def late():\n    from sklearn import model_selection",
    ),
    "in a module without a floor": ("newcomer.py", ""),
}


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    alone = {"PYTHONPATH": str(folder)}  # before the course that is installed
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **alone}, capture_output=True, text=True
    )


def test_imports_go_down_and_none_in_a_circle():
    done = lint(REPO)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "coursekit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPO / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize("place, line", PLANTED.values(), ids=PLANTED)
def test_an_import_that_does_not_is_found(copied, place, line):
    path = copied / "coursekit" / place
    before = path.read_text("utf-8") if path.exists() else None
    path.write_text((before or "") + f"\n\n{line}\n", "utf-8")
    try:
        assert lint(copied).returncode == 1
    finally:
        path.unlink() if before is None else path.write_text(before, "utf-8")


def heavy_after(statement: str) -> list[str]:
    code = f"{statement}; import sys; print(*[m for m in {HEAVY} if m in sys.modules])"
    return subprocess.check_output([sys.executable, "-c", code], text=True).split()


@pytest.mark.parametrize("module", ["coursekit", "coursekit.cli", "coursekit.checking"])
def test_the_light_path_loads_nothing_heavy(module):
    assert heavy_after(f"import {module}") == []


def test_the_names_of_the_package_are_all_there():
    code = "import coursekit; [getattr(coursekit, name) for name in coursekit.__all__]"
    subprocess.run([sys.executable, "-c", code], check=True)


def spent() -> float:
    """The processor's seconds of all processes that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def test_help_answers_in_half_a_second():
    """Of the processor's: it waits for nothing; the best of several runs."""
    best = float("inf")
    for _ in range(10):
        begun = spent()
        text = subprocess.check_output([sys.executable, "-m", "coursekit", "--help"], text=True)
        best = min(best, spent() - begun)
        if best < 0.5:
            break
    assert "lab" in text and "grade" in text
    assert best < 0.5, f"coursekit --help took {best:.2f} s"
