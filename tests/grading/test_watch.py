"""A folder is watched: what arrives is graded once, and no round ends it but the one asked for."""

import json
import os
import signal
import time

import pytest

from coursekit.cli import main
from coursekit.grading import grade
from coursekit.grading.lock import WATCH, held
from coursekit.grading.watch import Watch
from grading.classes import PACK, hand_in

PLAIN = {"sandbox": "none", "packs": (PACK,), "seed": 1}


class Desk:
    """Somebody's watch: what happens during each pause, and what was said."""

    def __init__(self, folder, **given):
        self.source, self.out, self.said, self.todo = folder / "in", folder / "out", [], []
        self.source.mkdir(exist_ok=True)
        self.watch = Watch(
            self.source, self.out, self.said.append, every=0.01, pause=self.pause, **PLAIN, **given
        )

    def pause(self, seconds):
        if not self.todo:
            os.kill(os.getpid(), signal.SIGTERM)
        self.todo.pop(0)()
        time.sleep(seconds)

    def goes_through(self, *todo):
        """What each round says, when these things happen before it."""
        self.todo, before = [*todo], len(self.said)
        assert self.watch.run() == 0
        return [(one.what, one.more) for one in self.said[before:]][1:-1]


def nothing():
    pass


@pytest.fixture
def as_usual():
    """SIGTERM as a process has it that nobody told anything."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def test_what_arrives_is_graded_once_and_its_page_is_there(tmp_path, packs_of_its_own, as_usual):
    desk = Desk(tmp_path)

    def arrives():
        hand_in(desk.source, "ada")

    def half():
        (desk.source / "ada" / "tiny.ipynb").write_text('{"cells": [')

    rounds = desk.goes_through(arrives, nothing, nothing, half, arrives, nothing)
    assert [what for what, _ in rounds] == ["graded", "graded"]
    first, again = (more for _, more in rounds)
    assert (first["judged"], first["submissions"], first["arriving"]) == (1, 1, 0)
    assert again["judged"] == 0  # the same text as before: the half of it was never read
    assert (desk.out / "feedback" / "ada" / "tiny.html").is_file()

    def lock_it():
        lock = held(desk.out, "coursekit grade")
        lock.__enter__()
        desk.todo.insert(1, lambda: lock.__exit__(None, None, None))
        hand_in(desk.source, "bob")

    desk = Desk(tmp_path)
    rounds = desk.goes_through(nothing, lock_it, nothing, nothing)
    assert [what for what, _ in rounds] == ["graded", "failed", "graded"]
    assert "in use by `coursekit grade`" in rounds[1][1]["error"]
    assert (rounds[0][1]["judged"], rounds[2][1]["judged"]) == (0, 1)
    assert str(desk.said[0]).endswith(f"every 0.01 s; reports in {desk.out}")
    assert str(desk.said[-1]).endswith("ended; 1 judged, and what was left is graded next time")
    report = grade(desk.source, desk.out, **PLAIN)
    assert report.judged == 0 and [s.score for s in report.submissions] == [3, 3]


def test_a_round_waits_for_what_is_written_again_but_not_for_ever(
    tmp_path, packs_of_its_own, as_usual
):
    desk = Desk(tmp_path)
    ada = hand_in(desk.source, "ada")
    hand_in(desk.source, "bob")

    def more():
        ada.write_text(f"{ada.read_text()} ")

    rounds = desk.goes_through(
        nothing, nothing, lambda: (more(), hand_in(desk.source, "cem")), more
    )
    assert len(rounds) == 1, "else Ada's points would be missing until she has done"
    results = json.loads((desk.out / "results.json").read_text("utf-8"))["submissions"]
    assert [one["student"] for one in results] == ["ada", "bob"]
    rounds = desk.goes_through(*[more] * 8, nothing)
    assert [(more["judged"], more["arriving"]) for _, more in rounds] == [(1, 1), (1, 0)]


def test_a_second_watch_and_what_cannot_be_are_refused_before_anything(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    words = ["grade", "--watch", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    with held_by_another(tmp_path / "out"):
        assert main(words) == 2
    assert "is in use by `coursekit grade --watch`" in capsys.readouterr().err
    for more, why in (
        (["--every", "0"], "--every must be above 0"),
        (["--roster", str(tmp_path / "no.csv")], "cannot be read"),
        (["--policy", str(tmp_path / "no.toml")], "cannot be read"),
        (["--jobs", "0"], "--jobs must be above 0"),
    ):
        assert main([*words, *more]) == 2
        assert why in capsys.readouterr().err
    assert main([*words[:2], str(tmp_path / "gone"), *words[3:]]) == 2
    assert "is not a folder; --watch needs one" in capsys.readouterr().err
    assert main(["grade", "--watch", "--workshop", "http://x", *words[3:]]) == 2
    assert "--watch takes a folder" in capsys.readouterr().err
    assert main(["grade", words[2], "--once", "--out", str(tmp_path / "out")]) == 2
    assert "--once goes with --watch" in capsys.readouterr().err


def held_by_another(out):
    out.mkdir()

    return held(out, "coursekit grade --watch", WATCH)


def test_once_speaks_json_and_ends(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    words = ["grade", "--watch", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--once"]
    assert main([*words, "--every", "0.01", "--json"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["what"] == "watching" and json.loads(line)["every"] == 0.01


def test_what_stays_wrong_is_said_once_and_tried_ever_less_often(tmp_path, as_usual):
    desk = Desk(tmp_path)

    def lost():
        desk.source.rename(tmp_path / "away")

    def back():
        (tmp_path / "away").rename(desk.source)

    rounds = desk.goes_through(lost, nothing, nothing, back, nothing)
    assert [what for what, _ in rounds][:1] == ["failed"] and len(rounds) < 4
    waits = [more["again"] for _, more in rounds]
    assert waits == sorted(waits) and "cannot look into" in rounds[0][1]["error"]
