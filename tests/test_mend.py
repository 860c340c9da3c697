"""Mend this: what is shipped passes its spot check, is wrong, and is mended by whoever edits it."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from coursekit import device
from coursekit.authoring.answers import page
from coursekit.authoring.build import build, lesson_name
from coursekit.authoring.cells import read
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.planted import shipped
from coursekit.checking.unwritten import SHIPPED
from coursekit.exercises import load

REPO = Path(__file__).parents[1]
SOURCES = sorted((REPO / "solutions").glob("[0-9][0-9]_*.py"))
MEND = {
    name: (source, task)
    for source in SOURCES
    for name, task in load(lesson_name(source)).items()
    if isinstance(task, Exercise) and task.mend
}
each = pytest.mark.parametrize("name", MEND)


def cells(notebook):
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def test_these_lessons_have_one_and_none_has_two():
    numbers = [source.stem[:2] for source, _ in MEND.values()]
    assert numbers == sorted(set(numbers))
    assert set(numbers) >= {"04", "07", "08", "09", "10", "11", "13"}
    assert all(name.lower().startswith("mend") for name in MEND)


@each
def test_the_learners_cell_is_the_right_answer_with_the_named_edit(name):
    source, task = MEND[name]
    text = cells(build(source))[name]
    assert text == shipped(task) != task.worked_answer()
    assert cells(build(source, solved=True))[name] == task.worked_answer()
    assert task.mistakes[task.planted].edits and len(task.mistakes) >= 5
    assert task.planted not in source.read_text("utf-8"), "the page gives the mistake away"


@each
def test_the_first_hint_does_not_name_the_mistake(name):
    _, task = MEND[name]
    first = task.hints[0].lower()
    assert not any(word in first for word in task.planted.split("_") if len(word) > 4)


@each
def test_the_spot_check_comes_before_the_cell_and_passes(name, capsys):
    source, _ = MEND[name]
    ids = [cell.id for cell in read(source)]
    at = ids.index(name)
    assert ids[at - 2 : at + 2] == ["mend-spot-check", "mend-ask", name, f"check-{name}"]
    code = {c.id: c.source for c in page(source, load(lesson_name(source)))}
    own = {n: t.right for n, t in load(lesson_name(source)).items() if isinstance(t, Exercise)}
    names = own | {"np": np, "torch": torch, "nn": nn, "device": device}
    exec(code["imports"], names)  # what the lesson has by then
    exec(code[ids[at - 2]], names)
    said = capsys.readouterr().out
    assert said.count("True") >= 2 and "False" not in said


@each
@pytest.mark.parametrize("seed", [0, 7])
def test_untouched_it_is_not_attempted_and_edited_it_is_named(name, seed):
    _, task = MEND[name]
    wrong, text = Local(task.mistakes[task.planted].function, name=name), shipped(task)
    result = judge(task, wrong, seed=seed, source=text)
    assert (result.status, result.score, result.message) == ("unsolved", 0, SHIPPED)
    assert result.diagnosis is None and task.planted not in str(result)
    for same in (text + "\n# mine", text.replace('"""', "'''"), re.sub(r" = ", "  =  ", text)):
        assert judge(task, wrong, seed=seed, source=same).status == "unsolved"
    edited = re.sub(r"(\n +)return ", r"\1unused = 0\1return ", text, count=1)
    result = judge(task, wrong, seed=seed, source=edited)
    assert result.status in ("failed", "partial") and result.diagnosis == task.planted
