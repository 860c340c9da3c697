"""The exhaustive proof finds what is not as it must be, and what is stale."""

from dataclasses import replace

import exhaustive
import pytest

TASK = exhaustive.tasks()["keras_momentum"]
LAYER = exhaustive.tasks()["BatchNorm"]


@pytest.fixture
def found_of(monkeypatch):
    """What is found of an exercise with other answers or mistakes."""

    def find(**changes):
        monkeypatch.setattr(exhaustive, "tasks", lambda: {TASK.name: replace(TASK, **changes)})
        return exhaustive.find(TASK.name)[1]

    return find


def begins(found):
    return [", ".join(said.split(", ")[1:3]).partition(":")[0] for said in found.wrong]


def test_what_is_kept_is_as_it_must_be_and_of_every_exercise():
    found = exhaustive.kept()
    assert found.keys() == exhaustive.tasks().keys() and exhaustive.problems(found) == []
    assert sum(one.pairs for one in found.values()) > 8000


def test_an_exercise_is_found_to_be_as_it_was():
    assert exhaustive.find(TASK.name)[1] == exhaustive.kept()[TASK.name]


def test_a_wrong_answer_among_the_right_ones_is_found(found_of):
    wrong = TASK.mistakes["negative"].function
    found = found_of(alternatives={**TASK.alternatives, "wrong": wrong})
    assert begins(found) == [f"wrong, seed {seed}" for seed in exhaustive.SEEDS]
    assert exhaustive.problems({TASK.name: found}) == found.wrong


def test_a_right_answer_among_the_mistakes_is_found(found_of):
    right = replace(TASK.mistakes["negative"], name="right", written=TASK.right, edits=())
    found = found_of(mistakes={**TASK.mistakes, "right": right})
    assert begins(found) == [f"right, seed {seed}" for seed in exhaustive.SEEDS]


def test_a_mistake_that_is_told_by_another_name_is_found(found_of):
    found = found_of(mistakes={**TASK.mistakes, "twin": TASK.mistakes["negative"]})
    assert begins(found) == [f"twin, seed {seed}" for seed in exhaustive.SEEDS]


def test_a_pair_that_is_accepted_or_has_another_name_is_found():
    a, b, _ = exhaustive.pairs(LAYER)[0]
    right = replace(a, written=LAYER.right, edits=())
    wrong, _ = exhaustive.refused(LAYER, (a, b, right))
    assert wrong == f"BatchNorm, {a.name} and {b.name}: accepted"
    c = next(m for m in LAYER.mistakes.values() if m.name not in (a.name, b.name))
    assert exhaustive.refused(LAYER, (a, b, c)) == ("", False)


def test_many_pairs_without_a_true_name_are_told():
    found = exhaustive.kept()["BatchNorm"]
    few = found._replace(unnamed=found.pairs // 20)
    many = found._replace(unnamed=found.pairs // 5)
    assert exhaustive.problems({"BatchNorm": few}) == []
    assert exhaustive.problems({"BatchNorm": many}) == [
        f"{many.unnamed} of {many.pairs} pairs of mistakes get no true name"
    ]


LESSON = exhaustive.PACKAGE / "exercises" / "running_statistics"


@pytest.mark.parametrize(
    "path, stale",
    [
        (exhaustive.PACKAGE / "checking" / "compare.py", True),
        (LESSON / "keras_momentum_mistakes.txt", True),
        (LESSON / "keras_momentum.py", True),
        (LESSON / "inputs.py", True),
        (LESSON / "update_running_mistakes.txt", False),
        (LESSON / "quiz.py", False),
    ],
)
def test_it_is_stale_after_a_change_to_a_check_or_to_the_exercise(path, stale, monkeypatch):
    before, of = exhaustive.digest(TASK), exhaustive._of
    assert path.exists()
    monkeypatch.setattr(exhaustive, "_of", lambda p: b"changed" if p == path else of(p))
    assert (exhaustive.digest(TASK) != before) is stale
