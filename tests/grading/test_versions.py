"""Of several versions the newest counts, and no two files of one student share a name."""

from pathlib import Path

from coursekit.grading.intake.submission import Submission
from coursekit.grading.intake.versions import newest, one_name_each


def handed(student, file, **more):
    return Submission(student, "l", Path(file), file, **more)


def ranked(*rows):
    return [((when, own, file), handed(who, file)) for who, file, when, own in rows]


def test_the_newest_says_so_and_the_others_are_marked():
    given = ranked(("a", "new", 2, True), ("a", "old", 1, True), ("b", "other", 1, True))
    found = {one.file: one for one in newest(given)}
    assert [one.replaced for one in (found["old"], found["new"], found["other"])] == [
        True,
        False,
        False,
    ]
    assert found["new"].notes == ("2 versions were handed in; this is the newest, not old",)


def test_of_a_groups_copies_everybody_has_their_own_and_nobody_is_told_of_the_others(tmp_path):
    copies = [tmp_path / name for name in "ab"]
    for copy in copies:
        copy.write_text("the same")
    both = [(who, copy, who == copy.name) for who in "ab" for copy in copies]
    given = [
        ((1, own, copy.name), Submission(who, "l", copy, copy.name)) for who, copy, own in both
    ]
    counting = sorted((o for o in newest(given) if not o.replaced), key=lambda o: o.student)
    assert [(one.student, one.file, one.notes) for one in counting] == [
        ("a", "a", ()),
        ("b", "b", ()),
    ]
    copies[0].write_text("another")
    assert all(one.notes for one in newest(given) if not one.replaced)


def test_a_name_that_comes_twice_gets_a_number_unless_two_handed_it_in_together():
    files = [one.file for one in one_name_each([handed(s, "x.ipynb") for s in "aab"])]
    assert files == ["x.ipynb", "x (2).ipynb", "x.ipynb"]
