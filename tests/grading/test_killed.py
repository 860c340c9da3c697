"""A grader that is killed, ten times in one run, loses nothing and does nothing twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from grading.classes import PACK, make, without_seconds

pytestmark = pytest.mark.needs("bwrap")
SIZE, KILLS = 60, 10


def command(folder, out, *more):
    options = ["--out", out, "--seed", 7, "--jobs", 2, "--exercises", PACK, *more]
    given = [sys.executable, "-m", "coursekit", "grade", folder, *options]
    return subprocess.Popen(
        list(map(str, given)), stdout=subprocess.DEVNULL, start_new_session=True
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The class, and what an undisturbed run writes."""
    folder = make(tmp_path_factory.mktemp("class"), SIZE)
    out = tmp_path_factory.mktemp("undisturbed")
    assert command(folder, out).wait() == 1  # some are malformed
    return folder, without_seconds((out / "results.json").read_text("utf-8"))


def kill_ten_times(undisturbed, tmp_path, query, *more):
    """Start, kill after so many results are written, start again; at last, let it finish."""
    folder, results = undisturbed
    moments = sorted(random.Random(4).sample(range(SIZE - 4), KILLS))
    for least in moments:
        before = rows(query)
        grader = command(folder, tmp_path / "out", *more)
        while len(rows(query)) < least:
            assert grader.poll() is None, "it ended before it was killed"
            time.sleep(0.005)
        time.sleep(random.Random(least).uniform(0, 0.1))
        os.killpg(grader.pid, signal.SIGKILL)
        assert grader.wait() == -signal.SIGKILL
        after = rows(query)
        assert before.items() <= after.items(), "a result was lost or made twice"
        assert len(after) < SIZE
    assert command(folder, tmp_path / "out", *more).wait() == 1
    assert after.items() <= rows(query).items()
    assert without_seconds((tmp_path / "out" / "results.json").read_text("utf-8")) == results
    [(handed_in, judged, students)] = query(
        "select (select count(*) from submissions), (select count(*) from results where current),"
        "(select count(distinct name) from students)"
    )
    assert handed_in == judged == students == len(rows(query)) == SIZE


def rows(query):
    """Each result as it is written, by its submission; none where there are no tables yet."""
    found = query("select submission_id, id, report from results")
    assert len({row[0] for row in found}) == len(found), "a submission has two results"
    return {submission: (row, report) for submission, row, report in found}


@pytest.mark.timeout(400)
def test_on_sqlite(undisturbed, tmp_path):
    def query(text):
        file = tmp_path / "out" / "gradebook.db"
        if not file.exists():
            return []
        connection = sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=30)
        try:
            return connection.execute(text).fetchall()
        except sqlite3.OperationalError as error:
            assert "no such table" in str(error)
            return []
        finally:
            connection.close()

    kill_ten_times(undisturbed, tmp_path, query)


@pytest.mark.needs("postgres")
@pytest.mark.timeout(400)
def test_on_postgresql(undisturbed, tmp_path):
    import psycopg

    from grading import server

    with server.running() as home:
        url = server.database(home, "killed")

        def query(text):
            with server.connect(home, "killed") as connection:
                try:
                    return connection.execute(text).fetchall()
                except psycopg.errors.UndefinedTable:
                    return []

        kill_ten_times(undisturbed, tmp_path, query, "--db", url)
