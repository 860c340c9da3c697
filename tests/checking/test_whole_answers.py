"""What can go wrong with any answer, whatever the exercise asks: each is told in its own words."""

import random
import sys

import numpy as np
import pytest

from coursekit import check
from coursekit.checking import Local, judge
from coursekit.checking.panel import html, text
from coursekit.checking.source.surroundings import source

FACTOR = 2.0
remembered = []


def right(x, factor):
    return factor * x.mean(0)


def none(x, factor):
    if factor > 1e9:
        return x
    return None


def prints(x, factor):
    print(factor * x.mean(0))


def forgets_return(x, factor):
    _ = factor * x.mean(0)


def given_back(x, factor):
    return x


def constant(x, factor):
    return np.zeros(3)


def lacks_one(x):
    return x.mean(0)


def wants_more(x, factor, axis):
    return factor * x.mean(axis)


def swapped(factor, x):
    return np.multiply(factor, np.mean(x, axis=0 if np.ndim(x) else None))


def swapped_and_strict(number, array):
    return number * array.mean(0)


def one_shape_only(x, factor):
    return factor * np.add(x, np.zeros((5, 3))).mean(0)


def right_on_the_first(x, factor):
    return factor * x.sum(0) / 5


def kept_in_a_global(x, factor):
    remembered.append(1)
    return factor * x.mean(0) + len(remembered)


def kept_in_a_default(x, factor, seen=[]):  # noqa: B006
    seen.append(1)
    return factor * x.mean(0) * len(seen)


def noisy(x, factor):
    return factor * x.mean(0) + random.random()


def shuffled(x, factor):
    return factor * x.mean(0) + np.random.default_rng().standard_normal()


def writes_into_x(x, factor):
    x *= factor
    return x.mean(0)


def recursive(x, factor):
    return recursive(x, factor)


def endless(x, factor):
    while True:
        pass


def huge(x, factor):
    return np.full((2000, 2000), factor)


def huge_text(x, factor):
    return "x" * 10**7


def huge_error(x, factor):
    raise ValueError("x" * 10**7)


def too_much_memory(x, factor):
    return np.zeros((10**9, 10**9))


def quits(x, factor):
    sys.exit(0)


STATES = [  # function, status, rung, diagnosis, words that the panel says
    (3, "failed", "callable", None, "is no function here: a value was assigned to the same name"),
    (none, "failed", "structure", None, "your answer is None. End the function with `return …`"),
    (prints, "failed", "structure", None, "no `return`: it prints its result and gives nothing"),
    (forgets_return, "failed", "structure", None, "no `return`: it works out a value and gives"),
    (given_back, "failed", "shape", "returns_input", "returned the first argument as it came in"),
    (constant, "failed", "values", "returns_constant", "one value on every case"),
    (lacks_one, "failed", "signature", None, "(x, factor); yours has no place for factor"),
    (wants_more, "failed", "signature", None, "(x, factor); yours also needs axis"),
    (swapped, "failed", "shape", "arguments_swapped", "arguments in another order"),
    (swapped_and_strict, "error", "runs", "arguments_swapped", "yours is right as (factor, x)"),
    (one_shape_only, "error", "runs", None, "In the last call that worked, `x` was (5, 3)."),
    (right_on_the_first, "failed", "values", None, "wrong only on: a second, taller one"),
    (kept_in_a_global, "failed", "deterministic", None, "kept from one call to the next"),
    (kept_in_a_default, "failed", "deterministic", None, "a default argument `=[]`"),
    (noisy, "failed", "deterministic", None, "it draws random numbers"),
    (shuffled, "failed", "deterministic", None, "it draws random numbers"),
    (writes_into_x, "partial", "untouched", None, "changed x in place; the caller still needs it"),
    (recursive, "error", "runs", None, "calls itself too often: which input should stop it?"),
    (endless, "timeout", "runs", None, "no answer within 0.3 s"),
    (huge, "failed", "shape", None, "has shape (2000, 2000); (3,) was expected"),
    (huge_text, "failed", "structure", None, "numbers were asked for; your answer is a str"),
    (huge_error, "error", "runs", None, "ValueError: xxx"),
    (too_much_memory, "error", "runs", None, "far larger than the input"),
    (quits, "error", "runs", None, "SystemExit"),
]


@pytest.mark.parametrize("function, status, rung, diagnosis, words", STATES)
def test_the_panel_says_what_is_wrong_with_the_answer_as_a_whole(
    toy_exercise, function, status, rung, diagnosis, words
):
    answer = Local(function, name="scaled_mean", timeout=0.3 if function is endless else 10)
    mine = source(function)
    if mine is not None:
        mine = mine.replace(f"def {function.__name__}(", "def scaled_mean(")
    result = judge(toy_exercise, answer, source=mine)
    assert (result.status, result.rung, result.diagnosis) == (status, rung, diagnosis)
    assert words in text(result), text(result)
    assert not result.passed and result.score <= 1 and result.next
    assert len(text(result)) < 3000 and len(html(result)) < 6000


def test_a_list_and_a_tensor_pass_with_a_note(toy_exercise):
    def as_list(x, factor):
        return list(factor * x.mean(0))

    result = judge(toy_exercise, Local(as_list, name="scaled_mean"))
    assert result.passed
    assert "a list came where a NumPy array was asked for; its values are right" in text(result)
    assert judge(toy_exercise, Local(right, name="scaled_mean")).notes == ()


def test_a_wrong_name_is_told_which_is_close():
    def standardise(x):
        return x

    assert "Did you mean 'standardize'?" in text(check(standardise))


def test_what_a_function_prints_is_shown_short(capsys):
    def standardize(x):
        for n in range(10**4):
            print("line", n)
        return (x - x.mean()) / x.std()

    assert check(standardize).passed
    said = capsys.readouterr().out
    assert "standardize printed" in said and "line 9\n… and " in said
    assert said.count("\n") < 15
