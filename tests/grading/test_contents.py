"""What a file is, and of which lesson, is told from its bytes."""

import json
import os
import time
from pathlib import Path

import pytest

from coursekit import exercises
from coursekit.grading import course
from coursekit.grading.intake import contents
from coursekit.grading.intake.contents import NOTHING, Content, look
from coursekit.grading.intake.notebook import SIZE_LIMIT
from grading.classes import PACK, notebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
KNOWN = ("mean_and_variance", "batchnorm_forward", "start_here")
METADATA, CELLS = "its metadata says", "the exercises in it say"


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "x"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def whole(number, **changes):
    """A lesson's notebook with other metadata."""
    made = json.loads(next(NOTEBOOKS.glob(f"{number}_*")).read_text("utf-8"))
    made["metadata"] = changes
    return made


@pytest.mark.parametrize("indent", [None, 1])
def test_the_lesson_is_in_the_metadata_or_else_in_the_cells(file, indent):
    def text(*arguments, **changes):
        return file(json.dumps(whole(*arguments, **changes), indent=indent))

    norm = {"lesson": "batchnorm_forward"}
    assert look(text("04", coursekit=norm), "", KNOWN) == Content(True, norm["lesson"], METADATA)
    assert look(text("04"), "", KNOWN) == Content(True, norm["lesson"], CELLS)
    assert look(text("04", coursekit=norm), norm["lesson"], KNOWN) == Content(True, norm["lesson"])
    assert look(text("04"), norm["lesson"], KNOWN) == Content(True, norm["lesson"])
    # Of a lesson that is not known here, and metadata that nothing in the cells bears out.
    assert look(text("04", coursekit={"lesson": "nowhere"}), "", KNOWN).how == CELLS
    stale = text("01", coursekit=norm)
    assert look(stale, "mean_and_variance", KNOWN) == Content(True, "mean_and_variance")


def test_a_pack_is_told_by_what_it_asks_for(file, monkeypatch):
    monkeypatch.setitem(exercises.PACKS, "tiny", PACK)
    assert course.asked("tiny") == {"half", "span"}
    path = file(notebook())
    assert look(path, "", (*KNOWN, "tiny")) == Content(True, "tiny", CELLS)
    assert look(path, "start_here", (*KNOWN, "tiny")) == Content(True, "start_here")
    twin = PACK.with_name("twin.py")
    monkeypatch.setattr(
        course, "asked", lambda name: {"half"} if name in ("tiny", "twin") else set()
    )
    assert look(path, "", ("tiny", twin.stem)) == Content(True)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"%PDF", b"<html>", b"[1]", b'{"cells": 1}', b'{"nbformat": 4}', b"PK\x03\x04",
     b'\xff\xfe{"cells"'],
)  # fmt: skip
def test_what_is_no_notebook_is_none(file, content):
    assert look(file(content), "", KNOWN) == NOTHING


def test_what_cannot_be_opened_is_none_and_keeps_nobody_waiting(tmp_path, file):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(file(json.dumps(whole("04"))))
    for name in ("pipe", "link", "missing", "."):
        assert look(tmp_path / name, "", KNOWN) == NOTHING
    with (tmp_path / "large").open("wb") as large:
        large.truncate(SIZE_LIMIT + 1)
    assert look(tmp_path / "large", "", KNOWN) == NOTHING


def test_the_time_grows_with_the_file_and_no_faster(file):
    for unit in (b'"coursekit": {', b'"coursekit"    ', b'"id":    ', b'"def  ', b"[" * 9):
        path = file(b'{"cells": 1, "nbformat": 4,' + unit * ((4 << 20) // len(unit)))
        begun = time.process_time()
        assert look(path, "", KNOWN).notebook
        assert time.process_time() - begun < 5, unit


def test_names_that_claim_to_be_notebooks():
    assert all(map(contents.claims, ("a.ipynb", "A.IPYNB", "a.ipynb.txt", "a.ipynb (1)", "a.zip")))
    assert not any(map(contents.claims, ("a.txt", "ipynb", "a.ipynbx", "a.zip.txt")))
