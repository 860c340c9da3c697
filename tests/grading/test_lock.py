"""Two that write into one folder of reports come one after the other, and the second knows why."""

import os

import pytest

from coursekit.errors import GradeError
from coursekit.grading.lock import FILES, RUN, WATCH, held, turn


def test_who_comes_second_is_told_who_was_first_and_the_end_of_the_first_lets_it_in(tmp_path):
    with held(tmp_path, "coursekit grade"):
        with pytest.raises(GradeError) as refused, held(tmp_path, "another"):
            pass
        with held(tmp_path, "coursekit grade --watch", WATCH):  # which is another matter
            pass
    said = str(refused.value)
    assert f"{tmp_path} is in use by `coursekit grade`" in said
    assert f"process {os.getpid()} on " in said and "since 20" in said
    with pytest.raises(ZeroDivisionError), held(tmp_path, "what fails"):
        raise ZeroDivisionError
    with held(tmp_path, "short"):
        assert (tmp_path / RUN).read_text("utf-8").count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


def test_whoever_has_not_signed_yet_is_another_process(tmp_path):
    with held(tmp_path, "coursekit grade"):
        (tmp_path / RUN).write_text("half of")
        with pytest.raises(GradeError, match="in use by another process"), held(tmp_path, "x"):
            pass


def test_a_folder_that_cannot_be_locked_is_said(tmp_path):
    (tmp_path / RUN).mkdir()
    with pytest.raises(GradeError, match=r"cannot lock .*choose another --out"):
        with held(tmp_path, "coursekit grade"):
            pass


def test_who_has_a_line_to_write_takes_a_turn_where_there_is_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.grading.lock.PATIENCE", 0.1)
    with turn(tmp_path / "gone", "override"):
        assert not (tmp_path / "gone").exists()
    with held(tmp_path, "coursekit grade"), pytest.raises(GradeError, match="`coursekit grade`"):
        with turn(tmp_path, "override"):
            pass
