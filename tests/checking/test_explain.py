import numpy as np
import pytest

from coursekit.checking import AnswerError
from coursekit.checking.explain import (
    container_story,
    error_story,
    shape_story,
    silent_story,
    staged_story,
    unsteady_story,
)
from coursekit.checking.trace import Step
from tests.checking import toy


@pytest.mark.parametrize(
    "kind, message, words",
    [
        ("RecursionError", "maximum recursion depth exceeded", "which input should stop it?"),
        ("MemoryError", "Unable to allocate", "far larger than the input"),
        ("UnboundLocalError", "local variable 'x'", "is local in all of it"),
        ("ValueError", "operands could not be broadcast (5,3) (4,)", "clash where 3 meets 4"),
        ("KeyError", "'x'", ""),
    ],
)
def test_an_error_is_told_where_its_own_words_say_too_little(kind, message, words):
    said = error_story(AnswerError(kind, message))
    assert words in said and bool(words) == bool(said)


def test_shapes_are_lined_up_from_the_right():
    assert "axis −2" in shape_story("operands could not be broadcast: shapes (5,3) (4,3)")


@pytest.mark.parametrize(
    "source, words",
    [
        ("def f(x):\n    print(x)", "prints its result"),
        ("def f(x):\n    y = x", "works out a value"),
        ("def f(x):\n    pass", "`return`: it gives nothing back"),
        ("def f(x):\n    print('here')", "`return`: it gives nothing back"),
        ("def f(x", "`return`: it gives nothing back"),
    ],
)
def test_a_silent_function_is_told_whether_it_prints(source, words):
    said = silent_story("f", source)
    assert words in said and "no `return`" in said


@pytest.mark.parametrize(
    "source, words",
    [
        (None, "What changes between them?"),
        ("def f(x):\n    return np.random.rand() * x", "draws random numbers"),
        ("def f(x, rng=default_rng()):\n    return x", "draws random numbers"),
        ("def f(x, seen=[]):\n    return randomly(x)", "kept from one call to the next"),
        ("def f(x):\n    return np.empty(3)", "an array from `np.empty` that is not filled"),
        ("def f(x, shuffle=1):\n    return shuffle", "something other than its arguments"),
        (f"def f(x):\n    return np.random.rand() {'+ 0' * 900}", "draws random numbers"),
    ],
)
def test_an_unsteady_function_is_told_why_where_its_source_shows_it(source, words):
    assert words in unsteady_story("f", source)


def test_the_first_wrong_value_of_a_staged_answer_and_what_follows():
    exercise, right = toy.make(staged=True), {"a": 1.0, "b": 2.0, "c": np.ones(2)}
    assert staged_story(exercise, {**right, "b": 3.0, "c": 0.0}, right) == (
        "b is the first wrong value on the path; a: right; c: after it, so not judged.",
    )
    assert "c is the first" in staged_story(exercise, {**right, "c": np.ones((1, 2))}, right)[0]
    assert staged_story(exercise, right, right) == staged_story(exercise, 3, 4) == ()
    assert staged_story(exercise, {"b": 3.0}, right)[0].startswith("b is")


def test_another_container_is_noted():
    def story(got, want):
        return container_story([Step("a", got)], [Step("a", want)])

    assert story([1.0], np.ones(1)) == (
        "a list came where a NumPy array was asked for; its values are right.",
    )
    assert "a tuple came where a list" in story((1,), [1])[0]
    assert story(np.ones(1), np.ones(1)) == story(1.0, np.float64(1)) == ()
