"""Who handed in which lesson is read from where the file lies."""

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
