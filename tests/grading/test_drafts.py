"""A draft of a mistake without a name is kept up to date until somebody edits it."""

import pytest

from coursekit.errors import GradeError
from coursekit.grading.reports import drafts, outputs
from coursekit.grading.reports.causes import Cluster
from grading.class_of import class_of, handed, passed


def cluster(files=2, code="def f(x):\n    return x"):
    return Cluster("f", "my_lesson", "1f3a9c", tuple("abcd"[:files]), "f(2) is 4.", code)


@pytest.mark.parametrize("code", ["def f(x):\n    return x", 'def f(x):\n    return "\udcff"'])
def test_what_nobody_edited_is_written_anew_and_cleared(code, tmp_path):
    path = tmp_path / "f_1f3a9c.py"
    drafts.write(tmp_path, [cluster(2, code)])
    before = path.read_bytes()
    drafts.write(tmp_path, [cluster(3, code)])
    assert b"two answers" in before and b"three answers" in path.read_bytes()
    assert drafts.untouched(before) and drafts.untouched(path.read_bytes())
    drafts.write(tmp_path, [])
    assert not path.exists()


@pytest.mark.parametrize("edit", [lambda text: text + "\n", lambda text: text.partition("\n")[2]])
def test_what_somebody_edited_is_neither_written_over_nor_cleared(edit, tmp_path):
    path, own = tmp_path / "f_1f3a9c.py", tmp_path / "notes.py"
    drafts.write(tmp_path, [cluster()])
    path.write_text(edit(path.read_text("utf-8")), "utf-8")
    own.write_text("# mine\n", "utf-8")
    before = path.read_bytes()
    for clusters in ([cluster(3)], []):
        drafts.write(tmp_path, clusters)
        assert path.read_bytes() == before and own.exists()


def test_nothing_is_cleared_before_the_results_are_written(tmp_path):
    drafts.write(tmp_path / "unnamed", [cluster()])
    (tmp_path / "results.json").mkdir()
    report = class_of(handed("ada", "my_lesson", passed()))
    with pytest.raises(GradeError, match=r"cannot write .*results\.json"):
        outputs.write(report, tmp_path)
    assert (tmp_path / "unnamed" / "f_1f3a9c.py").exists()
    (tmp_path / "results.json").rmdir()
    outputs.write(report, tmp_path)
    assert not (tmp_path / "unnamed" / "f_1f3a9c.py").exists()


def test_what_cannot_be_cleared_is_said_and_a_folder_is_no_draft(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "mine.py").mkdir()
    drafts.write(tmp_path, [cluster()])
    monkeypatch.setattr(type(tmp_path), "unlink", refused)
    with pytest.raises(GradeError, match=r"cannot clear .*f_1f3a9c\.py \(Permission denied\)"):
        drafts.write(tmp_path, [])
