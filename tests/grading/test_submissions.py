"""Who handed in which lesson is read from where the file lies."""

import os
import zipfile

import pytest

from coursekit.errors import GradeError
from coursekit.grading.submissions import discover


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")


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
