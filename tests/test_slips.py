"""The tables of single edits are those of today, and the cases tell mistakes apart."""

from random import Random

import numpy as np
import pytest
import slips

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge, told
from coursekit.checking.naming.leaves import leaves
from coursekit.checking.naming.single import NAMED
from coursekit.checking.naming.store import stored
from coursekit.checking.naming.table import named, rows_of, run
from coursekit.checking.naming.wording import name_of
from coursekit.checking.ready import get_ready
from coursekit.checking.task import PUBLIC_SEED
from coursekit.checking.trace import observe

EXERCISES = [t for t in exercises.load().values() if isinstance(t, Exercise)]
SHARE = 0.02  # of the rows that are run anew, others every time


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda task: task.name)
def test_the_table_is_of_this_exercise(exercise):
    get_ready(exercise)
    assert slips.stale(exercise) == "", "python tests/slips.py --write"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda task: task.name)
def test_no_two_edits_have_one_name(exercise):
    """By which a learner is shown the lines of the other, and a class is counted with it."""
    every = [name_of(single) for single in stored(exercise).singles]
    assert len(set(every)) == len(every)


def test_some_rows_do_what_the_table_says():
    rng = Random()
    for exercise in EXERCISES:
        found = stored(exercise)
        for row, single in enumerate(found.singles):
            if single.kind != NAMED and rng.random() < SHARE:
                fresh = rows_of(exercise, [single])
                assert (fresh.right[0] == found.right[row]).all(), single
                assert (fresh.forms[0] == found.forms[row]).all(), single


class Watched(Local):
    """An answer that keeps what it is called with."""

    def __init__(self, exercise):
        super().__init__(exercise.right, name=exercise.name, timeout=None)
        self.seen = []

    def run(self, function, args, options=None, keep=()):
        if function is self.function:
            self.seen.append((args, options or {}))
        return super().run(function, args, options, keep)


def given(exercise):
    """Every argument that the public trial gives, by its name."""
    answer = Watched(exercise)
    observe(exercise, answer, PUBLIC_SEED)
    names = [p.rstrip("=") for p in answer.parameters or []]
    for args, options in answer.seen:
        yield dict(zip(names, args, strict=False)) | options


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda task: task.name)
def test_no_argument_hides_a_mistake_by_its_value(exercise):
    """eps is large somewhere, gamma is not 1, and statistics that are given do not start at 0."""
    calls = list(given(exercise))
    for name, hides in [
        ("eps", lambda value: value < 0.05),
        ("gamma", lambda value: np.allclose(value, 1)),
        ("beta", lambda value: np.allclose(value, 0)),
        ("running", lambda value: np.allclose(value, 0)),
        ("mean", lambda value: np.allclose(value, 0)),
    ]:
        values = [call[name] for call in calls if call.get(name) is not None]
        numbers = [value for value in values if isinstance(value, float | np.ndarray)]
        assert not numbers or not all(map(hides, numbers)), name


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda task: task.name)
def test_no_two_named_mistakes_are_alike_in_the_table(exercise):
    """Where two were, which of them is named would be chance; some differ in what they change."""
    found = stored(exercise)
    rows = [n for n, single in enumerate(found.singles) if single.kind == NAMED]
    assert len(leaves(exercise, PUBLIC_SEED)) == found.right.shape[1]
    for i, a in enumerate(rows):
        for b in rows[:i]:
            same = (found.right[a] == found.right[b]).all()
            same = same and (found.forms[a] == found.forms[b]).all()
            if same and np.array_equal(found.numbers[a], found.numbers[b]):
                pair = [named(exercise.mistakes[found.singles[n].words]) for n in (a, b)]
                one, other = (run(exercise, single, PUBLIC_SEED) for single in pair)
                assert one.mutated != other.mutated or one.steps != other.steps, pair


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda task: task.name)
def test_what_holds_no_number_is_told_as_no_edit(exercise):
    """An edit is told where the answer has its numbers; words come about in many ways."""
    for value in ("a word", None, True, (), {}):
        result = judge(exercise, Local(lambda *_, value=value, **__: value, name=exercise.name))
        assert not told.slips(result.diagnosis or ""), value


PLANS = [task for task in EXERCISES if "plan" in task.name.split("_")]
OF_A_PLAN = [
    ("seeds", lambda plan: len(plan["seeds"])),
    ("seeds", lambda plan: (seed for seed in plan["seeds"])),
    ("tuning_seeds", lambda plan: str(plan["tuning_seeds"])),
    ("arms", lambda plan: len(plan["arms"])),
    ("rates", lambda plan: 0.1),
    ("rates", lambda plan: next(iter(plan["rates"].values()))),
    ("rates", lambda plan: dict.fromkeys(plan["rates"], 0.1)),
    ("steps", lambda plan: 120.5),
    ("bar", lambda plan: [plan["bar"]]),
    ("report", lambda plan: len(plan["report"])),
]


@pytest.mark.parametrize("exercise", PLANS, ids=lambda task: task.name)
@pytest.mark.parametrize("entry, other", OF_A_PLAN)
def test_an_entry_of_a_plan_in_another_form_is_told_as_no_edit(exercise, entry, other):
    def plan(runs):
        whole = exercise.right(runs)
        return whole | {entry: other(whole)}

    result = judge(exercise, Local(plan, name=exercise.name))
    assert result.status == "failed" and not told.slips(result.diagnosis or "")
