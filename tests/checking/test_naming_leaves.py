"""A trace taken apart: which output each value belongs to, and what a value can tell."""

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Exercise, Local
from coursekit.checking.naming.leaves import MISSING, inside, leaves, seen, telling, whole_numbers
from coursekit.checking.naming.prints import printed, same
from coursekit.checking.trace import observe
from tests.checking.toy import HINTS
from tests.checking.two_outputs import make, moved


def outputs(exercise):
    return list(dict.fromkeys(leaf.output.name for leaf in leaves(exercise, 0)))


def test_the_values_of_a_tuple_are_outputs_by_their_names():
    assert outputs(make()) == ["y", "mean", "var"]


def test_labels_of_a_script_that_begin_alike_are_one_output():
    def script(answer, rng):
        for label in ("training, batch 1", "training, batch 2", "training again after eval()"):
            yield label, answer(1.0)
        yield "evaluating 4 samples", answer(2.0), "state"
        yield "evaluating the first of them alone", answer(2.0), "state"
        yield "stored", {"running_mean": answer(3.0), "running_var": 1.0}, "state"
        yield "in test mode", answer(4.0)

    exercise = Exercise(lambda x: x, script, HINTS)
    wanted = ["training", "evaluating", "running_mean", "running_var", "in test mode"]
    assert outputs(exercise) == wanted


def test_labels_that_only_name_inputs_are_one_output():
    assert outputs(exercises.find("group_norm")) == [""]


def test_a_value_that_is_built_otherwise_stands_for_all_it_should_hold():
    exercise = make()
    found = seen(exercise, observe(exercise, Local(lambda *args: 3.0, name="moved"), 0), 0)
    assert set(found.values) == {3.0} and not found.right.any() and found.came.all()
    assert inside((1, (2, 3)), (1, 0)) == 2 and inside({"a": 1}, ("b",)) == {"a": 1}


def test_what_never_came_is_missing():
    exercise = make()

    def stops(x, *rest):
        if len(x) == 4:
            raise ValueError
        return moved(x, *rest)

    found = seen(exercise, observe(exercise, Local(stops, name="moved"), 0), 0)
    assert list(found.came) == [True] * 3 + [False] * 6
    assert found.values[3] is MISSING and list(found.right) == list(found.came)


@pytest.mark.parametrize(
    "value, tells",
    [
        (np.array([1.5, 2.0]), True),
        (np.array([np.nan, np.nan]), False),
        (np.zeros(2), False),
        (np.array([1.0, 2.0]), False),
        (3, False),
        (True, False),
        ("a word", False),
        (None, False),
        (MISSING, False),
    ],
)
def test_a_value_tells_if_it_is_a_wrong_float_that_is_not_0(value, tells):
    assert telling(value, np.array([1.0, 2.0])) is tells


@pytest.mark.parametrize(
    "value, numbers",
    [(np.array([[1, 2], [2, 5]]), {1, 2, 5}), ([3, 3], {3}), (4, {4}), (np.int64(7), {7})]
    + [(value, set()) for value in (True, [True], 2.0, "a word", ["words"], None, MISSING)],
)
def test_whole_numbers_are_found_wherever_they_stand(value, numbers):
    assert whole_numbers(value) == numbers


def test_prints_are_alike_within_a_tolerance_and_tell_shapes_apart():
    def of(*values):
        return printed(seen_of(values))

    def seen_of(values):
        from coursekit.checking.naming.leaves import Seen

        return Seen(tuple(values), np.zeros(len(values), bool))

    x = np.random.default_rng(0).standard_normal((4, 3))
    one = of(x, "word", np.nan)
    for other, alike in [
        (of(x * (1 + 1e-12), "word", np.nan), [True, True, True]),
        (of(x * (1 + 1e-4), "words", np.inf), [False, False, False]),
        (of(x.T, "word", MISSING), [False, True, False]),
        (of(x[::-1].copy(), "word", np.nan), [False, True, True]),
    ]:
        assert list(same(one, other.form, other.number)) == alike
