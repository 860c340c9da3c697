"""Edits are kept as a tool made them; pairs are drawn by a seed, and change different places."""

import ast

import pytest

from coursekit.checking.edits import source_of
from named import edits


def test_what_is_kept_is_of_todays_answers_and_of_every_operator():
    kept = edits.kept()
    assert kept["digest"] == edits.digest(), "run `make naming` and commit what it writes"
    assert kept["edits"].keys() == {task.name for task in edits.tasks()}
    made = {edit[0] for found in kept["edits"].values() for edit in found}
    assert made <= set(kept["operators"]) and len(kept["operators"]) == 16


@pytest.mark.parametrize("task", edits.tasks(), ids=lambda task: task.name)
def test_every_edit_makes_another_program(task):
    source = source_of(task.right)
    same, texts = ast.dump(ast.parse(source)), set()
    assert edits.singles(task)
    for edit in edits.singles(task):
        text = edits.edited(source, edit)
        assert ast.dump(ast.parse(text)) != same and text not in texts
        texts.add(text)


def test_pairs_are_drawn_alike_each_time_and_change_two_places():
    task = next(t for t in edits.tasks() if t.name == "batch_norm")
    source, drawn = source_of(task.right), edits.pairs(task, 12)
    assert drawn == edits.pairs(task, 12) and len(drawn) == 12
    for first, second in drawn:
        assert first.end <= second.start
        text = edits.edited(source, first, second)
        assert text not in (edits.edited(source, first), edits.edited(source, second))
