"""A mistake is a function, edits, or, in older packs, other defaults of an answer with switches."""

import pytest

from coursekit.checking.mistake import Mistake, with_defaults
from coursekit.errors import ExerciseError

FACTOR = 2


def scaled(x, power=1, *, shift=0):
    return FACTOR * x**power + shift


def test_switches_are_other_defaults_in_the_module_of_the_answer():
    squared = with_defaults(scaled, "squared", {"power": 2})
    shifted = with_defaults(scaled, "shifted", {"shift": 1})
    assert (squared(3), shifted(3), scaled(3)) == (18, 7, 6)
    assert squared.__name__ == "squared" and squared.__globals__ is scaled.__globals__


def test_a_switch_that_is_not_there_is_named():
    with pytest.raises(ExerciseError, match="no switch 'root' for halved"):
        with_defaults(scaled, "halved", {"root": True})


def test_a_mistakes_label_is_its_name_in_words():
    assert Mistake("eps_outside", "", scaled).label == "eps outside"
