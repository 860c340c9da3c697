"""Whatever lies in a folder or a zip, and whatever it is called: each thing is told once."""

import json
import os
import string
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursekit.errors import GradeError
from coursekit.grading.intake.noise import is_noise
from coursekit.grading.intake.notebook import read
from coursekit.grading.intake.submissions import discover

QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
WORDS = st.sampled_from(
    ["ann", "bob", "LATE", "12", "345", "6789", "final", "Copy of", "01", "04", "hw0 final",
     "mean_and_variance", "batchnorm_forward", "assignsubmission_file", "attempt",
     "2026-01-31-23-59-59", "anon", "Jan 31, 2026 1159 PM", "submitted", "Å", "A\u030a", "(1)",
     "12-345 - ann - \u00b2 1, 2026 1159 PM", "HW_ann_attempt_2026-01-31-23-59-59"]
)  # fmt: skip
ODD = st.text(string.printable.replace("/", "") + "é√²\u0663\u202e😀", min_size=1, max_size=8)
JOINS = st.sampled_from(["_", "_", "-", " - ", " ", "."])
ENDINGS = st.sampled_from(
    ["", ".ipynb", ".ipynb", ".ipynb", ".IPYNB", ".ipynb.txt", ".ipynb.json", ".txt", ".pdf",
     ".html", ".zip", ".py"]
)  # fmt: skip


@st.composite
def parts(draw):
    words = draw(st.lists(WORDS | ODD, min_size=1, max_size=6))
    return "".join(word + draw(JOINS) for word in words[:-1]) + words[-1]


@st.composite
def paths(draw):
    folders = draw(st.lists(parts(), max_size=3))
    return "/".join([*folders, draw(parts()) + draw(ENDINGS)])


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
LESSON = st.sampled_from(["mean_and_variance", "batchnorm_forward", "nowhere", 3, None, []])
CELL = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["batch_mean", "batch_norm", "imports", 4]) | ANY,
        "cell_type": st.sampled_from(["code", "markdown", "raw", "odd"]) | ANY,
        "source": st.sampled_from(["def batch_mean(x): ...", ["def ", "f(): ..."]]) | ANY,
        "metadata": st.fixed_dictionaries({}, optional={"tags": ANY, "coursekit": ANY}) | ANY,
    },
)
NOTEBOOK = st.fixed_dictionaries(
    {"cells": st.lists(CELL | ANY, max_size=4) | ANY, "nbformat": st.sampled_from([4, 3, 2, "4"])},
    optional={
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "coursekit": st.fixed_dictionaries({"lesson": LESSON}) | ANY,
                "language_info": st.fixed_dictionaries({"name": ANY}) | ANY,
                "kernelspec": st.fixed_dictionaries({}, optional={"name": ANY, "language": ANY})
                | ANY,
            },
        )
        | ANY,
        "worksheets": ANY,
    },
)
CONTENT = NOTEBOOK.map(lambda book: json.dumps(book).encode()) | st.binary(max_size=30)


def told(found):
    """Every text in which a thing that was handed in can be named."""
    return [one.file for one in found] + [
        words for one in found for words in (*one.notes, one.problem)
    ]


@QUICK
@given(st.dictionaries(paths(), CONTENT, min_size=1, max_size=6))
def test_each_file_of_a_folder_is_told_once(files):
    with tempfile.TemporaryDirectory() as home:
        written = set()
        for name, content in files.items():
            path = Path(home, "in", name)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except (OSError, ValueError):  # no name for a file, or a folder's already
                continue
            written.add(path.relative_to(Path(home, "in")))
        names = [p.as_posix() for p in written if not any(map(is_noise, p.parts))]
        try:
            found = discover(Path(home, "in"), Path(home, "scratch"))
        except GradeError:
            assert not names or not written
            return
        lines = [one.file for one in found]
        assert len(set(lines)) == len(lines)
        for name in names:
            assert lines.count(name) == 1 or any(name in words for words in told(found)), name


@QUICK
@given(st.lists(st.tuples(paths() | ODD, CONTENT), min_size=1, max_size=6))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_each_member_of_a_zip_is_told_once(members):
    with tempfile.TemporaryDirectory() as home:
        whole = Path(home, "class.zip")
        with zipfile.ZipFile(whole, "w") as made:
            for name, content in members:
                made.writestr(zipfile.ZipInfo(name), content)
        with zipfile.ZipFile(whole) as made:
            names = [n.replace("\\", "/").split("/") for n in made.namelist()]
        kept = [parts for parts in names if parts[-1] and not any(map(is_noise, parts))]
        try:
            found = discover(whole, Path(home, "scratch"))
        except GradeError:
            assert not kept
            return
        lines = [one.file for one in found]
        assert len(set(lines)) == len(lines)
        beside = sum(words.count(", ") + 1 for one in found for words in one.notes)
        assert len(lines) + beside + sum(one.problem.count(", ") for one in found) >= len(kept)
        assert os.listdir(home) and not [
            p for p in os.listdir(home) if p not in ("class.zip", "scratch")
        ]


@QUICK
@given(CONTENT)
def test_a_notebook_is_read_or_refused_in_words(content):
    with tempfile.TemporaryDirectory() as home:
        path = Path(home, "x.ipynb")
        path.write_bytes(content)
        try:
            got = read(path)
        except GradeError:
            return
        for name in ("batch_mean", "batch_norm", "x"):
            assert isinstance(got.turned(name) + got.skipped(f"name '{name}' is not defined"), str)
