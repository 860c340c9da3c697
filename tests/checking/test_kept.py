"""`backward` is tried on the cache of the learner's own `forward`: whose fault is what is wrong?"""

import pytest

from coursekit.checking import REGISTRY, Exercise, Local, judge
from coursekit.checking.inherited import judge_with_ours
from coursekit.checking.kept import on_what_was_kept
from coursekit.checking.panel import text
from coursekit.checking.parts import in_parts
from coursekit.checking.told import OWN_FORWARD
from tests.checking.toy import HINTS

HELPERS = """
import numpy as np

def right_forward(x, eps):
    std = np.sqrt(x.var(0) + eps)
    return (x - x.mean(0)) / std, (x, std)
def no_eps(x, eps):
    return right_forward(x, 0.0)
def keeps_the_variance(x, eps):
    y, (x, std) = right_forward(x, eps)
    return y, (x, std**2)
def raises(x, eps):
    return x @ x
def right_backward(dy, cache):
    x, std = cache
    x_hat = (x - x.mean(0)) / std
    return (dy - dy.mean(0) - x_hat * (dy * x_hat).mean(0)) / std
def detached(dy, cache):
    return dy / cache[1]
def crashes(dy, cache):
    return dy @ dy
"""


def written(forward):
    """What a learner wrote, by name: among it this forward."""
    names = {}
    exec(HELPERS, names)
    names["forward"] = names[forward]
    return names


OURS = written("right_forward")


def with_a_cache(answer, rng):
    x = rng.standard_normal((5, 3)) * [1, 5, 9]
    _, cache = answer.other("forward").keep(1)(x, 0.3)
    yield "dx", answer(rng.standard_normal((5, 3)), cache)


def twice_with_a_cache(answer, rng):
    for label in "first", "second":
        for _, dx in with_a_cache(answer, rng):
            yield label, dx


def on_its_own_values(answer, rng):
    """The other one is called with what the answer gave."""
    [(_, dx)] = with_a_cache(answer, rng)
    yield "dx", dx
    yield "y of dx", answer.other("forward").keep(1)(dx, 0.3)[0]


def call(answer, rng):
    yield "y", answer.keep(1)(rng.standard_normal((5, 3)), 0.3)[0]


@pytest.fixture
def exercise(monkeypatch):
    def made(function, script):
        new = Exercise(function, script, HINTS, points=2)
        monkeypatch.setitem(REGISTRY, new.name, new)
        return new

    def forward(x, eps):
        """(N, D) -> (N, D)"""
        return OURS["right_forward"](x, eps)

    def backward(dy, cache):
        """(N, D) -> (N, D)"""
        return OURS["right_backward"](dy, cache)

    monkeypatch.setitem(globals(), "forward", made(forward, call))
    backward = made(backward, with_a_cache)
    backward.mistake("You treated the mean and the variance as constants.")(OURS["detached"])
    return backward


def verdict(exercise, function, forward):
    mine = written(forward)[function]
    return judge_with_ours(exercise, mine, judge(exercise, Local(mine)))


def test_a_right_backward_is_not_blamed_for_the_forward(exercise):
    result = verdict(exercise, "right_backward", "no_eps")
    assert result.diagnosis is None and not result.explanation
    assert "it is tried on what your `forward` gives and keeps, and that is wrong" in text(result)
    assert result.next == "check(forward)"


def test_nor_has_a_wrong_one_a_name_then(exercise):
    assert verdict(exercise, "detached", "right_forward").diagnosis == "detached"
    assert verdict(exercise, "detached", "no_eps").diagnosis is None


def test_a_forward_that_raises_is_said_to_be_wrong(exercise):
    result = verdict(exercise, "right_backward", "raises")
    assert "what your `forward` gives and keeps, and that is wrong" in text(result)


@pytest.mark.parametrize("script", [with_a_cache, twice_with_a_cache, on_its_own_values])
@pytest.mark.parametrize("function", ["crashes", "detached"])
def test_a_right_forward_is_not_blamed_for_the_backward(exercise, monkeypatch, function, script):
    monkeypatch.setattr(exercise, "script", script)
    result = verdict(exercise, function, "right_forward")
    assert not result.passed and "is wrong: mend it first" not in text(result)
    assert result.next != "check(forward)"


def test_a_forward_that_is_not_there_is_not_called_wrong(exercise):
    mine = written("no_eps")["right_backward"]
    del mine.__globals__["forward"]
    result = judge_with_ours(exercise, mine, judge(exercise, Local(mine, name="backward")))
    assert "is not defined" in result.message and result.notes == ()


def test_an_exercise_in_parts_asks_for_another_too(exercise, monkeypatch):
    for field, value in in_parts(dx=(1, with_a_cache), again=(1, twice_with_a_cache)).items():
        monkeypatch.setattr(exercise, field, value)
    result = verdict(exercise, "right_backward", "no_eps")
    assert "what your `forward` gives and keeps, and that is wrong" in text(result)


def test_what_a_right_forward_keeps_is_said_not_to_be_judged(exercise):
    result = verdict(exercise, "right_backward", "keeps_the_variance")
    assert not result.passed
    words = "your `forward` gives what is asked for here; what it keeps for this is not judged"
    assert words in text(result)


def test_a_backward_that_is_right_for_what_it_was_given_keeps_that_name(exercise):
    mine = Local(written("no_eps")["right_backward"], name="backward")
    known = judge(exercise, mine).but(diagnosis=OWN_FORWARD)
    assert on_what_was_kept(exercise, mine, known, 0) == known


def test_a_right_answer_and_one_that_asks_for_no_other_are_let_be(exercise):
    passed = verdict(exercise, "right_backward", "right_forward")
    assert passed.passed and passed.notes == ()
    wrong = Local(written("no_eps")["forward"], name="forward")
    found = judge(REGISTRY["forward"], wrong)
    assert on_what_was_kept(REGISTRY["forward"], wrong, found, 0) == found
