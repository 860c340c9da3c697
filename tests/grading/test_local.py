"""One submission costs only itself, whatever it makes of the process that judges it."""

import json
import os
import re
import string
import zipfile

import hypothesis
import pytest
from hypothesis import strategies as st

from coursekit.cli import main
from coursekit.grading import grade
from coursekit.grading.workers import local
from coursekit.grading.workers.worker import Allowance
from grading.classes import PACK, hand_in, notebook

pytestmark = [pytest.mark.needs("bwrap"), pytest.mark.usefixtures("packs_of_its_own")]
HONEST = ("aaa", "zzz")

# A pack whose own code does what a fault of the judge's would do, if an answer asks for it.
DANGEROUS = '''
import os, signal, time
from coursekit.checking import exercise

def cases(rng):
    """One number."""
    yield "one", (1.0,)

def script(answer, rng):
    said = answer(1.0)
    if said == "sleep":
        time.sleep(600)
    while said == "compute":
        pow(3, 10**6, 10**6)
    if said == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    yield "said", said

@exercise(script=script, hints=("One.", "Which?", "return ___"))
def one(x):
    """The number x."""
    return x

@one.mistake("That is twice x; x itself was asked for.")
def doubled(x):
    return 2 * x
'''


@pytest.fixture
def dangerous(tmp_path):
    """A class of honest students around one whose answer does as it is told; how to grade it."""
    (tmp_path / "dangerous.py").write_text(DANGEROUS)

    def graded(does, jobs=1):
        for student in HONEST:
            answer(tmp_path / "in", student, "x")
        answer(tmp_path / "in", "culprit", repr(does))
        report = grade(
            tmp_path / "in", tmp_path / "out", packs=(tmp_path / "dangerous.py",), jobs=jobs
        )
        return report, {s.student: s for s in report.submissions}

    return graded


def answer(folder, student, value):
    made = json.loads(notebook())
    made["cells"][1]["source"] = f"def one(x):\n    return {value}"
    path = folder / student / "dangerous.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "does, words",
    [
        ("sleep", "the grader gave up on it: it did not come to an end in time"),
        ("compute", "the grader gave up on it: reading it or judging it took too much processor"),
        ("die", "the grader gave up on it: the judge's own process died of it (signal 9), twice"),
    ],
)
def test_a_judge_that_is_lost_costs_one_submission(
    dangerous, monkeypatch, tmp_path, capsys, does, words, jobs
):
    short = Allowance(wall=8) if does == "sleep" else Allowance(processor=3)
    monkeypatch.setattr(local, "allowed", lambda limits: short)
    report, of = dangerous(does, jobs)
    assert [of[s].score for s in HONEST] == [1, 1]
    assert of["culprit"].status == "judge_failed" and words in of["culprit"].reason
    assert does != "sleep" or re.search(r"dangerous\.py:\d+ ", of["culprit"].reason)
    assert report.exit_code == 1
    first, second, *_ = report.summary().splitlines()
    assert first.startswith("The grader itself failed on 1 submission; it is graded again by")
    assert second.strip() == "culprit/dangerous.ipynb"
    out = tmp_path / "out"
    page = (out / "report.html").read_text("utf-8")
    assert page.index("failed on 1 submission") < page.index("<h2")
    # Scored to nobody: no table gives it a nought that a platform would take.
    assert "culprit,dangerous,culprit/dangerous.ipynb,judge_failed,,1" in (
        out / "scores.csv"
    ).read_text("utf-8")
    assert "culprit,,,culprit,," in (out / "canvas.csv").read_text("utf-8").splitlines()
    assert "culprit,," in (out / "moodle.csv").read_text("utf-8").splitlines()
    assert {p.name for p in (out / "gradescope").iterdir()} == set(HONEST)
    again, of = dangerous(1.0, jobs)  # another version of it, as the next run finds it
    assert again.exit_code == 0 and of["culprit"].score == 1


def test_what_the_grader_gave_up_is_judged_anew_by_the_next_run(dangerous, monkeypatch):
    with monkeypatch.context() as tight:
        tight.setattr(local, "allowed", lambda limits: Allowance(processor=2))
        _, of = dangerous("compute")
        assert of["culprit"].status == "judge_failed" and of["culprit"].again
    with monkeypatch.context() as tight:
        tight.setattr(local, "allowed", lambda limits: Allowance(wall=6))
        _, of = dangerous("compute")
        assert "did not come to an end" in of["culprit"].reason


TEXTS = {
    "one line of check": "check()" * 60 + "!",
    "many lines of check": "check()\n" * 50_000 + "!",
    "blank lines": "\n" * 900_000 + "x",
    "blanks": " " * 900_000 + "%",
    "aliases": "\n".join(
        ["import torch", "f0 = torch", *(f"f{i + 1} = f{i}.a or f{i}.b" for i in range(40))]
    ),
    "depth": "x = " + "(" * 5_000 + ")" * 5_000,
    "unary": "x = " + "-" * 200_000 + "1",
    "statements": "a;" * 500_000,
    "one long name": "x" * 900_000,
    "from": "from\t" * 150_000,
    "async": "async " * 150_000 + "def",
    "imports": "import a\n" * 100_000 + "import  torc",
}  # fmt: skip


@pytest.mark.timeout(240)
def test_texts_that_would_take_for_ever_cost_their_own_submission(tmp_path):
    for student in HONEST:
        hand_in(tmp_path / "in", student)
    for number, text in enumerate(TEXTS.values()):
        before = "def half(x):\n    return f40(x)" if "f39" in text else ""
        hand_in(tmp_path / "in", f"culprit{number}", "x / 2", "x.max() - x.min()", text, before)
    report = grade(tmp_path / "in", tmp_path / "out", packs=(PACK,), timeout=3, total=10, jobs=2)
    of = {s.student: s for s in report.submissions}
    assert len(of) == len(TEXTS) + 2 and report.exit_code in (0, 1)
    assert [of[s].score for s in HONEST] == [3, 3]
    for number, what in enumerate(TEXTS):
        s = of[f"culprit{number}"]
        assert s.status == "judge_failed" or s.score in (0, 2, 3), (what, s.lines)


def test_a_cell_that_is_too_large_is_named_and_left_out(tmp_path):
    hand_in(tmp_path / "in", "ann", "x / 2", "x.max() - x.min()", "#" + "x" * (2 << 20))
    report = grade(tmp_path / "in", tmp_path / "out", packs=(PACK,))
    [ann] = report.submissions
    assert ann.score == 3 and ann.notes[0].startswith("cell 4 has more than 1048576 characters")


def test_code_that_is_too_large_as_a_whole_is_refused(tmp_path):
    hand_in(tmp_path / "in", "ann", "x / 2", "1", *["#" + "x" * 1_000_000] * 5)
    report = grade(tmp_path / "in", tmp_path / "out", packs=(PACK,))
    assert "its code has more than 2097152 characters" in report.submissions[0].reason


def test_a_page_that_cannot_be_written_costs_its_own_submission(tmp_path):
    for student in HONEST:
        hand_in(tmp_path / "in", student)
    hand_in(tmp_path / "in", "mmm")
    (tmp_path / "out" / "feedback").mkdir(parents=True)
    (tmp_path / "out" / "feedback" / "mmm").write_text("in the way")
    report = grade(tmp_path / "in", tmp_path / "out", packs=(PACK,))
    assert report.exit_code == 1
    words = "mmm/tiny.ipynb: its page could not be written"
    assert words in report.summary().splitlines()[0]
    assert words in (tmp_path / "out" / "report.html").read_text("utf-8")
    of = {s["student"]: s for s in json.loads((tmp_path / "out/results.json").read_text("utf-8"))[
        "submissions"]}  # fmt: skip
    assert of["mmm"]["page"] == "" and of["mmm"]["score"] == 3
    for student in HONEST:
        assert (tmp_path / "out" / of[student]["page"]).is_file()


ANY = st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
PART = st.one_of(
    st.text(ANY, min_size=1, max_size=8),
    st.text(st.sampled_from(string.printable.replace("/", "")), min_size=1, max_size=20),
    st.sampled_from(["A", "a", "CON", "nul", "x.html", "…" * 80, "x" * 250, "\x1b[31m", "a\nb",
                     "\u202eb", " ", "-", "=1+1", "ﬁ", "fi", "é", "é"]),
)  # fmt: skip


@pytest.mark.timeout(240)
@hypothesis.settings(
    max_examples=4,
    phases=[hypothesis.Phase.generate],  # each takes seconds
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(
    students=st.lists(PART, min_size=4, max_size=6, unique=True),
    files=st.lists(PART, min_size=4, max_size=6),
)
def test_whatever_the_names_each_is_named_and_has_a_page(tmp_path_factory, capsys, students, files):
    folder = tmp_path_factory.mktemp("named")
    for student in HONEST:
        hand_in(folder / "in", student)
    handed = len(HONEST)
    with zipfile.ZipFile(folder / "in" / "class.zip", "w") as archive:
        for student, file in zip(students, files, strict=False):
            for place in (
                folder / "in" / student / "tiny.ipynb",
                folder / "in" / "s" / f"{file}.ipynb",
            ):
                try:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    if not os.path.lexists(place):
                        place.write_text(notebook())
                        handed += not any(
                            p.startswith(".") for p in place.relative_to(folder).parts
                        )
                except OSError:  # not even this disk can hold it
                    continue
            archive.writestr(f"{student}_7_assignsubmission_file_/{file}.ipynb", notebook())
    given = ["grade", folder / "in", "--out", folder / "out", "--exercises", PACK, "--jobs", "2"]
    assert main(list(map(str, given))) in (0, 1)
    said = capsys.readouterr()
    assert not set(said.out + said.err) & set("\x1b\x07\r\x9b\u202e")
    results = json.loads((folder / "out" / "results.json").read_text("utf-8"))["submissions"]
    of = {s["student"]: s["score"] for s in results}
    assert [of[s] for s in HONEST] == [3, 3]
    assert len(results) >= handed
    pages = [s["page"] for s in results]
    assert len({page.casefold() for page in pages}) == len(results)
    for page in pages:
        text = (folder / "out" / page).read_text("utf-8")
        assert not set(text) & set("\x1b\x07\r\x9b\u202e")
