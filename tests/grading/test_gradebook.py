"""Nothing is graded twice or lost; what an instructor says outlives every regrade."""

import io
import json
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
import unicodedata
import zipfile
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

import pytest

from coursekit.cli import main
from coursekit.errors import GradeError
from coursekit.grading import grade, instructor, last_run
from coursekit.grading.gradebook import Gradebook, locate
from coursekit.grading.gradebook import policy as policies
from coursekit.grading.workers.local import Crew
from grading.classes import (
    HALVES,
    PACK,
    WHY,
    forget_packs,
    hand_in,
    make,
    notebook,
    without_seconds,
)

pytestmark = [pytest.mark.needs("bwrap"), pytest.mark.usefixtures("packs_of_its_own")]

KEPT = (".db", ".lock")  # no report


@pytest.fixture
def judged(monkeypatch):
    """The files that are judged, as they are."""
    seen = []
    judge = Crew.judge

    def watched(self, todo):
        seen.extend(submission.file for _, submission in todo)
        return judge(self, todo)

    monkeypatch.setattr(Crew, "judge", watched)
    return seen


@pytest.fixture
def room(tmp_path):
    (tmp_path / "in").mkdir()

    def again(**options):
        return grade(tmp_path / "in", tmp_path / "out", **{"packs": (PACK,), **options})

    again.folder, again.out = tmp_path / "in", tmp_path / "out"
    again.results = lambda: (again.out / "results.json").read_text("utf-8")
    return again


def scores(report):
    return {s.student: s.score for s in report.submissions}


def test_a_second_run_judges_nothing_and_writes_the_same(room, judged):
    make(room.folder, 8)
    first = room()
    assert len(judged) == 8
    before = {p: p.read_bytes() for p in room.out.rglob("*.*") if p.suffix not in KEPT}
    second = room()
    assert len(judged) == 8 and second.seed == first.seed, "the recorded seed is used again"
    assert {p: p.read_bytes() for p in room.out.rglob("*.*") if p.suffix not in KEPT} == before
    assert len(list((room.out / "feedback").rglob("*.html"))) == 8


def test_results_pages_and_scores_are_made_of_the_rows_alone(room):
    make(room.folder, 9)
    room(seed=3)
    made = [p for p in room.out.rglob("*.*") if p.suffix not in KEPT]
    before = {p: p.read_bytes() for p in made if p.stem != "similar"}  # that reads the notebooks
    assert len(before) > 9 + 5
    for path in before:
        path.unlink()
    shutil.rmtree(room.folder)
    with Gradebook.open(locate(room.out)) as book:
        last_run.write_reports(book, room.out)
    assert {p: p.read_bytes() for p in before} == before


def test_another_seed_or_sandbox_is_another_result(room, judged):
    hand_in(room.folder, "ann")
    room(seed=1)
    room(seed=2)
    assert len(judged) == 2
    room(seed=2, sandbox="none")
    assert len(judged) == 3 and json.loads(room.results())["sandbox"] == "none"
    room(seed=1)
    assert len(judged) == 3 and json.loads(room.results())["seed"] == 1


def test_a_new_version_is_a_new_attempt_and_counts(room, judged):
    path = hand_in(room.folder, "ann", HALVES[1])
    hand_in(room.folder, "bob")
    assert scores(room()) == {"ann": 2, "bob": 3}
    first = path.read_bytes()
    hand_in(room.folder, "ann", HALVES[0])
    assert scores(room()) == {"ann": 3, "bob": 3}
    assert judged == ["ann/tiny.ipynb", "bob/tiny.ipynb", "ann/tiny.ipynb"]
    [ann, _] = instructor.show(str(room.out)).entries
    assert (ann.attempt, ann.attempts) == (2, 2)
    path.write_bytes(first)
    assert scores(room()) == {"ann": 2, "bob": 3} and len(judged) == 3


def test_of_several_versions_only_the_newest_is_judged_and_all_are_kept(room, judged):
    old = hand_in(room.folder, "ann", HALVES[1])
    new = old.with_name("tiny-1.ipynb")
    new.write_text(old.read_text().replace("x * 2", "x / 2"))
    room()
    assert judged == ["ann/tiny-1.ipynb"]
    [ann] = instructor.show(str(room.out)).entries
    assert (ann.file, ann.attempts, ann.report.score) == ("ann/tiny-1.ipynb", 2, 3)
    assert "2 versions were handed in" in ann.report.notes[0]
    rows = sqlite3.connect(room.out / "gradebook.db").execute(
        "select file, counts from submissions order by attempt"
    )
    assert rows.fetchall() == [("ann/tiny.ipynb", 0), ("ann/tiny-1.ipynb", 1)]


def test_a_changed_exercise_makes_exactly_its_submissions_stale(room, judged, tmp_path):
    packs = []
    for name in ("one", "two"):
        packs.append(tmp_path / f"{name}.py")
        text = PACK.read_text("utf-8")
        for task in ("half", "span", "why"):
            text = text.replace(task, f"{task}_{name}")
        packs[-1].write_text(text)
        for student in ("ann", "bob"):
            path = hand_in(room.folder, student, lesson=name)
            path.write_text(path.read_text().replace("half", f"half_{name}"))
    room(packs=tuple(packs))
    assert len(judged) == 4
    packs[1].write_text(packs[1].read_text().replace("points=2", "points=5"))
    forget_packs()
    report = room(packs=tuple(packs))
    assert sorted(judged[4:]) == ["ann/two.ipynb", "bob/two.ipynb"]
    assert {s.file: s.max for s in report.submissions} == {
        "ann/one.ipynb": 4, "ann/two.ipynb": 7, "bob/one.ipynb": 4, "bob/two.ipynb": 7,
    }  # fmt: skip


def test_a_timeout_is_judged_again_only_with_more_time(room, judged):
    hand_in(room.folder, "ann", "[1 for _ in iter(int, 1)]")
    for timeout, times in ((0.5, 1), (0.5, 1), (0.4, 1), (0.8, 2)):
        assert room(timeout=timeout).submissions[0].status == "timeout"
        assert len(judged) == times


def fails(item, settings):
    raise ZeroDivisionError


def test_what_the_grader_failed_at_is_tried_again(room, judged, monkeypatch):
    hand_in(room.folder, "ann")
    with monkeypatch.context() as broken:
        broken.setattr("coursekit.grading.workers.local._judged", fails)
        assert room().submissions[0].status == "judge_failed"
    assert room().submissions[0].score == 3 and len(judged) == 2


def test_points_by_hand_are_in_every_report_and_outlive_a_regrade(room, judged, capsys):
    hand_in(room.folder, "ann", HALVES[1], "1 / 0", WHY)
    hand_in(room.folder, "bob")
    room(seed=4)
    untouched = room.results()
    book = str(room.out)
    common = ["--student", "ann", "--lesson", "tiny"]
    for more in (
        ["--exercise", "half", "--score", "0.5", "--reason", "right idea"],
        ["--exercise", "why", "--score", "1", "--reason", "well said"],
    ):
        assert main(["gradebook", "override", book, *common, *more]) == 0
    assert "right idea" in capsys.readouterr().out
    assert len(judged) == 2, "nothing is judged for it"

    def check_reports(of_half=""):
        [ann, bob] = json.loads(room.results())["submissions"]
        assert (ann["score"], ann["max"], bob["score"]) == (1.5, 4, 3)
        half, span, why = ann["exercises"]
        assert (half["status"], span["status"], why["status"]) == ("partial", "error", "passed")
        assert f"points by hand for half: 0.5 (right idea){of_half}" in ann["notes"]
        assert "points by hand for why: 1 (well said)" in ann["notes"]
        assert "ann,tiny,ann/tiny.ipynb,graded,1.5,4" in (room.out / "scores.csv").read_text()
        page = (room.out / "feedback/ann/tiny.html").read_text("utf-8")
        assert "Your instructor gave 0.5 of 1 points: right idea" in page

    check_reports()
    by_hand = room.results()
    assert main(["gradebook", "regrade", book, "--student", "ann"]) == 0
    assert judged[2:] == ["ann/tiny.ipynb"]
    check_reports()
    assert without_seconds(room.results()) == without_seconds(by_hand)
    room(seed=5)
    check_reports()
    hand_in(room.folder, "ann", HALVES[2], "1 / 0", WHY, "n = 'a new version'")
    room(seed=4)
    check_reports(", given for an older answer")  # that of why is the same
    hand_in(room.folder, "ann", HALVES[1], "1 / 0", WHY)
    room(seed=4)
    for name in ("half", "why"):
        assert main(["gradebook", "override", book, *common, "--exercise", name]) == 0
    assert without_seconds(room.results()) == without_seconds(untouched)


def test_points_for_a_lesson_as_a_whole(room, capsys):
    hand_in(room.folder, "ann")
    room()
    order = ["gradebook", "override", str(room.out), "--student", "ann", "--lesson", "tiny"]
    assert main([*order, "--score", "1", "--reason", "copied", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["totals"] == {"ann": 0.25}
    [ann] = said["submissions"]
    assert (ann["score"], ann["judged"], ann["max"]) == (1, 3, 4)
    assert ann["overrides"][0]["reason"] == "copied"
    assert json.loads(room.results())["submissions"][0]["score"] == 1


@pytest.mark.parametrize(
    "change, words",
    [
        ({"--student": "anne"}, "'anne' handed nothing in. Did you mean 'ann'?"),
        ({"--lesson": "tidy"}, "'ann' handed in tiny, not 'tidy'"),
        ({"--exercise": "halve"}, "no exercise 'halve'. Did you mean 'half'?"),
        ({"--score": "-1"}, "--score must be from 0"),
        ({"--score": "nan"}, "--score must be from 0"),
        ({"--reason": " "}, "--reason is missing"),
        ({"--score": None}, "has no points by hand for half"),
        ({"--score": "inf"}, "--score must be from 0"),
        ({"--score": "1.01"}, "1.01 is above the maximum of half, which is 1"),
        ({"--score": "1000"}, "add --above-maximum"),
        ({"--score": "4.5", "--exercise": ""}, "4.5 is above the maximum of tiny, which is 4"),
    ],
)
def test_an_override_of_what_is_not_there_is_refused(room, capsys, change, words):
    hand_in(room.folder, "ann")
    room()
    order = {"--student": "ann", "--lesson": "tiny", "--exercise": "half", "--score": "1",
             "--reason": "why"} | change  # fmt: skip
    given = [word for pair in order.items() if pair[1] is not None for word in pair]
    assert main(["gradebook", "override", str(room.out), *given]) == 2
    assert words in capsys.readouterr().err


def test_show_says_what_is_still_to_be_marked_and_the_command_that_does_it(room, capsys):
    hand_in(room.folder, "Ann O'Hara; true", HALVES[0], HALVES[0], WHY)
    room()
    assert main(["gradebook", "show", str(room.out)]) == 0
    said = capsys.readouterr().out
    assert "to be marked: why" in said and "Ann O'Hara; true: 25.0%" in said
    [command] = [line for line in said.splitlines() if "gradebook override" in line]
    words = shlex.split(command)
    assert words[:4] == ["coursekit", "gradebook", "override", str(room.out)]
    assert main(words[1:]) == 0
    said = capsys.readouterr().out
    assert "to be marked" not in said.lower() and "why: 1 (...)" in said


def test_of_many_to_be_marked_some_commands_are_written_out(room, capsys):
    for n in range(9):
        hand_in(room.folder, f"s{n}", HALVES[0], HALVES[0], WHY)
    room()
    said = instructor.show(str(room.out)).summary()
    assert said.count("gradebook override") == 5 and "and 4 more, in the table above" in said


@pytest.mark.parametrize("more", [["--exercise", "half"], []])
def test_more_than_the_maximum_is_given_only_if_it_is_meant(room, capsys, more):
    hand_in(room.folder, "ann")
    room()
    order = ["gradebook", "override", str(room.out), "--student", "ann", "--lesson", "tiny"]
    order += [*more, "--score", "5", "--reason", "a bonus"]
    before = room.results()
    assert main(order) == 2 and room.results() == before
    assert main([*order, "--above-maximum"]) == 0
    assert json.loads(room.results())["submissions"][0]["score"] == (7 if more else 5)


def test_the_maximum_of_a_question_is_the_policys(room, tmp_path):
    hand_in(room.folder, "ann", HALVES[0], HALVES[0], WHY)
    room()
    with pytest.raises(GradeError, match="2 is above the maximum of why, which is 1"):
        instructor.override(str(room.out), "ann", "tiny", "why", 2, "well said")


@pytest.fixture
def lesson_09(room):
    """A gradebook with lesson 09, where nothing was answered."""
    path = room.folder / "ann" / "09_full_layer.ipynb"
    path.parent.mkdir()
    path.write_text(notebook("0", "0"))
    room()
    return str(room.out)


def test_a_lesson_is_known_by_number_and_by_name(lesson_09):
    for name in ("09", "9", "full_layer", "09_full_layer", "09_full_layer.ipynb"):
        [ann] = instructor.show(lesson_09, lesson=name).entries
        assert ann.lesson == "full_layer"
        given = instructor.override(lesson_09, "ann", name, "", 1, "a try")
        assert given.entries[0].report.score == 1
        taken = instructor.override(lesson_09, "ann", name, "", None, "")
        assert taken.entries[0].report.score == 0


def test_a_regrade_takes_a_lesson_by_number_and_says_what_it_judged(room, lesson_09, judged):
    hand_in(room.folder, "bob")
    room()
    report = instructor.regrade(lesson_09, lesson="09")
    assert judged == ["bob/tiny.ipynb", "ann/09_full_layer.ipynb"]
    assert (
        "2 graded in" in report.summary() and "(1 judged, 1 kept from before)" in report.summary()
    )
    assert "(0 judged, 2 kept from before)" in room().summary()


NOT_THERE = [
    ("anne", None, "'anne' handed nothing in. Did you mean 'ann'?"),
    ("qq", None, "'qq' handed nothing in. The gradebook has Zoë, ann."),
    (None, "full_lair", "nobody handed in 'full_lair'. Did you mean 'full_layer'?"),
    (None, "04", "nobody handed in 'batchnorm_forward' (04). The gradebook has full_layer"),
    (None, "77", "nobody handed in '77'. The gradebook has full_layer, tiny."),
    ("ann", "tiny", "'ann' handed in full_layer, not 'tiny'."),
]


def test_who_and_what_is_not_there_is_said(room, lesson_09):
    hand_in(room.folder, "Zoë")
    room()
    for student, lesson, words in NOT_THERE:
        with pytest.raises(GradeError) as refused:
            instructor.show(lesson_09, student, lesson)
        assert words in str(refused.value)
        with pytest.raises(GradeError, match="nothing that was graded fits"):
            instructor.regrade(lesson_09, student, lesson)


def test_a_name_is_known_however_its_letters_are_composed(room):
    hand_in(room.folder, unicodedata.normalize("NFD", "Zoë"))
    room()
    assert len(instructor.show(str(room.out), unicodedata.normalize("NFC", "Zoë")).entries) == 1


ODD = "Łukasz\x1b[31m 李 ✓"


@pytest.mark.parametrize("page", ["cp1252", "cp437", "cp932", "gbk", "ascii"])
def test_every_command_prints_every_name_in_every_encoding(room, page):
    hand_in(room.folder, ODD, HALVES[0], HALVES[0], WHY)
    out, who = str(room.out), ["--student", ODD]
    given = ["--lesson", "tiny", "--score", "1", "--reason", f"{ODD} ✓"]
    for words in (
        ["grade", str(room.folder), "--out", out, "--exercises", str(PACK), "--sandbox", "none"],
        ["gradebook", "show", out],
        ["gradebook", "override", out, *who, *given],
        ["gradebook", "regrade", out, *who],
        ["gradebook", "show", out, "--json"],
    ):
        pipe = io.TextIOWrapper(io.BytesIO(), page, newline="")
        with redirect_stdout(pipe):
            assert main(words) == 0
        said = pipe.buffer.getvalue().decode(page)
        assert "ukasz" in said and "\x1b" not in said
    assert "ukasz" in json.loads(said)["submissions"][0]["overrides"][0]["reason"]


def test_the_file_of_a_gradebook_names_it_too(room):
    hand_in(room.folder, "ann")
    room()
    instructor.override(str(room.out / "gradebook.db"), "ann", "tiny", "half", 0, "copied")
    assert json.loads(room.results())["submissions"][0]["score"] == 2


POLICY = """
[weights]
tiny = 3
mean_and_variance = 1
[questions]
predict_outlier = 0.5
[deadlines]
tiny = 2026-01-01T12:00:00Z
[late]
per_day = 0.25
at_most = 0.5
grace_minutes = 10
"""


@pytest.mark.parametrize(
    "over, kept",
    [(timedelta(0), 1), (timedelta(minutes=10), 1), (timedelta(minutes=11), 0.75),
     (timedelta(days=1, hours=1), 0.5), (timedelta(days=30), 0.5)],
)  # fmt: skip
def test_lateness_costs_what_the_policy_says(room, tmp_path, over, kept):
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    path = hand_in(room.folder / "submitted", "ann/ps1")
    when = datetime(2026, 1, 1, 12, tzinfo=UTC) + over
    path.with_name("timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n")
    report = room(policy=policy).submissions[0]
    assert (report.student, report.score) == ("ann", 3 * kept)
    assert any("late, which costs" in note for note in report.notes) == (kept < 1)
    report = room().submissions[0]
    assert report.score == 3 * kept, "the policy is kept in the gradebook"
    totals = instructor.show(str(room.out)).totals()
    assert totals["ann"] == pytest.approx(3 * kept / 4 * 3 / 4)
    policy.write_text("")
    assert room(policy=policy).submissions[0].score == 3


def test_a_question_has_the_points_that_the_policy_gives_it(room, tmp_path):
    path = room.folder / "ann" / "00_start_here.ipynb"
    path.parent.mkdir()
    path.write_text(notebook("0", "0", "check('predict_outlier', 3.0)"))
    [plain] = room().submissions
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    [weighed] = room(policy=policy).submissions
    assert (weighed.score, weighed.max) == (plain.score + 0.5, plain.max + 0.5)


def test_a_policy_may_give_points_to_a_warm_up(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("[questions]\nkeras_momentum = 1")
    assert policies.read(policy).questions == {"keras_momentum": 1}


def test_a_mark_of_the_platform_counts_as_one_day(room, tmp_path):
    path = hand_in(tmp_path, "x")
    path.rename(room.folder / "smithbob_LATE_12_3456_tiny.ipynb")
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    report = room(policy=policy).submissions[0]
    assert (report.student, report.score) == ("smithbob_12", 2.25)


@pytest.mark.parametrize(
    "text, words",
    [
        ("[late", "is not TOML"),
        ("[lateness]\nper_day = 1", "section 'lateness' means nothing here. Did you mean 'late'?"),
        ("[late]\nper_dy = 1", "[late] 'per_dy' means nothing here. Did you mean 'per_day'?"),
        ("[late]\nper_day = -0.1", "late.per_day must be a number from 0; got -0.1"),
        ("[late]\nper_day = nan", "late.per_day must be a number from 0; got nan"),
        ("[weights]\ntinny = 1", "[weights] 'tinny' means nothing here. Did you mean 'tiny'?"),
        ("[weights]\ntiny = true", "weights.tiny must be a number from 0; got True"),
        (
            "[deadlines]\ntiny = 2026-01-01T12:00:00",
            "deadlines.tiny must be a time with its offset",
        ),
        ("[deadlines]\ntiny = 2026-01-01", "deadlines.tiny must be a time with its offset"),
        ("weights = 2", "weights is a section"),
        ("[questions]\npredict_outlyer = 1", "no lesson asks 'predict_outlyer'"),
        ("[questions]\nhalf = 1", "half is an exercise and has points of its own"),
    ],
)
def test_a_policy_without_meaning_is_refused(room, tmp_path, text, words):
    hand_in(room.folder, "ann")
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    with pytest.raises(GradeError) as refused:
        room(policy=policy)
    assert words in str(refused.value)


def test_a_gradebook_of_another_schema_is_refused_and_left_alone(room):
    hand_in(room.folder, "ann")
    room()
    file = room.out / "gradebook.db"
    with sqlite3.connect(file) as connection:
        connection.execute("update meta set value = '99' where name = 'schema'")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(GradeError, match="has schema 99, and this coursekit reads 1"):
        room()
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "db, words",
    [
        ("sqlite://{0}/notes.txt", "cannot be used: file is not a database"),
        ("sqlite://{0}/no/such/folder.db", "unable to open database file"),
        ("mine.db", "--db takes a URL such as sqlite:///FILE"),
        ("mysql://host/name", "takes SQLite or PostgreSQL"),
        ("://me:secret@host/name", "--db takes a URL such as"),
        ("postgresql://me:secret@127.0.0.1:1/name", "postgresql+psycopg://me:***@127.0.0.1:1/name"),
    ],
)
def test_a_gradebook_that_cannot_be_used_is_said(room, tmp_path, db, words):
    hand_in(room.folder, "ann")
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be read as one" * 20)
    with pytest.raises(GradeError) as refused:
        room(db=db.format(f"/{tmp_path}"))
    assert words in str(refused.value) and "secret" not in str(refused.value)


def test_tables_are_made_all_or_none(room, monkeypatch):
    """As where a grader is killed while it makes them."""
    hand_in(room.folder, "ann")
    with monkeypatch.context() as killed:
        killed.setattr("coursekit.grading.gradebook.connect.insert", lambda table: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            room()
    connection = sqlite3.connect(room.out / "gradebook.db")
    assert connection.execute("select name from sqlite_master").fetchall() == []
    connection.close()
    assert scores(room()) == {"ann": 3}


def test_two_graders_at_once_share_a_gradebook(room, tmp_path):
    make(room.folder, 6)
    order = ["grade", room.folder, "--exercises", PACK, "--seed", 7]
    order += ["--db", f"sqlite:///{tmp_path / 'shared.db'}"]
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "coursekit", *map(str, order), "--out", room.out / n]
        )
        for n in ("a", "b")
    ]
    assert [one.wait() for one in both] == [0, 0]
    a, b = (room.out / n / "results.json" for n in ("a", "b"))
    assert without_seconds(a.read_text("utf-8")) == without_seconds(b.read_text("utf-8"))


def test_the_total_is_of_lessons_only(room):
    hand_in(room.folder, "ann")
    hand_in(room.folder, "ann", lesson="unheard_of")
    (room.folder / "all.zip").write_text("no zip")
    room()
    assert instructor.show(str(room.out)).totals() == {"ann": 0.75}


def test_reports_that_were_moved_are_written_where_they_are(room, tmp_path):
    hand_in(room.folder, "ann")
    room()
    moved = room.out.rename(tmp_path / "moved")
    instructor.override(str(moved), "ann", "tiny", "half", 0, "copied")
    assert not room.out.exists() and "ann,tiny,ann/tiny.ipynb,graded,2,4" in (
        moved / "scores.csv"
    ).read_text("utf-8")


def test_a_command_without_a_gradebook_says_what_makes_one(tmp_path, capsys):
    assert main(["gradebook", "show", str(tmp_path)]) == 2
    assert "`coursekit grade` makes one" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_regrade_of_what_has_gone_changes_nothing(room, judged):
    hand_in(room.folder, "ann")
    room()
    with pytest.raises(GradeError, match="nothing that was graded fits"):
        instructor.regrade(str(room.out), student="bob")
    room.folder.rename(room.folder.with_name("elsewhere"))
    with pytest.raises(GradeError, match="the submissions are no longer at"):
        instructor.regrade(str(room.out))
    assert len(judged) == 1


def test_the_gradebook_may_lie_elsewhere(room, tmp_path):
    hand_in(room.folder, "ann")
    url = f"sqlite:///{tmp_path / 'mine.db'}"
    room(db=url)
    assert not (room.out / "gradebook.db").exists()
    [ann] = instructor.show(url).entries
    assert ann.report.score == 3
    assert scores(instructor.regrade(url)) == {"ann": 3}


def test_bad_files_are_in_the_report_and_cost_nobody_anything(room, judged):
    hand_in(room.folder, "ann")
    hand_in(room.folder, "bob").write_text("{")
    (room.folder / "cem").mkdir()
    (room.folder / "cem" / "tiny.ipynb").symlink_to(room.folder / "ann" / "tiny.ipynb")
    (room.folder / "all.zip").write_text("no zip")
    hand_in(room.folder, "dia/too/deep")
    (room.folder / "eve").mkdir()
    (room.folder / "eve" / "tiny.ipynb").mkdir()
    report = room()
    assert scores(report)["ann"] == 3 and report.exit_code == 1
    assert {s.file: s.status for s in report.submissions} == {
        "all.zip": "malformed", "ann/tiny.ipynb": "graded", "bob/tiny.ipynb": "malformed",
        "cem/tiny.ipynb": "malformed", "dia/too/deep/tiny.ipynb": "malformed",
        "eve/tiny.ipynb": "malformed",
    }  # fmt: skip
    times = len(judged)
    assert room().as_json() == report.as_json() and len(judged) == times
    (room.folder / "all.zip").unlink()
    assert "all.zip" not in {s.file for s in room().submissions}
    assert "all.zip" not in {entry.file for entry in instructor.show(str(room.out)).entries}


def test_a_hostile_zip_costs_nobody_anything_and_writes_nowhere(tmp_path, judged, capsys):
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Ann A_1_assignsubmission_file_/tiny.ipynb", notebook())
        made.writestr("Bob B_2_assignsubmission_file_/tiny.ipynb", bytes(51 << 20))
        made.writestr("Cem C_3_assignsubmission_file_/../../../tiny.ipynb", notebook())
        made.writestr("/Dia D_4_assignsubmission_file_/tiny.ipynb", notebook())
        link = zipfile.ZipInfo("Eve E_5_assignsubmission_file_/tiny.ipynb")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("Fay F_6_assignsubmission_file_/tiny.ipynb", notebook(HALVES[1]))
    before = {p for p in tmp_path.parent.rglob("*") if tmp_path / "out" not in p.parents}
    order = ["grade", tmp_path / "class.zip", "--out", tmp_path / "out", "--exercises", PACK]
    assert main([*map(str, order), "--json"]) == 1
    told = {s["student"]: s for s in json.loads(capsys.readouterr().out)["submissions"]}
    assert (told["Ann A"]["score"], told["Fay F"]["score"]) == (3, 2) and len(told) == 6
    words = {"Bob B": "larger than 50 MB", "Dia D": "leads out of it", "Eve E": "a link"}
    for student, reason in words.items():
        assert reason in told[student]["reason"] and told[student]["status"] == "malformed"
    after = {p for p in tmp_path.parent.rglob("*") if tmp_path / "out" not in p.parents}
    assert after - before == {tmp_path / "out"}
    pages = [p.relative_to(tmp_path / "out") for p in tmp_path.rglob("*.html")]
    feedback = [p for p in pages if p.parts[0] == "feedback"]
    assert len(feedback) == 6, "one page each, all below the reports"


def test_an_unchanged_class_of_a_hundred_takes_less_than_a_second(room, judged):
    """In processor time, which a busy machine does not stretch."""
    make(room.folder, 100)
    room(jobs=2)
    judged.clear()
    spent = []
    for _ in range(3):
        begun = time.process_time()
        room()
        spent.append(time.process_time() - begun)
    assert judged == [] and min(spent) < 1, spent
