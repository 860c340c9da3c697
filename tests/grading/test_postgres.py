"""The gradebook on a real PostgreSQL: the same commands, the same reports as on SQLite."""

import json

import pytest

from coursekit.cli import main
from coursekit.grading import grade
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.gradebook.connect import locate
from grading.classes import HALVES, PACK, WHY, hand_in, make, without_seconds

pytestmark = [
    pytest.mark.needs("bwrap"),
    pytest.mark.needs("postgres"),
    pytest.mark.usefixtures("packs_of_its_own"),
]


@pytest.fixture(scope="module")
def home():
    from grading import server

    with server.running() as folder:
        yield folder


def test_the_reports_are_those_of_sqlite_whatever_is_done(home, tmp_path, capsys):
    from grading import server

    url = server.database(home, "same")
    folder = make(tmp_path / "in", 9)
    hand_in(folder, "Zoë 'Ω' 🙂 %s", HALVES[1], "chr(0) + '\\ud800'", WHY)
    written = []
    for name, more in (("sqlite", []), ("postgres", ["--db", url])):
        out = tmp_path / name
        order = ["grade", folder, "--out", out, "--seed", 7, "--exercises", PACK, *more]
        assert main(list(map(str, order))) == 1
        book = more[-1] if more else str(out)
        whose = ["--student", "Zoë 'Ω' 🙂 %s", "--lesson", "tiny", "--exercise", "why"]
        given = ["--score", "1", "--reason", "it's 100 % right"]
        assert main(["gradebook", "override", book, *whose, *given]) == 0
        assert main(["gradebook", "regrade", book, "--student", "s001"]) == 1
        capsys.readouterr()
        assert main(["gradebook", "show", book, "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        for entry in shown["submissions"]:
            for one in entry["overrides"]:
                del one["made"]

        written.append((without_seconds((out / "results.json").read_text("utf-8")), shown))
    (results, shown), (same, also) = written
    assert results == same and shown == also
    assert "it's 100 % right" in results


def test_a_connection_that_is_lost_is_made_again(home, tmp_path, monkeypatch):
    from grading import server

    url, record, recorded = server.database(home, "restarted"), Gradebook.record, []

    def watched(book, row, report, conditions):
        record(book, row, report, conditions)
        recorded.append(row)
        with server.connect(home, "postgres") as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'restarted'"
            )

    monkeypatch.setattr(Gradebook, "record", watched)
    report = grade(make(tmp_path / "in", 3), tmp_path / "out", packs=(PACK,), db=url)
    assert len(recorded) == len(report.submissions) == 3


def test_a_database_without_a_gradebook_is_said(home, capsys):
    from grading import server

    url = server.database(home, "empty")
    assert main(["gradebook", "show", url]) == 2
    said = capsys.readouterr().err
    assert "holds no gradebook; `coursekit grade` makes one" in said
    assert locate(url).drivername == "postgresql+psycopg"
