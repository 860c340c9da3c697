"""A file that somebody may still be writing is left for another look."""

import os
import time

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake.rest import Rest


def seen(rest):
    ready = rest.look()
    names = {str(path.relative_to(rest.folder)) for path in ready.marks if path.is_file()}
    return names, ready.waiting


def write(path, text, old=False):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    if old:  # as what was written elsewhere and put here: its name came after its content
        os.utime(path, (time.time() - 60, time.time() - 60))


def test_what_grows_waits_and_what_was_put_in_place_whole_does_not(tmp_path):
    rest = Rest(tmp_path)
    write(tmp_path / "a.ipynb", "half")
    write(tmp_path / "b.zip", "whole", old=True)
    write(tmp_path / "empty.ipynb", "", old=True)
    assert seen(rest) == ({"b.zip"}, 2)
    write(tmp_path / "a.ipynb", "half and half")
    assert seen(rest) == ({"b.zip", "empty.ipynb"}, 1)
    assert seen(rest) == ({"a.ipynb", "b.zip", "empty.ipynb"}, 0)

    (tmp_path / ".draft").write_text("new")
    assert seen(rest)[1] == 1
    os.replace(tmp_path / ".draft", tmp_path / "a.ipynb")  # known by its inode, whatever its times
    assert seen(rest) == ({"a.ipynb", "b.zip", "empty.ipynb"}, 0)


def test_a_new_folder_is_read_once_its_list_of_files_is_at_rest(tmp_path):
    rest = Rest(tmp_path)
    write(tmp_path / "ada" / "data.csv", "1", old=True)
    assert seen(rest) == (set(), 1)
    write(tmp_path / "ada" / "a.ipynb", "{}", old=True)
    assert seen(rest) == (set(), 2)
    assert seen(rest) == ({"ada/a.ipynb", "ada/data.csv"}, 0)
    write(tmp_path / "ada" / "b.ipynb", "{}", old=True)  # from now on each file by itself
    write(tmp_path / "ada" / "c.ipynb", "{}")
    assert seen(rest) == ({"ada/a.ipynb", "ada/data.csv", "ada/b.ipynb"}, 1)


def test_what_changes_after_the_look_is_not_taken_and_is_counted(tmp_path):
    rest = Rest(tmp_path)
    for name in "ab":
        write(tmp_path / name, "1", old=True)
    ready = rest.look()
    write(tmp_path / "a", "12")
    write(tmp_path / "new", "1")
    (tmp_path / "b").rename(tmp_path / "c")
    assert not any(ready.has(tmp_path / name) for name in ("a", "b", "new"))
    assert ready.passed == 3 and rest.look().has(tmp_path / "c")


def test_what_was_not_handed_in_is_not_looked_at_and_a_lost_folder_is_said(tmp_path):
    inner = tmp_path / "in"
    write(inner / "a", "1", old=True)
    write(inner / "roster.csv", "1", old=True)
    write(inner / ".git" / "config", "1", old=True)
    rest = Rest(inner, [inner / "roster.csv"])
    assert seen(rest) == ({"a"}, 0)
    inner.rename(tmp_path / "gone")
    with pytest.raises(GradeError, match=r"cannot look into .*in"):
        rest.look()
