"""The progress file as learners' disks may have it: corrupt, foreign, newer, not to be read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.checking import Result
from coursekit.learning.attempts import Attempts

ENTRY = {"lesson": "l", "checks": 2, "passed": True, "score": 1.0, "max": 1.0}


def result(name="toy"):
    return Result(name, "lesson", "failed", 0, 2, "values", "no.")


@pytest.fixture
def path(tmp_path):
    (tmp_path / ".coursekit").mkdir()
    return tmp_path / ".coursekit" / "progress.json"


def record(path) -> tuple[int, list[str]]:
    """Which attempt it was, and what was said."""
    said: list[str] = []
    return Attempts(path, said.append).record(result()), said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"{}",
        b'{"exercises": 3}',
        b'{"exercises": [["a", {}]]}',
        b'{"cells": [], "nbformat": 4}',
    ],
)
def test_what_is_no_progress_is_set_aside_and_said(path, content):
    path.write_bytes(content)
    attempt, said = record(path)
    [aside] = path.parent.glob("progress.broken-*.json")
    assert aside.read_bytes() == content
    assert attempt == 1 and said == [
        f"The progress file could not be read; it is kept as {aside.name}."
    ]
    assert json.loads(path.read_text())["exercises"]["toy"]["checks"] == 1
    assert record(path) == (2, [])


@pytest.mark.parametrize(
    "entry",
    [
        3,
        None,
        [],
        ENTRY | {"checks": "2"},
        ENTRY | {"checks": True},
        ENTRY | {"checks": -1},
        ENTRY | {"score": float("nan")},
        ENTRY | {"first": None},
        ENTRY | {"passed": 1},
        ENTRY | {"status": 3},
    ],
)
def test_a_bad_entry_costs_no_other(path, entry):
    content = json.dumps({"version": 1, "exercises": {"bad": entry, "good": ENTRY}})
    path.write_text(content)
    attempt, said = record(path)
    [aside] = path.parent.glob("progress.broken-*.json")
    assert aside.read_text() == content and attempt == 1
    assert said == [f"A part of the progress file could not be read; it is kept as {aside.name}."]
    kept = json.loads(path.read_text())["exercises"]
    assert kept.keys() == {"good", "toy"} and kept["good"]["checks"] == 2


def test_what_a_newer_course_wrote_is_kept_as_it_is(path):
    newer = {
        "version": 7,
        "exercises": {"toy": ENTRY | {"stars": [1, {"a": None}]}, "other": ENTRY | {"x": 1}},
        "badges": {"deep": [1, 2]},
    }
    path.write_text("\ufeff" + json.dumps(newer), "utf-8")
    assert record(path) == (3, [])
    found = json.loads(path.read_text())
    assert found["version"] == 7 and found["badges"] == newer["badges"]
    assert found["exercises"]["toy"]["stars"] == [1, {"a": None}]
    assert newer["exercises"]["other"].items() <= found["exercises"]["other"].items()


@pytest.mark.parametrize("exercises", [[], {"toy": []}, {"toy": {"checks": [1, 2]}}])
def test_a_newer_form_that_is_not_known_is_not_touched(path, exercises):
    path.write_text(json.dumps({"version": 2, "exercises": exercises}))
    before = path.read_bytes()
    attempts = Attempts(path, (said := []).append)
    assert [attempts.record(result()), attempts.record(result())] == [1, 2]
    assert len(said) == 1 and "a newer version of the course wrote the progress file" in said[0]
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*broken*"))


def folder_in_its_place(path):
    path.mkdir()


def link_that_leads_nowhere(path):
    path.symlink_to(path.parent / "unplugged" / "progress.json")


def link_to_itself(path):
    path.symlink_to(path)


def pipe(path):
    os.mkfifo(path)


def lock_that_is_a_folder(path):
    path.with_suffix(".lock").mkdir()


def file_for_its_folder(path):
    path.parent.rmdir()
    path.parent.write_text("")


@pytest.mark.parametrize(
    "odd",
    [
        folder_in_its_place,
        link_that_leads_nowhere,
        link_to_itself,
        pipe,
        lock_that_is_a_folder,
        file_for_its_folder,
    ],
)
def test_what_cannot_be_read_costs_no_check_and_is_said_once(path, odd):
    odd(path)
    before = sorted(path.parent.parent.rglob("*"))
    attempts = Attempts(path, (said := []).append)
    assert [attempts.record(result()), attempts.record(result())] == [1, 2]
    assert len(said) == 1 and "could not be saved" in said[0], said
    assert {p for p in path.parent.parent.rglob("*")} - set(before) <= {path.with_suffix(".lock")}


def test_a_link_to_a_file_elsewhere_stays_a_link(path, tmp_path):
    elsewhere = tmp_path / "synced" / "progress.json"
    elsewhere.parent.mkdir()
    elsewhere.write_text(json.dumps({"exercises": {"toy": ENTRY}}))
    path.symlink_to(elsewhere)
    assert record(path) == (3, [])
    assert (
        path.is_symlink() and json.loads(elsewhere.read_text())["exercises"]["toy"]["checks"] == 3
    )


AS_NOBODY = """
import os, sys
from pathlib import Path
from coursekit.learning.attempts import Attempts
from coursekit.checking import Result
"".encode("utf-8-sig")  # loaded now: Python itself may be out of nobody's reach
os.setuid(65534)
attempts = Attempts(Path(sys.argv[1]), (said := []).append)
result = Result("toy", "lesson", "failed", 0, 2, "values", "no.")
print(attempts.record(result), attempts.record(result), len(said), *said)
"""


@pytest.fixture
def others_path(path):
    """A file in a folder that any user reaches, at the end of which it can be removed again."""
    for folder in (path.parent, *path.parents[1:5]):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(0o755)
    path.parent.chmod(0o777)
    yield path
    path.parent.chmod(0o777)


@pytest.mark.parametrize(
    "file, folder, saved",
    [(0o600, 0o777, False), (0o644, 0o555, False), (0o644, 0o777, True), (None, 0o555, False)],
    ids=["file not readable", "folder read-only", "only the file is another's", "none there"],
)
def test_another_users_files(others_path, file, folder, saved):
    if os.geteuid() != 0:
        pytest.skip("only root can make another user's files")
    path = others_path
    if file is not None:
        path.write_text(json.dumps({"exercises": {"toy": ENTRY}}))
        path.chmod(file)
        path.with_suffix(".lock").touch(0o644)
    path.parent.chmod(folder)
    run = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, path], capture_output=True, text=True, check=True
    )
    first = 3 if file == 0o644 else 1
    told = "0\n" if saved else "1 your progress could not be saved (Permission denied)"
    assert run.stdout.startswith(f"{first} {first + 1} {told}"), run.stdout
    assert saved == (file is not None and path.stat().st_uid != 0)
