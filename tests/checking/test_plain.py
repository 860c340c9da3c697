"""Whatever class an answer's values are of, none of its code runs in the judge."""

import collections
import enum

import numpy as np
import pytest

from coursekit.checking import Local, judge
from coursekit.checking.guest.plain import key, like, plain, values
from tests.checking import toy


def refuses(*_):
    raise RuntimeError("it must not be asked")


class Array(np.ndarray):
    __eq__ = copy = astype = refuses


class Text(str):
    __eq__ = __str__ = refuses
    __hash__ = str.__hash__


class Number(float):
    __float__ = __repr__ = refuses


class Whole(int):
    __int__ = __index__ = refuses


class Row(list):
    def __init__(self, a, b):
        super().__init__([a, b])

    __len__ = __iter__ = refuses


class Pair(tuple):
    def __new__(cls, a, b):
        return tuple.__new__(cls, (a, b))

    __len__ = __iter__ = refuses


@pytest.mark.parametrize("kind, base, args", [
    (Text, str, ("a",)), (Number, float, (2,)), (Whole, int, (3,)), (Array, np.ndarray, ((2, 3),)),
])  # fmt: skip
def test_a_subclass_becomes_its_base_class(kind, base, args):
    assert type(plain(kind(*args))) is base


def test_numpys_scalars_stay():
    for value in (np.float64(2), np.int32(3), np.bool_(True)):
        assert plain(value) is value


@pytest.mark.parametrize("kind, base", [(Row, list), (Pair, tuple)])
def test_containers_are_read_without_their_own_code(kind, base):
    made = kind(1, 2)
    assert [*values(made)] == [1, 2]
    assert type(like(made, values(made))) is base


def test_a_tuples_names_stay():
    Moments = collections.namedtuple("Moments", "mean var")
    assert like(Moments(1, 2), [3, 4]) == Moments(3, 4)


class Colour(enum.StrEnum):
    RED = "red"


def test_keys_are_as_the_box_sends_them():
    assert [key(k) for k in ("a", 1, None, np.int64(2), Colour.RED, (1, 2))] == [
        "a", 1, None, 2, "red", "(1, 2)",
    ]  # fmt: skip


class Sayless:
    __str__ = __eq__ = refuses

    def __hash__(self):
        return hash("mean")


class Lies:
    """Says that it is an array."""

    __class__ = np.ndarray


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, factor: {Sayless(): 1},
        lambda x, factor: {10**5000: 1},
        lambda x, factor: Lies(),
        lambda x, factor: Text("a"),
        lambda x, factor: Row(1, 2),
    ],
)
def test_a_value_that_cannot_be_handled_is_the_answers_own(wrong):
    exercise = toy.make()
    result = judge(exercise, Local(wrong, name=exercise.name))
    assert result.status in ("failed", "error"), result.message


class Quits(BaseException):
    pass


@pytest.mark.parametrize("error", [Quits("b"), GeneratorExit(), SystemExit(2)])
def test_whatever_an_answer_raises_is_its_own(error):
    def raises(x, factor):
        raise error

    exercise = toy.make()
    assert judge(exercise, Local(raises, name=exercise.name)).status == "error"


def test_an_object_that_is_no_function_is_called_what_it_is():
    exercise = toy.make()
    for made, words in ((lambda x, factor: (r for r in x), "a generator"),
                        (lambda x, factor: collections.deque(x), "a deque")):  # fmt: skip
        assert words in judge(exercise, Local(made, name=exercise.name)).message
