import numpy as np
import pytest

from coursekit.checking import Exercise, Local
from coursekit.checking.spread import spread
from coursekit.checking.trace import observe
from tests.checking.toy import HINTS

NAMES = ("train 1", "train 2", "eval 1", "train 3", "eval 2", "eval 3", "eval 4")


def watched(wrong, dtype="float64", only=None):
    """What is said of an answer that is wrong at the observations named."""

    def call(answer, rng):
        for name in NAMES:
            small = only and name in only
            yield name, answer(name, rng.standard_normal(3).astype(dtype if small else "float64"))

    exercise = Exercise(lambda name, x: x, call, HINTS)
    right = observe(exercise, Local(exercise.right), 0)
    mine = observe(exercise, Local(lambda name, x: x + (name in wrong)), 0)
    return spread(exercise, mine, right)


@pytest.mark.parametrize(
    "wrong, said",
    [
        ((), ""),
        (NAMES, ""),
        (("train 2", "eval 3"), "wrong only on: train 2 · eval 3"),
        (NAMES[2:], "right only on: train 1 · train 2"),
    ],
)
def test_the_shorter_list_is_told(wrong, said):
    assert watched(wrong) == said


def test_lost_digits_are_told_by_the_dtype():
    four = NAMES[2:6]
    assert "no float32 input is: are digits lost on the way?" in watched(four, "float32", only=four)
    assert watched(four[:3], "float32", only=four) != watched(four, "float32", only=four)


def test_an_update_that_comes_late_is_told():
    def call(answer, rng):
        for n in (1, 2, 3):
            yield f"stored after batch {n}", answer(n)

    exercise = Exercise(lambda n: np.full(2, float(n)), call, HINTS)
    right = observe(exercise, Local(exercise.right), 0)
    late = observe(exercise, Local(lambda n: np.full(2, float(max(n - 1, 1)))), 0)
    said = spread(exercise, late, right)
    assert "expected earlier, at 'stored after batch 1': does an update come late?" in said


def test_a_verdict_in_words_is_never_late():
    def call(answer, rng):
        for name in NAMES:
            yield name, answer(name)

    exercise = Exercise(lambda name: name[:4], call, HINTS)
    right = observe(exercise, Local(exercise.right), 0)
    mine = observe(exercise, Local(lambda name: "trai"), 0)
    assert "late" not in spread(exercise, mine, right)
