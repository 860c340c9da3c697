"""Who handed in which lesson is read from where the file lies."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from coursekit.errors import GradeError
from coursekit.grading import grade
from coursekit.grading.intake.classroom import Classroom
from coursekit.grading.intake.identity import Identity
from coursekit.grading.intake.roster import Person, Roster
from coursekit.grading.intake.submissions import discover
from coursekit.grading.reports.outputs import as_text


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")


NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MEANS, NORM, START = "01_mean_and_variance", "04_batchnorm_forward", "00_start_here"


def text(name, metadata=True):
    """One of the course's notebooks; without its metadata, as an editor may save it."""
    whole = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    if not metadata:
        del whole["metadata"]["coursekit"]
    return json.dumps(whole)


def lay(folder, **files):
    """Write files under their names; an empty folder for None."""
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    return folder


def test_students_and_lessons_come_from_the_path(tmp_path):
    put(tmp_path, "zoe/01_mean_and_variance.ipynb", "Åsa B/04_batchnorm_forward.ipynb")
    put(tmp_path, "zoe/.ipynb_checkpoints/01_mean_and_variance-checkpoint.ipynb", "zoe/notes.txt")
    got = discover(tmp_path)
    assert [(s.student, s.lesson, s.file, s.problem) for s in got] == [
        ("zoe", "mean_and_variance", "zoe/01_mean_and_variance.ipynb", ""),
        ("Åsa B", "batchnorm_forward", "Åsa B/04_batchnorm_forward.ipynb", ""),
    ]


def test_a_file_that_fits_no_lesson_is_kept_with_its_problem(tmp_path):
    put(tmp_path, "zoe/01_mean_and_varience.ipynb", "zoe/homework.ipynb")
    problems = [s.problem for s in discover(tmp_path)]
    assert problems[0].startswith(
        "no lesson is called 'mean_and_varience'. Did you mean 'mean_and_variance'?"
    )
    assert problems[1].startswith("no lesson is called 'homework'. Name the file as")


def test_a_file_in_the_wrong_place_is_kept_with_its_problem(tmp_path):
    put(tmp_path, "01_mean_and_variance.ipynb", "zoe/hw/old/01_mean_and_variance.ipynb")
    got = discover(tmp_path)
    assert [s.student for s in got] == ["", "zoe"]
    assert all("move it to STUDENT/NN_lesson.ipynb" in s.problem for s in got)


def test_a_link_is_not_followed(tmp_path):
    put(tmp_path, "ann/01_mean_and_variance.ipynb")
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "01_mean_and_variance.ipynb").symlink_to(
        tmp_path / "ann" / "01_mean_and_variance.ipynb"
    )
    assert "hand in the notebook itself" in discover(tmp_path)[1].problem


def test_a_folder_without_notebooks_says_what_is_looked_for(tmp_path):
    with pytest.raises(GradeError, match=r"holds no notebook; STUDENT/NN_lesson\.ipynb"):
        discover(tmp_path)
    with pytest.raises(GradeError, match="is not a folder"):
        discover(tmp_path / "nowhere")


def test_the_newest_of_several_versions_counts_and_says_so(tmp_path):
    names = [f"zoe/01_mean_and_variance{copy}.ipynb" for copy in ("", "-1", " (2)")]
    put(tmp_path, *names, "ann/01_mean_and_variance.ipynb")
    for age, name in zip((2, 1, 3), names, strict=True):
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    got = {s.file: s for s in discover(tmp_path)}
    assert {file: s.replaced for file, s in got.items()} == {
        names[0]: True, names[1]: False, names[2]: True, "ann/01_mean_and_variance.ipynb": False,
    }  # fmt: skip
    words = f"3 versions were handed in; this is the newest, not {names[2]}, {names[0]}"
    assert got[names[1]].notes == (words,)


def test_nbgrader_says_when_it_was_handed_in(tmp_path):
    homes = [f"submitted/{who}/ps1" for who in ("ann", "bob", "cem")]
    put(tmp_path, *(f"{home}/01_mean_and_variance.ipynb" for home in homes))
    (tmp_path / homes[0] / "timestamp.txt").write_text("2015-02-02 14:58:23.9 UTC\n")
    (tmp_path / homes[1] / "timestamp.txt").write_text("yesterday")
    ann, bob, cem = discover(tmp_path)
    assert (ann.handed_in, ann.notes) == ("2015-02-02T14:58:23.900000+00:00", ())
    assert "timestamp.txt cannot be read" in bob.notes[0] and bob.handed_in == cem.handed_in == ""


def test_a_canvas_download_is_read_as_it_comes(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "submissions.zip", "w") as made:
        for name in (
            "smithbob_LATE_34_2084_01_mean_and_variance-1.ipynb",
            "smithbob_34_2000_01_mean_and_variance.ipynb",
            "smithbob_77_2001_01_mean_and_variance.ipynb",
            "wellslane_35_2085_essay.pdf",
        ):
            made.writestr(name, name)
    for source, prefix in ((folder / "submissions.zip", ""), (folder, "submissions.zip/")):
        got = discover(source, tmp_path / f".scratch{len(prefix)}")
        assert [(s.student, s.replaced, s.late) for s in got] == [
            ("smithbob_34", True, False), ("smithbob_34", False, True),
            ("smithbob_77", False, False), ("wellslane_35", False, False),
        ]  # fmt: skip
        essay = got.pop()
        assert (essay.file, essay.problem[:11]) == (
            f"{prefix}wellslane_35_2085_essay.pdf",
            "it is a PDF",
        )
        assert all(s.file == prefix + s.path.read_text() for s in got)
        assert "the learning platform marks it as late" in got[1].notes


def test_two_people_of_one_name_stay_two(tmp_path):
    for number in (1, 2):
        put(tmp_path, f"Jo Li_{number}_assignsubmission_file_/01_mean_and_variance.ipynb")
    put(tmp_path, "Bo Li_3_assignsubmission_file_/01_mean_and_variance.ipynb")
    assert [s.student for s in discover(tmp_path)] == ["Bo Li", "Jo Li_1", "Jo Li_2"]


def test_bad_zips_are_kept_with_their_problem(tmp_path):
    put(tmp_path, "ann/01_mean_and_variance.ipynb", "ann/homework.zip", "broken.zip")
    good, inner, broken = sorted(discover(tmp_path, tmp_path / ".scratch"), key=lambda s: s.file)
    assert not good.problem and "unpack it" in inner.problem
    assert "cannot be read as a zip" in broken.problem
    with pytest.raises(GradeError, match="cannot be read as a zip"):
        discover(tmp_path / "broken.zip", tmp_path / ".scratch2")


def test_a_name_that_is_no_text_is_kept_with_its_problem(tmp_path):
    (tmp_path / "zoe").mkdir()
    (tmp_path / os.fsdecode(b"zoe/01_mean_and_variance\xff.ipynb")).write_text("{}")
    [odd] = discover(tmp_path)
    assert "not UTF-8" in odd.problem and odd.file.encode() and odd.lesson.encode()
    assert odd.content_hash() == odd.content_hash() != ""


def test_refused_members_of_one_name_keep_a_line_each(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("../x.ipynb", "1")
        made.writestr("..\\x.ipynb", "2")
    got = discover(tmp_path / "a.zip", tmp_path / "scratch")
    assert [s.file for s in got] == ["_/x (2).ipynb", "_/x.ipynb"]
    assert all("leads out" in s.problem for s in got)


@pytest.mark.parametrize(
    "name, words",
    [
        (f"{START}.IPYNB", "does not end in .ipynb"),
        (f"{START}.ipynb.txt", "does not end in .ipynb"),
        (f"{START}.ipynb.json", "does not end in .ipynb"),
        (f"{START} (1).ipynb.txt", "does not end in .ipynb"),
        ("hw.json", "does not end in .ipynb"),
        (f"{START}_final.ipynb", "not the lesson's own; its metadata says start_here"),
        (f"Copy of {START}.ipynb", "not the lesson's own"),
        ("hw0 final.ipynb", "not the lesson's own; its metadata says start_here"),
        (f".{START}.ipynb", "not the lesson's own"),
        ("no ending at all", "does not end in .ipynb"),
    ],
)
def test_a_notebook_is_known_by_what_is_in_it(tmp_path, name, words):
    lay(tmp_path / "in", **{f"zoe/{name}": text(START)})
    [got] = discover(tmp_path / "in")
    assert (got.student, got.lesson, got.problem) == ("zoe", "start_here", "")
    assert words in " ".join(got.notes)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(f"zoede_1_2000_{name}", text(START))
    [got] = discover(tmp_path / "a.zip", tmp_path / "scratch")
    assert (got.student, got.lesson, got.problem) == ("zoede_1", "start_here", "")


def test_where_name_and_content_disagree_the_content_counts(tmp_path):
    lay(
        tmp_path,
        **{f"ann/{MEANS}.ipynb": text(NORM), f"bob/{MEANS}.ipynb": text(NORM, metadata=False),
           f"cem/{MEANS}.ipynb": text(MEANS, metadata=False), "dia/hw.ipynb": text(NORM, False)},
    )  # fmt: skip
    got = {s.student: s for s in discover(tmp_path)}
    assert [got[who].lesson for who in ("ann", "bob", "cem", "dia")] == [
        "batchnorm_forward", "batchnorm_forward", "mean_and_variance", "batchnorm_forward",
    ]  # fmt: skip
    said = (
        "its name says mean_and_variance, {} batchnorm_forward: it was graded as batchnorm_forward"
    )
    assert got["ann"].notes == (said.format("its metadata says"),)
    assert got["bob"].notes == (said.format("the exercises in it say"),)
    assert got["cem"].notes == ()


def test_whoever_handed_in_no_notebook_has_a_line(tmp_path):
    lay(
        tmp_path,
        **{f"ann/{START}.html": "<html>", "bob/report.pdf": "%PDF", "cem": None, "dia/hw": None,
           "eva/.DS_Store": "", "fay/a.py": "def standardize(): ...", "fay/b.txt": "",
           "roster.csv": "", f"gus/{START}.ipynb": text(START)},
    )  # fmt: skip
    (tmp_path / "hal").symlink_to(tmp_path / "gus")
    got = {s.file: (s.student, s.problem) for s in discover(tmp_path)}
    words = {
        f"ann/{START}.html": ("ann", "a web page"), "bob/report.pdf": ("bob", "a PDF"),
        "cem": ("cem", "the folder is empty"), "dia/hw": ("dia", "the folder is empty"),
        "eva": ("eva", "the folder is empty"), "fay/a.py": ("fay", "; with it came fay/b.txt"),
        "roster.csv": ("", "it is no notebook"), "hal": ("", "a link"),
        f"gus/{START}.ipynb": ("gus", ""),
    }  # fmt: skip
    assert got.keys() == words.keys()
    for file, (student, problem) in words.items():
        assert got[file][0] == student and problem in got[file][1], file


def test_what_lies_beside_a_notebook_is_a_note_and_no_fault(tmp_path):
    names = ["zoe/data.csv", "zoe/img/a.png", "zoe/x.html", "zoe/__pycache__/x.pyc", "zoe/empty"]
    lay(tmp_path, **dict.fromkeys(names[:4], "x"), **{names[4]: None})
    put(tmp_path, f"zoe/{MEANS}.ipynb", "zoe/timestamp.txt", "zoe/Thumbs.db", "zoe/desktop.ini")
    (tmp_path / "zoe" / "timestamp.txt").write_text("2015-02-02 14:58:23 UTC")
    [got] = discover(tmp_path)
    beside = "zoe/data.csv, zoe/empty/ (empty), zoe/img/a.png, zoe/x.html"
    assert got.problem == "" and got.notes == (f"not graded, for it is no notebook: {beside}",)
    lay(tmp_path, **{f"zoe/env{n % 2}/{n}": "x" for n in range(100)})
    [got] = discover(tmp_path)
    assert "zoe/env0/ (50 files), zoe/env1/ (50 files)" in got.notes[0]


def test_a_folder_that_cannot_be_opened_is_told(tmp_path, monkeypatch):
    put(tmp_path, f"ann/{MEANS}.ipynb", f"bob/{MEANS}.ipynb")
    real = os.scandir

    def scandir(path):
        if Path(path).name == "bob":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    ann, bob = sorted(discover(tmp_path), key=lambda s: s.file)
    assert (ann.file, bob.file) == (f"ann/{MEANS}.ipynb", "bob")
    assert "cannot be opened (Permission denied)" in bob.problem


def test_the_graders_own_files_were_not_handed_in(tmp_path):
    put(tmp_path, f"ann/{MEANS}.ipynb", "reports/results.json", "reports/feedback/x.html", "hw.py")
    put(tmp_path, "old/scores.csv", "old/report.html", f"old/feedback/ann/{MEANS}.html")
    (tmp_path / "old/results.json").write_text(as_text({"submissions": []}))
    skip = (tmp_path / "reports", tmp_path / "hw.py", tmp_path.parent / "elsewhere")
    assert [s.file for s in discover(tmp_path, skip=skip)] == [f"ann/{MEANS}.ipynb"]


@pytest.mark.parametrize("also", ["", f"{MEANS}.ipynb", "notes.txt"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_learners_files_may_be_called_as_the_graders_own(tmp_path, also, ours):
    put(tmp_path, f"ann/{MEANS}.ipynb", "bob/scores.csv", "bob/report.html", "bob/results.json")
    if ours:  # of practice at home, say
        (tmp_path / "bob/results.json").write_text(as_text({"submissions": []}))
    put(tmp_path, *([f"bob/{also}"] if also else []))
    named = {one.student for one in discover(tmp_path)}
    assert named == ({"ann"} if ours and not also else {"ann", "bob"})


def test_a_pipe_that_is_called_as_the_graders_results_is_not_waited_for(tmp_path):
    put(tmp_path, f"ann/{MEANS}.ipynb", "bob/scores.csv", "bob/report.html")
    os.mkfifo(tmp_path / "bob/results.json")
    assert {one.student for one in discover(tmp_path)} == {"ann", "bob"}


def test_a_blackboard_download_is_read_as_it_comes(tmp_path):
    first, second = "2026-01-31-23-59-59", "2026-02-01-00-00-01"
    lay(
        tmp_path,
        **{f"HW 1_ann_attempt_{second}_{START}.ipynb": text(START),
           f"HW 1_ann_attempt_{first}_mine.ipynb": text(START),
           f"HW 1_ann_attempt_{first}.txt": "Name: Ann", f"HW 1_bob_attempt_{first}.txt": "Name"},
    )  # fmt: skip
    got = [(s.student, s.file[17:], s.replaced, bool(s.problem)) for s in discover(tmp_path)]
    assert got == [
        ("ann", f"{first}_mine.ipynb", True, False),
        ("ann", f"{second}_{START}.ipynb", False, False),
        ("bob", f"{first}.txt", False, True),
    ]  # fmt: skip


def test_a_brightspace_download_is_read_as_it_comes(tmp_path):
    late, noon = "Feb 1, 2026 111 AM", "Jan 31, 2026 1200 PM"
    lay(
        tmp_path,
        **{f"1-9 - Ann B - {late}/mine.ipynb": text(START),
           f"1-9 - Ann B - {noon}/{START}.ipynb": text(START), "index.html": "<html>",
           f"2-9 - Ann B - {noon}/{START}.ipynb": text(START)},
    )  # fmt: skip
    assert [(s.student, s.lesson, s.replaced) for s in discover(tmp_path)] == [
        ("Ann B_1", "start_here", False), ("Ann B_1", "start_here", True),
        ("Ann B_2", "start_here", False),
    ]  # fmt: skip


@pytest.mark.parametrize("out", [".", "ann"])
def test_a_folder_that_was_handed_in_is_none_for_reports(tmp_path, out):
    put(tmp_path, f"ann/{MEANS}.ipynb", f"bob/{MEANS}.ipynb")
    with pytest.raises(GradeError, match="a folder of its own"):
        grade(tmp_path, tmp_path / out)


def test_of_a_groups_files_that_came_at_once_each_ones_own_counts(tmp_path):
    """Moodle's download has a team's notebook under the name of every member."""
    people = [Person(n[0].lower(), n, group="Team 1") for n in ("Ada Lu", "Bea Bo", "Cem Can")]
    files = {p.id: f"{p.name}_7{n}_assignsubmission_file_/{MEANS}.ipynb"
             for n, p in enumerate(people)}  # fmt: skip
    lay(tmp_path, **dict.fromkeys(files.values(), text(MEANS)))
    for path in tmp_path.rglob("*.ipynb"):
        os.utime(path, (1e9, 1e9))
    found = discover(tmp_path, room=Classroom(Identity(Roster(people))))
    assert {one.student: one.file for one in found if not one.replaced} == files
