import json
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit import doctor


def line(lines, word):
    found = [x for x in lines if word in f"{x.what} {x.remedy}"]
    assert found, f"no line about {word}"
    return found[0]


def run_doctor(cwd, path=None, **environment):
    import os

    env = {**os.environ, **environment} | ({"PATH": path} if path is not None else {})
    env.pop("COURSEKIT_WORKSPACE")
    command = [sys.executable, "-m", "coursekit", "doctor", "--json"]
    run = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    return run.returncode, [doctor.Line(**x) for x in json.loads(run.stdout)]


def test_a_ready_machine_gets_a_tick_on_every_line_a_learner_needs(tmp_path):
    lines = doctor.report(tmp_path / "work")
    assert [str(x) for x in lines if not x.ok] == []
    for word in ("Python 3.", "torch ", "device ", "kernel python3", "notebooks in", "workspace"):
        assert str(line(lines, word)).startswith("✓")


def test_a_kernel_of_another_python_is_found_out(tmp_path, monkeypatch):
    """A `python3` kernel that the user once installed shadows the venv's own."""
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    other = tmp_path / "python"
    other.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')  # finds no packages
    other.chmod(0o755)
    argv = [str(other), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "old", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    found = doctor._kernel()
    assert not found.ok and "kernel" in found.what and sys.executable in found.remedy


def test_without_bubblewrap_only_grading_is_said_to_suffer(tmp_path):
    code, lines = run_doctor(tmp_path, path=str(tmp_path))
    found = line(lines, "sandbox")
    assert code == 0 and found.ok
    assert str(found).startswith("– no sandbox; only grading needs it")
    assert "nstall" in found.remedy


def test_a_device_that_is_not_there_is_a_problem_with_a_remedy(tmp_path):
    code, lines = run_doctor(tmp_path, COURSEKIT_DEVICE="cuda:99")
    assert code == 1
    found = line(lines, "cuda:99")
    assert not found.ok and "unset it" in found.remedy


def test_a_workspace_that_cannot_be_written_is_a_problem(tmp_path):
    (tmp_path / "workspace").write_text("a file in the way")
    code, lines = run_doctor(tmp_path)
    assert code == 1
    assert not line(lines, "cannot be written").ok


@pytest.mark.parametrize(
    "requirement, expected",
    [
        ("numpy>=2.0", ("numpy", "2.0", None)),
        ("msgspec>=0.18; extra == 'grade'", ("msgspec", "0.18", "grade")),
        ('rich>=13.7; extra == "workshop"', ("rich", "13.7", "workshop")),
        ("coursekit[grade,keras]; extra == 'dev'", ("coursekit", None, "dev")),
    ],
)
def test_our_requirements_are_understood(requirement, expected):
    assert doctor._parse(requirement) == expected


def test_a_package_below_its_floor_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "requires", lambda _: ["numpy>=99.0", "nosuch>=1.0"])
    lines = list(doctor._packages())
    assert [x.ok for x in lines] == [True, False, False]
    assert "too old" in lines[1].what and "'numpy>=99.0'" in lines[1].remedy
    assert "nosuch is missing" in lines[2].what


def test_versions_are_ordered_as_numbers():
    assert doctor._release("2.13.0+cpu") > doctor._release("2.4")


def test_the_doctor_makes_no_workspace(tmp_path):
    doctor._workspace(tmp_path / "work")
    assert list(Path(tmp_path).iterdir()) == []
