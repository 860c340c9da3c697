import json
import subprocess
import sys

import pytest

from coursekit.cli import main, parser


def run(*args, **options):
    return subprocess.run(
        [sys.executable, "-m", "coursekit", *args], capture_output=True, text=True, **options
    )


def test_help_names_every_command():
    said = run("--help").stdout
    for command in ("lab", "doctor", "build", "grade", "gallery"):
        assert command in said


@pytest.mark.parametrize("args", [[], ["nothing"], ["build", "--chek"], ["grade", "x"]])
def test_usage_errors_exit_2(args):
    assert run(*args).returncode == 2


def test_a_course_error_is_one_line_and_exit_2(tmp_path):
    done = run("build", cwd=tmp_path)
    assert done.returncode == 2 and "no lesson sources" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_unknown_options_of_lab_go_to_jupyter(monkeypatch):
    seen = {}
    monkeypatch.setattr("coursekit.workspace.lab", lambda where, args: seen.update(a=args) or 0)
    assert main(["lab", "--no-browser", "--port", "8899"]) == 0
    assert seen["a"] == ["--no-browser", "--port", "8899"]


def test_gallery_writes_a_page_and_a_notebook(tmp_path):
    done = run("gallery", str(tmp_path / "g"))
    written = sorted(p.suffix for p in (tmp_path / "g").iterdir())
    assert done.returncode == 0 and written == [".html", ".ipynb"]


def test_doctor_speaks_json():
    done = run("doctor", "--json")
    assert all({"ok", "what"} <= line.keys() for line in json.loads(done.stdout))


def test_every_command_has_a_help_line():
    [commands] = [a for a in parser()._actions if a.dest == "command" or a.choices]
    assert all(sub.description for sub in commands.choices.values())
