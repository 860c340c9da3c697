"""A folder of real submissions gets the scores written beside each of them, every time."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from sandbox.users import USERS, run_as

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.cli import main
from coursekit.errors import GradeError, SandboxError
from coursekit.grading import grade
from coursekit.grading.verdict import HIDDEN
from coursekit.sandbox import box
from grading.make_submissions import FOLDER, FULL, MEANS, NORM, REPO, files

pytestmark = pytest.mark.needs("bwrap")
ADA = FOLDER / "ada_solved"
ALL = [sum(FULL[lesson].values()) for lesson in (MEANS, NORM)]


def test_what_two_lessons_are_worth():
    assert ALL == [10, 7]


@pytest.fixture(scope="module", params=USERS)
def run(request, tmp_path_factory):
    """The whole folder graded, once by each kind of user: (results, output folder)."""
    folder = tmp_path_factory.mktemp("mine")
    script = (
        "import sys; from coursekit.cli import main;"
        "sys.exit(0 if main(['grade', *sys.argv[1:]]) == 1 else 3)"  # 1: some are malformed
    )
    options = ["--out", folder / "out", "--timeout", 3, "--seed", 7, "--jobs", 2]
    run_as(request.param, script, FOLDER, *options, folder=folder)
    return json.loads((folder / "out" / "results.json").read_text("utf-8")), folder / "out"


def test_the_committed_submissions_are_what_the_generator_makes():
    made = files()
    committed = {p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*") if p.is_file()}
    words = "run `python tests/grading/make_submissions.py` and commit tests/submissions"
    assert committed == made.keys(), words
    for name, text in made.items():
        assert (FOLDER / name).read_text("utf-8") == text, f"{name}: {words}"


def test_every_submission_gets_what_is_written_beside_it(run):
    results, _ = run
    assert len(results["submissions"]) >= 8
    for got in results["submissions"]:
        folder, _, file = got["file"].partition("/")
        wanted = json.loads((FOLDER / folder / "expected.json").read_text("utf-8"))[file]
        tasks = exercises.load(got["lesson"])
        seen = {e["name"]: [e["status"], e["score"], e["diagnosis"]] for e in got["exercises"]
                if isinstance(tasks[e["name"]], Exercise)}  # fmt: skip
        assert seen == wanted["exercises"], got["file"]
        assert (got["status"], got["score"], got["max"]) == (
            wanted["status"], wanted["score"], wanted["max"],
        )  # fmt: skip


def test_results_json_has_the_agreed_form(run):
    results, _ = run
    assert list(results) == ["submissions", "seed", "sandbox", "version"]
    assert (results["seed"], results["sandbox"]) == (7, "bubblewrap")
    for submission in results["submissions"]:
        assert list(submission) == [
            "student", "lesson", "file", "page", "status", "reason", "notes", "score", "max",
            "seconds", "exercises",
        ]  # fmt: skip
        for exercise in submission["exercises"]:
            assert list(exercise) == [
                "name", "score", "max", "status", "rung", "diagnosis", "told",
                "behaviour", "message",
            ]  # fmt: skip


def test_what_was_odd_is_said_with_cell_and_line(run):
    by_file = {s["file"]: s for s in run[0]["submissions"]}

    def message(file, exercise):
        return next(e["message"] for e in by_file[file]["exercises"] if e["name"] == exercise)

    assert re.fullmatch(
        r"its cell \(\d+\) did not run to its end: "
        r"line 2: return x\.var\(0, ddof=ddof raised SyntaxError: '\(' was never closed",
        message(f"eli_syntax_error/{MEANS}.ipynb", "batch_var"),
    )
    renamed = message(f"ida_partly/{MEANS}.ipynb", "merge_moments")
    assert renamed.endswith("Is it merge_momentz? Name it merge_moments.")
    borrowed = message(f"jon_borrowed/{NORM}.ipynb", "batch_norm")
    assert re.match(r"cell \d+, line 4 uses coursekit\.norms", borrowed)
    wrote = message(f"hal_disk_and_socket/{MEANS}.ipynb", "batch_mean")
    assert "Read-only file system" in wrote
    notes = [
        r"batch_var is defined in cells \d+, \d+ and \d+; the last one was graded",
        r"cell \d+: !pip install numpy was left out: only Python runs while grading",
        r"cell \d+ did not run to its end \(line 2: 1 / 0 raised ZeroDivisionError: division by "
        r"zero\); the cells after it did run",
    ]
    beside = "not graded, for it is no notebook: {}/expected.json"
    first, *said = by_file[f"max_untidy/{MEANS}.ipynb"]["notes"]
    assert first == beside.format("max_untidy")
    assert len(said) == len(notes) and all(map(re.fullmatch, notes, said))
    assert by_file[f"gus_endless/{NORM}.ipynb"]["reason"] == "batch_norm: no answer within 3 s"
    for clean in ("ada_solved", "cem_untouched"):
        assert by_file[f"{clean}/{MEANS}.ipynb"]["notes"] == [beside.format(clean)]


def test_nothing_was_written_outside(run):
    assert not list(Path("/").glob("*/batch_mean_was_here"))


def test_scores_csv_has_a_row_for_each(run):
    results, out = run
    rows = list(csv.DictReader((out / "scores.csv").read_text("utf-8").splitlines()))
    assert [(r["student"], float(r["score"]), float(r["max"])) for r in rows] == [
        (s["student"], s["score"], s["max"]) for s in results["submissions"]
    ]


def test_every_submission_has_a_page_that_fetches_nothing(run):
    results, out = run
    for s in results["submissions"]:
        page = (out / "feedback" / s["file"]).with_suffix(".html").read_text("utf-8")
        assert "<h1>" in page and "http" not in page.replace("http-equiv", "")


def numbers(value):
    """Every float of a hidden input, as it might be printed."""
    if isinstance(value, tuple | list):
        return {n for v in value for n in numbers(v)}
    if hasattr(value, "ravel"):
        return {repr(x)[:7] for x in value.ravel().tolist() if isinstance(x, float)}
    return {repr(float(value))[:7]} if isinstance(value, float) else set()


class Recorder:
    """An answer that keeps what it is given."""

    def __init__(self, function):
        self.function, self.given = function, []
        self.mutated, self.doing, self.parameters = set(), "", None

    def __call__(self, *arguments, **_):
        self.given.append(arguments)
        return self.function(*arguments)


def test_no_hidden_input_or_output_is_in_what_learners_may_see_or_in_the_class_report(run):
    _, out = run
    hidden = set()
    for lesson in ("mean_and_variance", "batchnorm_forward"):
        for task in exercises.load(lesson).values():
            if isinstance(task, Exercise):
                answer = Recorder(task.right)
                steps = list(task.script(answer, task.rng(7 + HIDDEN)))
                hidden |= numbers(answer.given) | numbers([step[1] for step in steps])
    hidden = {n for n in hidden if len(n.strip("-0.")) >= 5}
    assert len(hidden) > 200
    pages = [*(out / "feedback").rglob("*.html"), *(out / "gradescope").rglob("*.json")]
    assert len(pages) > 2 * 15
    for page in [*pages, *out.glob("*.csv"), out / "report.html", out / "similar.html"]:
        text = page.read_text("utf-8")
        assert not [n for n in hidden if n in text], page


def test_the_same_seed_gives_the_same_results(run, tmp_path):
    """Here in one process, there by another user with two workers."""
    shutil.copytree(FOLDER / "dia_mistaken", tmp_path / "in" / "dia_mistaken")
    again = grade(tmp_path / "in", tmp_path / "out", seed=7).as_json()["submissions"]
    before = [s for s in run[0]["submissions"] if s["student"] == "dia_mistaken"]
    assert [s | {"seconds": 0} for s in again] == [s | {"seconds": 0} for s in before]


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_honest_scores_do_not_depend_on_the_seed(tmp_path, seed):
    shutil.copytree(ADA, tmp_path / "some" / "ada")
    report = grade(tmp_path / "some", tmp_path / "out", seed=seed)
    assert [s.score for s in report.submissions] == [s.max for s in report.submissions] == ALL


def test_the_courses_own_notebooks_score_all_and_nothing(tmp_path):
    lessons = [path.name for path in (REPO / "solutions").glob("*.ipynb")]
    for folder in ("solutions", "notebooks"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        for name in lessons:
            shutil.copy(REPO / folder / name, tmp_path / "in" / folder)
    report = grade(tmp_path / "in", tmp_path / "out")
    assert len(report.submissions) == 2 * len(lessons) > 0
    for s in report.submissions:
        assert s.status == "graded" and s.notes == (), s.lines
        assert s.score == (s.max if s.student == "solutions" else 0) and s.max > 0, s.file
        statuses = {r.status for r in s.results if r.max}
        assert statuses == {"passed" if s.student == "solutions" else "unsolved"}, s.file


def test_json_on_the_terminal_is_what_is_in_the_file(tmp_path, capsys):
    shutil.copytree(FOLDER / "cem_untouched", tmp_path / "in" / "cem")
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--json"]) == 0
    written = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert json.loads(capsys.readouterr().out) == written and 0 <= written["seed"] < 2**31


def test_one_bad_file_makes_exit_code_1_and_costs_the_others_nothing(tmp_path, capsys):
    shutil.copytree(FOLDER / "cem_untouched", tmp_path / "in" / "cem")
    (tmp_path / "in" / "bad").mkdir()
    (tmp_path / "in" / "bad" / "01_mean_and_variance.ipynb").write_text("not a notebook")
    (tmp_path / "in" / "bad" / "99_unheard_of.ipynb").write_text("{}")
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    assert "bad/01_mean_and_variance.ipynb: malformed: it is not JSON (line 1" in said
    assert "bad/99_unheard_of.ipynb: malformed: no lesson is called 'unheard_of'" in said
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert [s["status"] for s in results["submissions"]] == ["malformed"] * 2 + ["graded"] * 2


@pytest.mark.parametrize(
    "options, words",
    [
        ([], "holds no notebook"),
        (["--timeout", "0"], "--timeout must be above 0"),
        (["--jobs", "-1"], "--jobs must be above 0"),
        (["--seed", "-1"], "--seed must be from 0"),
    ],
)
def test_what_cannot_be_graded_at_all_is_exit_code_2(tmp_path, capsys, options, words):
    assert main(["grade", str(tmp_path), "--out", str(tmp_path / "out"), *options]) == 2
    assert words in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_said_before_any_work(tmp_path):
    shutil.copytree(ADA, tmp_path / "in" / "ada")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GradeError, match=r"cannot write to .*file.*; choose another --out"):
        grade(tmp_path / "in", tmp_path / "file" / "out")


def test_without_a_sandbox_nothing_runs_and_exit_code_is_2(tmp_path, monkeypatch, capsys):
    shutil.copytree(ADA, tmp_path / "in" / "ada")
    monkeypatch.setattr(box.shutil, "which", lambda name: None)
    box.unusable.cache_clear()
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 2
    assert "Install it: sudo apt-get install bubblewrap" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    with pytest.raises(SandboxError):
        grade(tmp_path / "in", tmp_path / "out")
    box.unusable.cache_clear()


def test_no_sandbox_is_used_only_by_name_and_said_in_every_report(tmp_path, capsys):
    shutil.copytree(ADA, tmp_path / "in" / "ada")
    report = grade(tmp_path / "in", tmp_path / "out", sandbox="none")
    assert report.as_json()["sandbox"] == "none" and "WITHOUT a sandbox" in report.summary()
    assert [s.score for s in report.submissions] == ALL
    for page in (tmp_path / "out" / "feedback").rglob("*.html"):
        assert "Graded without a sandbox." in page.read_text("utf-8")
