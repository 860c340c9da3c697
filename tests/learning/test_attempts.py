"""One kernel's attempts: what it adds to the file, what it remembers when it cannot."""

import json
import threading

import pytest

from coursekit.checking import Result
from coursekit.learning.attempts import Attempts


def result(status="failed", name="toy", **fields):
    return Result(name, "lesson", status, fields.pop("score", 0), 2, "values", "no.", **fields)


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".coursekit" / "progress.json"


def stored(path) -> dict:
    return json.loads(path.read_text())["exercises"]


def test_keeps_the_best_score_and_the_last_diagnosis(path):
    attempts = Attempts(path)
    assert attempts.record(result(diagnosis="axis")) == 1
    assert attempts.record(result("passed", score=2)) == 2
    assert attempts.record(result(score=1)) == 3
    kept = Attempts(path).by_name["toy"]
    assert (kept.checks, kept.passed, kept.score, kept.diagnosis) == (3, True, 2, None)
    assert 0 < kept.first <= kept.last


@pytest.mark.parametrize("status", ["unsolved", "missing", "judge_failed"])
def test_what_was_not_judged_is_no_attempt(path, status):
    attempts = Attempts(path)
    attempts.record(result())
    assert attempts.record(result(status)) == 1 and stored(path)["toy"]["checks"] == 1


def test_two_kernels_that_opened_the_file_at_once_lose_neither_lesson(path):
    one, other = Attempts(path), Attempts(path)
    assert one.by_name == other.by_name == {}
    one.record(result("passed", "first", score=2))
    other.record(result("passed", "second", score=2))
    assert {name: kept["passed"] for name, kept in stored(path).items()} == {
        "first": True,
        "second": True,
    }
    assert one.by_name == other.by_name


def test_a_check_counts_on_from_what_another_kernel_did(path):
    one, other = Attempts(path), Attempts(path)
    assert [one.record(result()), other.record(result()), one.record(result())] == [1, 2, 3]


def test_a_reset_in_one_kernel_is_not_undone_by_another(path):
    one, other = Attempts(path), Attempts(path)
    one.record(result())
    other.record(result(name="stays"))
    other.forget("toy")
    assert one.by_name.keys() == {"stays"}
    assert one.record(result(name="stays")) == 2
    assert stored(path).keys() == {"stays"}
    other.forget()
    assert one.by_name == {} and one.record(result()) == 1


def test_what_could_not_be_saved_before_a_reset_elsewhere_stays_forgotten(path):
    said = []
    one, other = Attempts(path, said.append), Attempts(path)
    other.record(result())
    blocked = path.with_suffix(".aside")
    path.rename(blocked)
    path.mkdir()
    assert one.record(result(score=1)) == 1
    path.rmdir()
    blocked.rename(path)
    other.forget("toy")
    assert one.record(result(name="next")) == 1
    assert stored(path).keys() == {"next"}


def test_hints_rise_over_kernels_and_the_last_comes_again(path):
    one, other = Attempts(path), Attempts(path)
    shown = [kernel.hint("toy", "lesson", 3) for kernel in (one, other, one, other, one)]
    assert shown == [0, 1, 2, 3, 3]


def test_without_a_file_it_is_kept_in_memory_and_said_once():
    said = []
    attempts = Attempts(None, said.append)
    assert [attempts.record(result()) for _ in range(3)] == [1, 2, 3]
    assert attempts.by_name["toy"].checks == 3
    assert len(said) == 1 and "runs outside a workspace" in said[0]


def test_a_workspace_that_was_renamed_is_said_once_and_not_made_again(tmp_path):
    said, work = [], tmp_path / "work"
    work.mkdir()
    attempts = Attempts(work / ".coursekit" / "progress.json", said.append)
    attempts.record(result())
    work.rename(tmp_path / "renamed")
    assert [attempts.record(result()) for _ in range(3)] == [2, 3, 4]
    assert [p.name for p in tmp_path.iterdir()] == ["renamed"]
    assert len(said) == 1 and f"{work} is not there any more" in said[0]
    (tmp_path / "renamed").rename(work)
    assert attempts.record(result()) == 5 and stored(attempts.path)["toy"]["checks"] == 5


def test_an_interrupted_save_is_not_counted_twice(path, monkeypatch):
    from coursekit.learning import progressfile

    attempts, whole = Attempts(path), progressfile.write_whole

    def interrupted(*arguments, **options):
        whole(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(progressfile, "write_whole", interrupted)
    with pytest.raises(KeyboardInterrupt):
        attempts.record(result())
    monkeypatch.undo()
    assert attempts.record(result()) == 2


def test_a_disk_that_was_full_gets_everything_once_there_is_room(path, monkeypatch):
    said = []
    attempts = Attempts(path, said.append)
    attempts.record(result())

    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coursekit.learning.progressfile.write_whole", full)
    assert [attempts.record(result(score=1)), attempts.hint("toy", "lesson", 3)] == [2, 0]
    assert [*map(len, (said, Attempts(path).by_name))] == [1, 1] and "No space left" in said[0]
    monkeypatch.undo()
    assert attempts.record(result()) == 3
    assert (stored(path)["toy"]["score"], stored(path)["toy"]["hints"]) == (1, 1)


def test_many_threads_over_one_file_lose_nothing(path):
    attempts = [Attempts(path) for _ in range(20)]
    threads = [threading.Thread(target=a.record, args=(result(),)) for a in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(path)["toy"]["checks"] == 20
    assert sorted(p.name for p in path.parent.iterdir()) == ["progress.json", "progress.lock"]
