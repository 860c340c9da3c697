"""Answers that people wrote: verdicts as by hand, nothing false said, half never looked at."""

import json
import random
import time

import pytest
import written

ROWS = written.rows()
STORED = json.loads(written.SAID.read_text("utf-8"))
WRONG = [row for row in ROWS if row.verdict == "wrong"]
RIGHT = [row for row in ROWS if row.verdict == "right"]


def test_there_are_enough_and_half_of_each_lesson_is_held():
    assert len(WRONG) >= 250 and len(RIGHT) >= 80
    for lesson in {row.lesson for row in ROWS}:
        held = [row.held for row in ROWS if row.lesson == lesson]
        assert sum(held) == len(held) // 2


def test_what_is_stored_is_of_these_answers_and_these_checks():
    assert set(STORED["said"]) == {row.id for row in ROWS}
    assert STORED["depends"] == written.depends(), "run `make answers`, and commit what it wrote"
    assert written.PAGE.read_text("utf-8") == written.page()


def test_no_wrong_answer_is_accepted():
    assert [row.id for row in WRONG if STORED["said"][row.id]["status"] == "passed"] == []


def test_no_right_answer_is_refused():
    assert [row.id for row in RIGHT if STORED["said"][row.id]["status"] != "passed"] == []


def test_nothing_false_is_said_and_hardly_anything_that_misleads():
    words = {row.id: written.rated(row, STORED["said"][row.id]) for row in WRONG}
    assert [name for name, word in words.items() if word == "false"] == []
    assert sum(word == "misleading" for word in words.values()) <= 0.01 * len(WRONG)
    assert [name for name, word in words.items() if not word] == [], "these panels nobody has read"


def test_some_of_them_are_judged_as_they_were():
    quick = [row for row in ROWS if STORED["said"][row.id]["status"] != "timeout"]
    some = random.Random(time.time_ns()).sample(quick, len(ROWS) // 50)
    told = ("status", "diagnosis")
    for row, said in written.judged(sorted(some, key=lambda row: row.lesson)).items():
        before = STORED["said"][row]
        assert [said.get(k) for k in told] == [before.get(k) for k in told], row


def test_a_row_that_lacks_a_part_is_named(tmp_path, monkeypatch):
    (tmp_path / "00_x.txt").write_text("# %% exercise=a verdict=wrong id=x\n# what: w\na = 1\n")
    monkeypatch.setattr(written, "ANSWERS", tmp_path)
    with pytest.raises(ValueError, match=r"00_x.txt: .* lacks cause, held"):
        written.rows()
