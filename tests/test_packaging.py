"""What is promised about dependencies, the wheel and launching, held against the files."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import coursekit

REPO = Path(__file__).parents[1]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
LOCK = REPO / "requirements.lock"
CONDA_NAME = {"torch": "pytorch", "matplotlib": "matplotlib-base"}
# Import names that are not the name of a distribution we declare: other names, and companions
# without which the declared one cannot be used.
DISTRIBUTION = {
    "sklearn": "scikit-learn",
    "IPython": "ipython",
    "jupyter_client": "jupyterlab",
    "jupyter_core": "jupyterlab",
    "markupsafe": "jinja2",
    "nbformat": "jupyterlab",  # its server's own notebooks
    "sse_starlette": "sse-starlette",
    "traitlets": "ipywidgets",
}


def floors(requirements) -> dict[str, str]:
    """{"numpy": "2.0"} from ["numpy>=2.0"]; any other form of requirement is refused."""
    found = {}
    for requirement in requirements:
        if not requirement.startswith("coursekit["):
            name, floor = re.fullmatch(r"([\w.-]+)>=([\d.]+)", requirement).groups()
            found[name.lower()] = floor
    return found


CORE = floors(PROJECT["dependencies"])
EXTRAS = {k: floors(v) for k, v in PROJECT["optional-dependencies"].items()}
LEARNER_AND_GRADER = CORE | EXTRAS["grade"] | EXTRAS["workshop"]


def third_party(path: Path) -> set[str]:
    """Return the distributions that a source file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    top = {name.partition(".")[0] for name in names} - {"coursekit"} - sys.stdlib_module_names
    return {DISTRIBUTION.get(name, name) for name in top}


def test_environment_yml_names_what_pyproject_names_with_the_same_floors():
    listed = yaml.safe_load((REPO / "environment.yml").read_text())["dependencies"]
    listed.remove("pip")
    expected = {CONDA_NAME.get(k, k): v for k, v in LEARNER_AND_GRADER.items()}
    assert floors(listed) == expected | {"python": PROJECT["requires-python"].removeprefix(">=")}


@pytest.mark.parametrize(
    "folder, allowed",
    [
        ("coursekit", LEARNER_AND_GRADER | EXTRAS["scale"] | EXTRAS["dev"]),
        ("solutions", CORE),
    ],
)
def test_every_import_is_declared(folder, allowed):
    for path in (REPO / folder).rglob("*.py"):
        undeclared = third_party(path) - allowed.keys()
        assert not undeclared, f"{path} imports {undeclared}: add it to pyproject.toml"


def test_what_only_authors_install_is_only_imported_by_the_builder():
    tools = EXTRAS["dev"].keys() - LEARNER_AND_GRADER.keys()
    users = {p.name for p in (REPO / "coursekit").rglob("*.py") if third_party(p) & tools}
    assert users <= {"build.py", "cells.py", "outputs.py", "publish.py"}


def locked() -> dict[str, str]:
    lines = [x for x in LOCK.read_text().splitlines() if not x.startswith("#")]
    return dict(re.fullmatch(r"([\w.-]+)==([\w.]+)", line).groups() for line in lines)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())


def test_the_lock_holds_plain_versions_at_or_above_every_floor():
    versions = {normal(k): v for k, v in locked().items()}
    for name, floor in (CORE | {k: v for e in EXTRAS.values() for k, v in e.items()}).items():
        assert release(versions[normal(name)]) >= release(floor), name
    assert versions["torch"] == "2.13.0"


def test_no_dependency_has_a_ceiling():
    text = (REPO / "pyproject.toml").read_text()
    assert not re.search(r"[\w\]]\s*(<|==|~=)\s*\d", text)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPO, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_the_notebooks_and_no_answers_in_notebooks(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {n for n in archive.namelist() if ".dist-info/" not in n}
        entry = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "coursekit = coursekit.cli:main" in archive.read(entry).decode()
        assert any(n.endswith("licenses/LICENSE") for n in archive.namelist())
        for notebook in (REPO / "notebooks").glob("*.ipynb"):
            assert archive.read(f"coursekit/_notebooks/{notebook.name}") == notebook.read_bytes()
        for notebook in (REPO / "solutions").glob("*.ipynb"):
            kept = json.loads(archive.read(f"coursekit/_solutions/{notebook.name}"))["cells"]
            assert kept and all(cell.keys() == {"id", "outputs"} for cell in kept)
            assert not any(cell["id"].startswith("check-") for cell in kept)
    ours = {
        p.relative_to(REPO).as_posix()
        for p in (REPO / "coursekit").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    beside = [*(REPO / "notebooks").glob("*.ipynb"), REPO / "notebooks" / "glossary.md"]
    shipped = {f"coursekit/_notebooks/{p.name}" for p in beside}
    solved = {f"coursekit/_solutions/{p.name}" for p in (REPO / "solutions").glob("*.ipynb")}
    assert names == ours | shipped | solved
    assert {"coursekit/py.typed", "coursekit/lab_settings/overrides.json"} <= names


def test_an_installed_wheel_makes_a_workspace_from_any_folder(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = "from pathlib import Path; from coursekit import workspace as w; w.make(Path('work'))"
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, check=True)
    expected = sorted(p.name for p in (REPO / "notebooks").glob("*.ipynb"))
    assert sorted(p.name for p in (tmp_path / "work").glob("*.ipynb")) == expected


def test_the_citation_names_this_version_and_licence():
    citation = yaml.safe_load((REPO / "CITATION.cff").read_text())
    assert citation["version"] == coursekit.__version__
    assert citation["license"] == PROJECT["license"]


def test_ci_runs_the_contributors_command_on_each_supported_python():
    job = yaml.safe_load((REPO / ".github/workflows/ci.yml").read_text())["jobs"]["test"]
    assert [step["run"] for step in job["steps"] if "run" in step][-1] == ".ci/run"
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert re.search(r"^make test$", (REPO / ".ci/run").read_text(), re.MULTILINE)


@pytest.fixture
def clone(tmp_path):
    """The files that make reads, without a .venv."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(REPO / name, tmp_path)
    return tmp_path


def make(clone, *arguments):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTHON", "CI"))}
    return subprocess.run(["make", *arguments], cwd=clone, env=env, capture_output=True, text=True)


def test_make_lab_installs_only_what_a_learner_needs(clone):
    plan = make(clone, "--dry-run", "lab").stdout
    assert "pip install" in plan and "-c requirements.lock -e ." in plan and "coursekit lab" in plan
    assert "[dev]" not in plan


def test_a_second_make_lab_installs_nothing(clone):
    for path in (".venv/bin/pip", ".venv/lab.stamp"):
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).touch()
    assert "pip install" not in make(clone, "--dry-run", "lab").stdout


def test_an_old_python_is_refused_with_a_remedy(clone):
    old = clone / "oldpython"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    run = make(clone, "lab", f"PYTHON={old}")
    assert run.returncode
    assert "needs Python 3.11 or newer" in run.stdout and "Python 3.9.2" in run.stdout
    assert "make lab PYTHON=" in run.stdout
    assert not (clone / ".venv").exists()
