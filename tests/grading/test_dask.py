"""The judge on a real Dask cluster: one of two workers is killed, and the results are the same."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from coursekit.cli import main
from coursekit.errors import GradeError
from coursekit.grading import grade
from coursekit.grading.examine import Settings
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.workers import dask
from grading.classes import PACK, hand_in, make, without_seconds

REPO = Path(__file__).parents[2]
pytestmark = [pytest.mark.needs("bwrap"), pytest.mark.usefixtures("packs_of_its_own")]


@contextmanager
def cluster(folder, workers, *before, nanny=False, **environment):
    """A scheduler and workers as a user starts them: (address, their processes).

    Args:
        before: goes before the command of a worker.
        nanny: whether a worker that dies is started anew.
    """
    file, log = folder / "scheduler.json", folder / "cluster.log"
    env = os.environ | {"PYTHONPATH": f"{REPO}:{REPO / 'tests'}"} | environment
    said = log.open("wb")

    def start(program, *options, before=()):
        given = [sys.executable, "-m", "distributed.cli." + program, "--no-dashboard"]
        where = ["--scheduler-file", str(file), "--host", "127.0.0.1"]
        return subprocess.Popen(
            [*before, *given, *where, *options], env=env, cwd=REPO, stdout=said,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    processes = [start("dask_scheduler", "--port", "0")]
    try:
        alone = ["--nthreads", "1", "--local-directory", str(folder)]
        alone += [] if nanny else ["--no-nanny"]
        processes += [start("dask_worker", *alone, before=before) for _ in range(workers)]
        for _ in range(1800):
            if log.read_text().count("Register worker addr") == workers:
                break
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], processes
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        said.close()


@pytest.fixture
def after(monkeypatch):
    """Have something done after so many results are written; gives the list of their rows."""

    def arrange(times, act):
        recorded, record = [], Gradebook.record

        def watched(book, row, report, conditions):
            record(book, row, report, conditions)
            recorded.append(row)
            if len(recorded) == times:
                act()

        monkeypatch.setattr(Gradebook, "record", watched)
        return recorded

    return arrange


def test_one_of_two_workers_killed_in_mid_run_changes_nothing(tmp_path, after):
    """The workers do not see the folder of submissions, as on other machines."""
    folder = make(tmp_path / "in", 24)
    grade(folder, tmp_path / "here", packs=(PACK,), seed=7)
    blind = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", str(folder), "--die-with-parent"]
    with cluster(tmp_path, 2, *blind) as (address, [_, first, second]):
        recorded = after(6, lambda: os.killpg(first.pid, signal.SIGKILL))
        options = ["--out", tmp_path / "there", "--exercises", PACK, "--seed", 7]
        order = ["grade", folder, *options, "--scheduler", address]
        assert main(list(map(str, order))) == 1
        assert first.wait() == -signal.SIGKILL and second.poll() is None
    assert len(recorded) == len(set(recorded)) == 24
    here, there = ((tmp_path / n / "results.json").read_text("utf-8") for n in ("here", "there"))
    assert without_seconds(here) == without_seconds(there)


@pytest.mark.parametrize("which, words", [(0, "does not answer any more"), (1, "lost its workers")])
def test_a_cluster_that_dies_leaves_what_was_graded(tmp_path, after, monkeypatch, which, words):
    monkeypatch.setattr(dask, "LOOK", 1)
    monkeypatch.setattr(dask, "LEAST", 2)
    folder = make(tmp_path / "in", 9)
    common = {"packs": (PACK,), "seed": 7}
    with cluster(tmp_path, 1) as (address, processes):

        def ends():
            monkeypatch.setattr(dask, "PATIENCE", 5)  # from here on: a busy one is slow to begin
            os.killpg(processes[which].pid, signal.SIGKILL)

        recorded = after(3, ends)
        with pytest.raises(GradeError, match=words):
            grade(folder, tmp_path / "out", scheduler=address, **common)
    assert 3 <= len(recorded) < 9
    report = grade(folder, tmp_path / "out", **common)
    assert len(report.submissions) == len(recorded) == len(set(recorded)) == 9


def deadly(n):
    if n == 3:
        os._exit(9)
    return n * n


def at_hand():
    return ""


def test_an_item_that_kills_every_worker_is_lost_alone(tmp_path):
    patience = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with cluster(tmp_path, 1, nanny=True, **patience) as (address, _):
        got = dask.each(deadly, [1, 2, 3, 4], address, lambda n: -n, lambda n: n, at_hand)
        assert sorted(got) == [-3, 1, 4, 16]


def squared(n):
    return n * n


def test_what_is_done_and_goes_with_its_worker_before_it_is_fetched_is_not_waited_for(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(dask, "LOOK", 1)
    with cluster(tmp_path, 1) as (address, [_, worker]):
        got = dask.each(squared, range(9), address, lambda n: -n, lambda n: n, at_hand)
        assert next(got) in {n * n for n in range(9)}
        time.sleep(1)  # all are done, and lie with the worker
        os.killpg(worker.pid, signal.SIGKILL)
        monkeypatch.setattr(dask, "PATIENCE", 3)
        with pytest.raises(GradeError, match="lost its workers"):
            list(got)


def test_a_worker_with_other_exercises_does_not_judge(tmp_path):
    one = Submission("ann", "start_here", tmp_path / "x.ipynb", "ann/x.ipynb")
    settings = Settings(7, "none")
    _, report = dask.judged((1, one, b"{}"), settings, {"start_here": "another"})
    assert report.status == "judge_failed" and "install the same course" in report.reason
    assert "not 0.0" in dask.readiness(settings, "0.0")


def test_what_a_worker_lacks_is_said_before_any_work(tmp_path):
    hand_in(tmp_path / "in", "ann")
    with (
        cluster(tmp_path, 1, PATH="/nonexistent") as (address, _),
        pytest.raises(GradeError, match=r"the Dask worker at tcp://.* cannot grade: .*bubblewrap"),
    ):
        grade(tmp_path / "in", tmp_path / "out", packs=(PACK,), scheduler=address)


def test_no_scheduler_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.grading.workers.dask.PATIENCE", 1)
    hand_in(tmp_path / "in", "ann")
    with pytest.raises(GradeError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        grade(tmp_path / "in", tmp_path / "out", packs=(PACK,), scheduler="tcp://127.0.0.1:1")
