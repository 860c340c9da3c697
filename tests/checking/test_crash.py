"""What a learner reads of an error: the line, what met there, what it means, where all was well."""

import numpy as np
import pytest

from coursekit.checking import AnswerError, Local, judge
from coursekit.checking.crash import crash_story


def backward(dy, x_hat):
    dvar = (dy * x_hat).sum(1)
    return x_hat * dvar


def branches(x):
    if len(x) == 2:
        return x
    return x + np.ones(len(x) + 1)


def failing(function, *calls, worked=""):
    """What is told of the last of these calls, the only one that fails."""
    answer = Local(function)
    *before, last = calls
    for args in before:
        answer(*args)
    with pytest.raises(AnswerError) as caught:
        answer(*last)
    return crash_story(function.__name__, caught.value, worked)


def test_shapes_are_told_by_the_learners_names():
    told = failing(backward, (np.ones((5, 4)), np.ones((5, 4))))
    assert "There `x_hat` is (5, 4), `dvar` is (5,)." in told
    assert told.startswith("line 3: return x_hat * dvar raised ValueError: operands could not be")
    assert "clash where 4 meets 5" in told


def test_what_met_there_in_a_call_that_worked_is_told_beside_it():
    square, flat = np.ones((3, 3)), np.ones((5, 4))
    told = failing(backward, (square, square), (flat, flat), worked="a square one")
    assert "It worked on: a square one." in told
    assert told.endswith("In the last call that worked, `x_hat` was (3, 3), `dvar` was (3,).")


def test_a_call_that_worked_and_went_another_way_is_no_comparison():
    told = failing(branches, (np.ones(2),), (np.ones(3),), worked="two values")
    assert told.endswith("The last call that worked did not come to this line.")


def test_arguments_that_were_changed_in_place_are_fresh_in_the_replay():
    def drops(x, at):
        x.resize(3, refcheck=False)
        return x[at]

    told = failing(drops, (np.ones(6), 2), (np.ones(6), 3), worked="2")
    assert "In the last call that worked, `at` was 2." in told


def test_what_hangs_when_it_is_run_again_costs_a_moment():
    calls = []

    def slow(x):
        calls.append(x)
        while len(calls) == 3:
            pass
        return x + np.ones(len(calls) + 1)

    told = failing(slow, (np.ones(2),), (np.ones(2),), worked="two")
    assert "It worked on: two. What is different here" in told


class Leaves(BaseException):
    """No error of Python's own kind."""


@pytest.mark.parametrize("raised", [SystemExit, Leaves, KeyboardInterrupt, GeneratorExit])
def test_whatever_is_raised_when_it_is_run_again_is_let_be(raised):
    calls = []

    def leaves(x):
        calls.append(x)
        if len(calls) == 3:
            raise raised
        return x + np.ones(len(calls) + 1)

    told = failing(leaves, (np.ones(2),), (np.ones(2),), worked="two")
    assert len(calls) == 3 and "It worked on: two. What is different here" in told


def test_a_name_that_is_no_text_ends_no_check(toy_exercise):
    def scaled_mean(x, factor):
        globals()[1] = 2
        return x + None

    try:
        result = judge(toy_exercise, Local(scaled_mean))
    finally:
        globals().pop(1, None)
    assert result.status == "error" and "raised TypeError" in result.message


def test_a_call_that_took_too_many_lines_is_no_comparison_either():
    def loops(x):
        if len(x) == 3:
            return x + np.ones(4)
        for _ in range(9_000):
            pass
        return x

    told = failing(loops, (np.ones(2),), (np.ones(3),), worked="two")
    assert "did not come to this line" not in told and told.endswith("left over from before?")


@pytest.mark.parametrize("of_a_class", [False, True])
def test_a_line_that_is_kept_nowhere_is_told_by_its_number_and_function(of_a_class):
    names = {}
    text = "def f(x):\n    return x[9]\nclass G:\n    def call(self, x):\n        return x[9]\n"
    exec(compile(text, "<kept nowhere>", "exec"), names)
    function = names["G"]().call if of_a_class else names["f"]
    told = failing(function, ([1],))
    place = "line 2 of call" if of_a_class else "line 2 of f"
    assert told.startswith(f"{place} raised IndexError: list index out of range.")


def test_a_method_whose_line_is_kept_nowhere_is_told_by_its_class():
    names = {}
    exec(
        compile("class G:\n    def call(self, x):\n        return x[9]\n", "<none>", "exec"), names
    )
    with pytest.raises(AnswerError) as caught:
        Local(names["G"])().do("call", [1])
    told = crash_story("G", caught.value, "")
    assert told.startswith("call of G raised IndexError: list index out of range.")


def test_torchs_page_of_signatures_is_left_out():
    import torch

    def views(x):
        return torch.ones(3).view(None)

    assert "*" not in failing(views, (np.ones(3),))


def test_a_decorated_methods_own_line_is_told():
    import torch

    class Layer:
        @torch.no_grad()
        def forward(self, x):
            return x + self.missing

    def builds(x):
        return Layer().forward(x)

    answer = Local(Layer)
    layer = answer()
    with pytest.raises(AnswerError) as caught:
        layer.do("forward", np.ones(3))
    assert caught.value.where == "forward: return x + self.missing"


def test_of_hidden_inputs_a_learner_reads_nothing_of_it(toy_exercise):
    def scaled_mean(x, factor):
        return x + np.ones(len(x) + 7)

    result = judge(toy_exercise, Local(scaled_mean), seed=5)
    assert "`x` is" in result.message
    assert result.difference.blind.startswith("it raised ValueError on a hidden case.")
    assert "(" not in result.difference.blind
