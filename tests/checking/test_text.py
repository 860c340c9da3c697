import functools

import pytest

from coursekit.checking.source.text import codes, functions, text_of


def wrapped(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    return inner


@wrapped
def decorated(x):
    return x


class Holder:
    """A class."""

    @staticmethod
    def one(): ...

    @classmethod
    def two(cls): ...

    @property
    def three(self): ...

    @functools.cached_property
    def four(self): ...

    five = 5


def outer():
    def nested(x):
        return x + 1

    return nested


lambda_one = [lambda x: x * 2][0]


def test_a_class_holds_methods_of_every_kind():
    assert {f.__name__ for f in functions(Holder)} == {"one", "two", "three", "four"}
    assert {c.co_name for c in codes(Holder)} == {"one", "two", "three", "four"}
    assert codes(Holder()) == codes(Holder)


def test_codes_of_what_is_called_in_other_ways():
    assert [c.co_name for c in codes(decorated)] == ["decorated", "inner"]
    assert codes(functools.partial(outer, 1)) == codes(outer)
    assert codes(Holder.two) == codes(Holder.__dict__["two"].__func__)


@pytest.mark.parametrize(
    "value, first, last",
    [
        (decorated, "@wrapped", "    return x"),
        (Holder, "class Holder:", "    five = 5"),
        (outer(), "def nested(x):", "    return x + 1"),
        (lambda_one, "lambda_one = [lambda x: x * 2][0]", "lambda_one = [lambda x: x * 2][0]"),
    ],
)
def test_the_text_is_that_of_the_statement_from_the_margin_on(value, first, last):
    lines = text_of(value).splitlines()
    assert lines[0] == first and lines[-1] == last


def test_what_was_written_nowhere_has_none():
    space = {}
    exec("def made(): pass", space)
    for value in (len, 3, space["made"], type("Made", (), {})):
        assert text_of(value) is None


def test_what_says_that_it_wraps_itself_has_its_own_code():
    def odd(): ...

    odd.__wrapped__ = odd
    assert codes(odd) == [odd.__code__] * 2
