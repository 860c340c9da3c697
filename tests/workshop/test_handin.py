"""Handing in, from the workspace to the gradebook and back: receipts, versions, feedback."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from rooms import served

from coursekit.cli import main

REPO = Path(__file__).parents[2]
SOLVED = REPO / "solutions" / "01_mean_and_variance.ipynb"
BLANK = REPO / "notebooks" / "01_mean_and_variance.ipynb"
KIND = {"Content-Type": "application/x-ipynb+json"}


def hand_in(learner, content: bytes, **query) -> httpx.Response:
    query = {"lesson": "mean_and_variance", **query}
    return learner.post("/api/handin", params=query, content=content, headers=KIND)


def test_a_receipt_has_the_hash_and_every_version_is_kept(house):
    learner = house.learner()
    versions = [b'{"cells": []}', b'{"cells": [], "a": 1}', b'{"cells": []}']
    receipts = [hand_in(learner, content).json() for content in versions]
    assert [r["version"] for r in receipts] == [1, 2, 1]
    assert receipts[0]["receipt"] == receipts[2]["receipt"]
    assert receipts[1]["sha256"] == hashlib.sha256(versions[1]).hexdigest()
    assert len(learner.get("/api/me").json()["handed"]) == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"cells": 1}', b"PK\x03\x04"])
def test_what_is_no_notebook_is_refused(house, content):
    assert hand_in(house.learner(), content).status_code == 400


@pytest.mark.parametrize("lesson", ["", "../x", "a/b", "<b>", "."])
def test_a_lesson_is_a_name(house, lesson):
    assert hand_in(house.learner(), b'{"cells": []}', lesson=lesson).status_code == 400


def test_a_notebook_of_nine_megabytes_is_refused(house):
    content = b'{"cells": [], "x": "' + b"y" * (9 * 2**20) + b'"}'
    assert hand_in(house.learner(), content).status_code == 413


def test_only_the_leader_fetches_and_sends_back(house):
    learner = house.learner()
    hand_in(learner, b'{"cells": []}')
    for how in ("Bearer x", "Leader x", learner.headers["authorization"]):
        answer = httpx.get(f"{house.url}/api/handed", headers={"Authorization": how})
        assert answer.status_code == 401


@pytest.mark.needs("bwrap")
def test_from_submit_to_the_feedback_page(tmp_path, own_workspace, monkeypatch, capsys):
    shutil.copy(SOLVED, own_workspace / SOLVED.name)
    with served(tmp_path, lessons="01") as room:
        from coursekit import join
        from coursekit.learning.workshop import feedback

        join(f"{room.code}@{room.url}")
        assert main(["submit", str(own_workspace / SOLVED.name), "--name", "Ada/Lovelace"]) == 0
        said = capsys.readouterr().out
        assert "version 1" in said and hashlib.sha256(SOLVED.read_bytes()).hexdigest() in said
        other = room.learner()
        assert hand_in(other, BLANK.read_bytes(), name="Ada/Lovelace").status_code == 200
        out = tmp_path / "out"
        command = [sys.executable, "-m", "coursekit", "grade", "--workshop", room.link]
        done = subprocess.run(
            [*command, "--out", str(out), "--json"], capture_output=True, text=True, cwd=tmp_path
        )
        assert "2 feedback pages sent back" in done.stderr, done.stderr + done.stdout
        found = json.loads(done.stdout)["submissions"]
        assert len(found) == 2 and sum(one["score"] == one["max"] > 0 for one in found) == 1
        [page] = feedback()
        assert "mean_and_variance" in page.name and "batch_mean" in page.read_text("utf-8")
        assert other.get("/api/feedback").json()["pages"][0]["page"] != page.read_text("utf-8")


def test_grade_takes_a_folder_or_a_link(tmp_path, capsys):
    for arguments in (["--out", "x"], [".", "--workshop", "http://h/leader#s", "--out", "x"]):
        assert main(["grade", *arguments]) == 2
    assert main(["grade", "--workshop", "http://127.0.0.1:9", "--out", str(tmp_path)]) == 2
    assert "leader's link" in capsys.readouterr().err


def test_to_hand_in_one_has_joined(own_workspace, capsys):
    assert main(["submit", str(BLANK)]) == 2
    assert "You are in no room" in capsys.readouterr().err
