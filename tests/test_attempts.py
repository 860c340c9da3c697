import json
import threading

import pytest

from coursekit.attempts import Attempts
from coursekit.checking import Result


def result(status="failed", **fields):
    return Result("toy", "lesson", status, fields.pop("score", 0), 2, "values", "no.", **fields)


def test_keeps_the_best_score_and_the_last_diagnosis(tmp_path):
    path = tmp_path / "deep" / "progress.json"
    attempts = Attempts.load(path)
    assert attempts.record(result(diagnosis="axis")) == 1
    assert attempts.record(result("passed", score=2)) == 2
    assert attempts.record(result(score=1)) == 3
    kept = Attempts.load(path).by_name["toy"]
    assert (kept.checks, kept.passed, kept.score, kept.diagnosis) == (3, True, 2, None)
    assert 0 < kept.first <= kept.last


def test_a_stub_is_no_attempt():
    assert Attempts().record(result("unsolved")) == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"exercises": 3}', '{"exercises": {"a": {"b": 1}}}'])
def test_a_corrupt_file_is_set_aside_and_not_lost(tmp_path, text, capsys):
    path = tmp_path / "progress.json"
    path.write_text(text)
    Attempts.load(path).record(result())
    [aside] = tmp_path.glob("progress.broken-*.json")
    assert aside.read_text() == text and aside.name in capsys.readouterr().out
    assert json.loads(path.read_text())["exercises"]["toy"]["checks"] == 1


def test_a_folder_that_cannot_be_written_costs_no_check(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    attempts = Attempts.load(tmp_path / "file" / "progress.json")
    assert attempts.record(result()) == 1
    assert "could not be saved" in capsys.readouterr().out


def test_many_writers_leave_a_whole_file(tmp_path):
    path = tmp_path / "progress.json"
    threads = [threading.Thread(target=lambda: Attempts(path).record(result())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads(path.read_text())["exercises"]["toy"]["checks"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["progress.json"]
