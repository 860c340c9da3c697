import types

from coursekit.checking.returned import returned_names
from coursekit.exercises import find


class Asked(types.SimpleNamespace):
    __hash__ = object.__hash__


def gives_two(x):
    mean, var = x.mean(), x.var()
    return mean, var


def gives_sums(x):
    return x + 1, x


def gives_one(x):
    return x


def test_the_exercises_own_names_come_first():
    assert returned_names(Asked(right=gives_two, returns=("a", "b"))) == ("a", "b")


def test_else_those_of_the_last_return():
    assert returned_names(Asked(right=gives_two, returns=())) == ("mean", "var")


def test_what_has_no_names_gets_none():
    for right in (gives_sums, gives_one, len, type("C", (), {})):
        assert returned_names(Asked(right=right, returns=())) == ()


def test_an_exercise_of_the_course():
    assert len(returned_names(find("moments"))) == 2
