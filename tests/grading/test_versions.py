"""Of several versions the newest counts, and no two files of one student share a name."""

from pathlib import Path

from coursekit.grading.intake.submission import Submission
from coursekit.grading.intake.versions import newest, one_name_each


def handed(student, file, **more):
    return Submission(student, "l", Path(file), file, **more)


def test_the_newest_says_so_and_the_others_are_marked():
    ranked = [((2,), handed("a", "new")), ((1,), handed("a", "old")), ((1,), handed("b", "other"))]
    found = {one.file: one for one in newest(ranked)}
    assert [one.replaced for one in (found["old"], found["new"], found["other"])] == [
        True,
        False,
        False,
    ]
    assert found["new"].notes == ("2 versions were handed in; this is the newest, not old",)


def test_a_name_that_comes_twice_gets_a_number_unless_two_handed_it_in_together():
    files = [one.file for one in one_name_each([handed(s, "x.ipynb") for s in "aab"])]
    assert files == ["x.ipynb", "x (2).ipynb", "x.ipynb"]
