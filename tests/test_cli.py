import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import coursekit
from coursekit import workspace
from coursekit.cli import main, parser
from coursekit.doctor import Line
from coursekit.errors import CourseError

PAGES = ("cp1252", "cp437", "cp932", "gbk", "ascii", "utf-8")
ODD = "Łukasz 李 ✓ → café\udce9"


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


COMMANDS = [*next(a for a in parser()._actions if a.choices).choices]


@pytest.fixture(params=PAGES)
def said(request):
    """Run a command whose stdout and stderr have that code page, as a pipe on Windows has one."""

    def said(*words) -> tuple[int, str, str]:
        before = sys.stdout, sys.stderr
        pipes = [io.TextIOWrapper(io.BytesIO(), request.param, newline="") for _ in before]
        sys.stdout, sys.stderr = pipes
        try:
            code = main([*map(str, words)])
        except SystemExit as ended:
            code = ended.code
        finally:
            sys.stdout, sys.stderr = before
        return code, *(pipe.buffer.getvalue().decode(request.param) for pipe in pipes)

    return said


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_in_every_encoding(said, command):
    code, out, err = said(*filter(None, [command]), "--help")
    assert code == 0 and "usage: coursekit" in out and err == ""


def test_doctor_in_every_encoding(said, monkeypatch):
    lines = [Line(True, ODD), Line(False, ODD, "Do this …"), Line(True, ODD, "or that")]
    monkeypatch.setattr("coursekit.doctor.report", lambda: lines)
    code, out, err = said("doctor")
    assert code == 1 and out.count("ukasz") == 3 and r"\xe9" in out and err == ""


def test_json_is_valid_in_every_encoding(said, monkeypatch):
    line = Line(True, ODD + "\x1b\x7f\n")
    monkeypatch.setattr("coursekit.doctor.report", lambda: [line])
    assert json.loads(said("doctor", "--json")[1]) == [line._asdict()]


def test_an_error_in_every_encoding_is_shown_and_not_obeyed(said, monkeypatch):
    def fail(where, args):
        raise CourseError(f"{ODD} \x1b[2J\rall passed")

    monkeypatch.setattr("coursekit.workspace.lab", fail)
    code, out, err = said("lab")
    assert code == 2 and out == "" and r"\x1b[2J\rall passed" in err and err.count("\n") == 1


def test_update_and_reset_in_every_encoding(said, tmp_path):
    folder = tmp_path / ODD
    workspace.make(folder, workspace.shipped()[:1])
    for words in ("update", folder), ("reset", "00", folder):
        code, out, err = said(*words)
        assert code == 0 and err == ""
    assert "ukasz" in out


@pytest.mark.parametrize("name", PAGES)
def test_a_pipe_of_another_encoding_ends_no_command(tmp_path, name):
    folder = tmp_path / "Łukasz ✓"
    environment = {**os.environ, "PYTHONIOENCODING": name}
    command = [sys.executable, "-m", "coursekit", "reset", "00", folder]
    workspace.make(folder, workspace.shipped()[:1])
    done = subprocess.run(command, capture_output=True, env=environment)
    assert done.returncode == 0 and done.stderr == b""
    assert "ukasz" in done.stdout.decode(name)


def unread(*words, stream="stdout") -> tuple[int, bytes]:
    """Run a command whose stdout (or stderr) nobody reads; exit code and what else it said."""
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writing}
    command = [sys.executable, "-m", "coursekit", *map(str, words)]
    with subprocess.Popen(command, **streams) as running:
        os.close(writing)
        said = b"".join(filter(None, running.communicate()))
    return running.returncode, said


def test_a_reader_who_has_gone_is_no_error(tmp_path):
    workspace.make(tmp_path / "w", workspace.shipped()[:1])
    assert unread("--help") == unread("--version") == (0, b"")
    assert unread("reset", "00", tmp_path / "w") == (0, b"")
    assert unread("reset", "99", tmp_path / "w", stream="stderr") == (2, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_output_that_cannot_be_written_is_said(tmp_path):
    workspace.make(tmp_path, workspace.shipped()[:1])
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "coursekit", "reset", "00", tmp_path]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "coursekit: cannot print: No space left on device\n"


def test_closed_streams_are_no_error(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr("coursekit.doctor.report", lambda: [Line(True, ODD)])
    assert main(["doctor"]) == 0 and main(["reset", "99"]) == 2


@pytest.mark.parametrize(
    "words, lacking, extra",
    [
        (["gradebook", "show", "out"], "sqlalchemy", "grade"),
        (["grade", "in", "--out", "out"], "msgspec", "grade"),
        (["build"], "jupytext", "dev"),
    ],
)
def test_a_package_that_learners_do_without_is_named(words, lacking, extra):
    code = f"import sys; sys.modules[{lacking!r}] = None; import coursekit.cli as c; "
    done = subprocess.run(
        [sys.executable, "-c", f"{code}sys.exit(c.main({words}))"], capture_output=True, text=True
    )
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert f"coursekit: {lacking} is not installed" in done.stderr
    assert f"-m pip install -e '.[{extra}]'" in done.stderr


@pytest.mark.parametrize("words", [["gallery", "{}/x"], ["gradescope", "4", "--out", "{}/x.zip"]])
def test_a_file_that_cannot_be_written_is_one_line(tmp_path, capsys, words):
    (tmp_path / "file").write_text("")
    assert main([word.format(tmp_path / "file") for word in words]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "file") in said and len(said.splitlines()) == 1


def test_a_fault_of_ours_is_not_taken_for_the_machines(monkeypatch):
    def fail():
        raise OSError("no file has to do with it")

    monkeypatch.setattr("coursekit.doctor.report", fail)
    with pytest.raises(OSError, match="no file"):
        main(["doctor"])


def test_the_command_line_prints_in_one_way_only():
    """`print` knows nothing of encodings, control characters and readers who have gone."""
    package = Path(coursekit.__file__).parent
    rooms = [*(package / "workspace").glob("*.py"), package / "grading" / "instructor.py"]
    for path in [package / "cli.py", package / "commands.py", package / "doctor.py", *rooms]:
        text = path.read_text("utf-8")
        assert "print(" not in text.replace("; print(sys.executable)", ""), path
