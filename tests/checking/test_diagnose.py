import numpy as np
import pytest

from coursekit.checking import Local, judge
from coursekit.checking.diagnose import _Swapped
from coursekit.checking.panel import text


def verdict(exercise, function):
    return judge(exercise, Local(function, name=exercise.name))


def test_the_exercises_own_mistakes_come_before_what_any_answer_can_do(toy_exercise):
    @toy_exercise.mistake("You gave back zeros.")
    def zeros(x, factor):
        return np.zeros(x.shape[1])

    assert verdict(toy_exercise, zeros).diagnosis == "zeros"


def test_a_mistake_made_in_place_is_still_that_mistake(toy_exercise):
    def no_factor_in_place(x, factor):
        mean = x.mean(0)
        x -= mean
        return mean

    result = verdict(toy_exercise, no_factor_in_place)
    assert result.diagnosis == "no_factor"
    assert "You left out the factor. Besides, the call changed x in place" in text(result)


def test_a_mistake_that_changes_its_input_is_not_said_of_an_answer_that_does_not(toy_exercise):
    @toy_exercise.mistake("You wrote zeros into x.")
    def zeros_in_place(x, factor):
        x *= 0
        return x.sum(0)

    result = verdict(toy_exercise, lambda x, factor: np.zeros(x.shape[1]))
    assert result.diagnosis is None


@pytest.mark.parametrize(
    "function",
    [
        lambda x, factor: np.zeros(x.shape[1]),  # its shape follows the input
        lambda x, factor: x.mean(0),
        lambda x, factor: "always this",
    ],
)
def test_what_follows_the_input_or_is_no_number_is_no_constant(toy_exercise, function):
    assert verdict(toy_exercise, function).diagnosis != "returns_constant"


def test_swapped_arguments_are_named_only_where_that_explains_everything(toy_exercise):
    assert verdict(toy_exercise, lambda f, x: f * np.sum(x, 0)).diagnosis != "arguments_swapped"
    result = verdict(toy_exercise, lambda f, x: f * np.mean(x, 0))
    assert result.diagnosis == "arguments_swapped"
    assert "scaled_mean(x, factor); yours is right as (factor, x)" in text(result)


def test_a_swapped_answer_is_an_answer_in_everything_else():
    inner = Local(lambda a, b, c: (a, b, c), name="three")
    swapped = _Swapped(inner, 0, 2)
    assert swapped(1, 2, 3) == swapped.keep()(1, 2, 3) == (3, 2, 1)
    assert swapped(1, 2, c=3) == (1, 2, 3), "what is given by name stays where it is"
    assert swapped.name == "three" and swapped.parameters == ["a", "b", "c"]
