"""Whoever listens hears every call, its end, and nothing that was no call."""

import numpy as np
import pytest

from coursekit.checking import AnswerError, Exercise, Local
from coursekit.checking.answer import AnswerLacking
from coursekit.checking.heard import Heard, asks_for_another, neighbours, others
from coursekit.checking.parts import in_parts
from tests.checking.toy import HINTS


def doubled(x, shift=0.0):
    """(N,) -> (N,)"""
    return 2 * halved(x) + shift


def halved(x):
    return x / 4


def alone(answer, rng):
    yield "y", answer(rng.standard_normal(3))


def beside(answer, rng):
    yield "half", answer.other("halved")(np.ones(3))
    yield "y", answer(np.ones(3))


def listened(function=doubled):
    calls = []
    return Heard(Local(function), calls), calls


def test_calls_are_heard_with_what_they_were_given_and_gave():
    heard, calls = listened()
    heard(np.ones(2), shift=1.0)
    heard.other("halved").keep()(np.ones(2))
    assert [(call.name, call.options) for call in calls] == [
        ("doubled", {"shift": 1.0}),
        ("halved", {}),
    ]
    assert calls[0].value.tolist() == [1.5, 1.5] and calls[1].function(np.ones(1)) == 0.25


def test_an_error_is_heard_of_the_one_that_raised():
    heard, calls = listened()
    with pytest.raises(AnswerError):
        heard.other("halved")("text")
    assert [(call.name, call.raised, call.value) for call in calls] == [("halved", True, None)]
    with pytest.raises(AnswerLacking):
        heard.other("missing")
    assert len(calls) == 1


def test_what_an_answer_changes_is_noted_by_it():
    def writes(x):
        x[:] = 0
        return x

    heard, _ = listened(writes)
    heard(np.ones(2))
    assert heard.mutated == {0}


@pytest.mark.parametrize("script, asks", [(alone, False), (beside, True)])
def test_whether_another_is_asked_for_is_seen_and_not_read(script, asks):
    assert asks_for_another(Exercise(doubled, script, HINTS)) is asks
    whole = Exercise(doubled, hints=HINTS, **in_parts(one=(1, alone), other=(1, script)))
    assert asks_for_another(whole) is asks


def test_the_neighbours_are_those_of_the_script():
    [call] = neighbours(Exercise(doubled, beside, HINTS), 0)
    assert call.name == "halved" and call.value.tolist() == [0.25] * 3
    heard, calls = listened()
    heard(np.ones(2))
    assert others(Exercise(doubled, beside, HINTS), calls) == ()
