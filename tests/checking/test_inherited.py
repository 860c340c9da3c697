"""`doubled_mean` calls `plain_mean`, here as in a notebook: both are globals of one module."""

import threading
from contextlib import nullcontext

import numpy as np
import pytest

from coursekit.checking import REGISTRY, Exercise, Local, judge
from coursekit.checking.inherited import inherited, judge_with_ours, on_right_helpers
from coursekit.checking.panel import text
from tests.checking.toy import HINTS


def over_rows(x):
    return x.mean(1)


def not_written(x):
    raise NotImplementedError


def raising(x):
    return x @ x


def right_mean(x):
    return np.sum(x, 0) / len(x)


def built_mean(x):
    return plain_sum(x) / len(x)


plain_sum = over_rows
plain_mean = right_mean  # the learner's; each test sets its own


def doubled_mean(x):
    return 2 * plain_mean(x)


def through_a_helper(x):
    return twice(x)


def twice(x):
    return plain_mean(x) * 2


class Doubling:
    def __call__(self, x):
        return 2 * plain_mean(x)


def wrong_too(x):
    return 3 * plain_mean(x)


def on_its_own(x):
    return x.mean(1)


def call(answer, rng):
    yield "a matrix", answer(rng.standard_normal((5, 3)))


def made(monkeypatch, function):
    new = Exercise(function, call, HINTS, points=2)
    monkeypatch.setitem(REGISTRY, new.name, new)
    return new


@pytest.fixture
def exercise(monkeypatch):
    def plain_mean(x):
        """(N, D) -> (D,)"""
        return x.mean(0)

    def doubled_mean(x):
        """(N, D) -> (D,)"""
        return 2 * x.mean(0)

    made(monkeypatch, plain_mean)
    return made(monkeypatch, doubled_mean)


def verdict(exercise, function):
    return judge_with_ours(exercise, function, judge(exercise, Local(function)))


@pytest.mark.parametrize("helper", [over_rows, raising])
@pytest.mark.parametrize("answer", [doubled_mean, through_a_helper])
def test_a_right_answer_on_a_wrong_helper_is_right(exercise, monkeypatch, answer, helper):
    monkeypatch.setitem(globals(), "plain_mean", helper)
    result = verdict(exercise, answer)
    assert result.passed and result.score == 2
    assert "your `doubled_mean` is right; your `plain_mean`, which it calls, is what is wrong" in (
        text(result)
    )
    assert "check(plain_mean)" in result.next
    assert plain_mean is helper, "the learner's own is back in its place"


def test_a_helper_that_is_not_written_yet_is_said_to_be_that(exercise, monkeypatch):
    monkeypatch.setitem(globals(), "plain_mean", not_written)
    assert judge(exercise, Local(doubled_mean)).status == "unsolved"
    result = verdict(exercise, doubled_mean)
    assert result.passed and "your `plain_mean`, which it calls, is not written yet" in (
        result.message
    )


def test_a_wrong_answer_on_a_wrong_helper_is_told_its_own_fault_first(exercise, monkeypatch):
    monkeypatch.setitem(globals(), "plain_mean", over_rows)
    result = verdict(exercise, wrong_too)
    assert not result.passed and "× 1.5 everywhere" in result.pattern
    assert "your `plain_mean`, which it calls, is wrong too" in text(result)


@pytest.mark.parametrize("answer", [on_its_own, wrong_too])
def test_a_wrong_answer_on_a_right_helper_stays_what_it_is(exercise, answer):
    plain = judge(exercise, Local(answer)).but(seconds=0)
    assert verdict(exercise, answer).but(seconds=0) == plain


def as_a_pair(x):
    return x.mean(1), x.mean(0)


def of_a_pair(x):
    return 2 * plain_mean(x)[1]


def wrong_of_a_pair(x):
    return (2 * plain_mean(x)[1]).astype(np.float32)


def test_an_answer_that_is_written_for_its_own_helper_loses_nothing(exercise, monkeypatch):
    """The course's helper returns something else than the learner's, and the answer knows."""
    monkeypatch.setitem(globals(), "plain_mean", as_a_pair)
    plain = judge(exercise, Local(wrong_of_a_pair, name=exercise.name)).but(seconds=0)
    assert 0 < plain.score < 2
    assert verdict(exercise, wrong_of_a_pair).but(seconds=0) == plain


def test_an_error_that_only_the_courses_helper_brings_is_not_told(exercise, monkeypatch):
    monkeypatch.setitem(globals(), "plain_mean", lambda x: {"mean": x.mean(1)})

    def of_a_dict(x):
        return plain_mean(x)["mean"]

    plain = judge(exercise, Local(of_a_dict, name=exercise.name)).but(seconds=0)
    assert plain.status == "failed" and verdict(exercise, of_a_dict).but(seconds=0) == plain


def test_a_right_helper_that_refuses_could_not_stand_in(exercise):
    result = judge(exercise, Local(over_rows, name=exercise.name))
    refused = []

    def again():
        refused.append("too much")
        return result.but(status="error", message="it raised what the judge says")

    wrong = [result.but(exercise="one")]
    assert on_right_helpers(result, wrong, nullcontext({"one"}), again, refused) is result


def test_a_helper_that_cannot_be_replaced_changes_nothing(exercise):
    plain_mean = over_rows

    def enclosed(x):
        return 2 * plain_mean(x)

    result = verdict(exercise, enclosed)
    assert not result.passed and result.notes == ()


def test_a_class_finds_the_courses_helper_too(exercise, monkeypatch):
    from coursekit.checking.inherited import _replaced

    monkeypatch.setitem(globals(), "plain_mean", over_rows)
    with _replaced(Doubling, {"plain_mean"}) as names:
        assert names == {"plain_mean"} and Doubling()(np.ones((5, 3))).shape == (3,)
    assert plain_mean is over_rows


def test_an_error_on_the_way_puts_everything_back(exercise, monkeypatch):
    from coursekit.checking.inherited import _replaced

    monkeypatch.setitem(globals(), "plain_mean", over_rows)
    with pytest.raises(KeyboardInterrupt), _replaced(doubled_mean, {"plain_mean"}):
        raise KeyboardInterrupt
    assert plain_mean is over_rows


def test_two_checks_at_once_leave_the_learners_helper_in_place(exercise, monkeypatch):
    monkeypatch.setitem(globals(), "plain_mean", over_rows)
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(verdict(exercise, doubled_mean)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and plain_mean is over_rows


def test_several_helpers_are_named_together(exercise):
    right = judge(exercise, Local(exercise.right))
    wrong = [judge(exercise, Local(over_rows)).but(exercise=name) for name in ("one", "other")]
    result = inherited(right, wrong)
    assert "your `one` and `other`, which it calls, are what is wrong" in result.message
    assert result.next == "check(one) and check(other)"


def test_only_helpers_that_could_be_replaced_are_named(exercise):
    result = judge(exercise, Local(over_rows, name=exercise.name))
    right = judge(exercise, Local(exercise.right))
    wrong = [judge(exercise, Local(over_rows)).but(exercise=name) for name in ("one", "other")]
    found = on_right_helpers(result, wrong, nullcontext({"other"}), lambda: right)
    assert "your `other`, which it calls, is what is wrong" in found.message
    assert on_right_helpers(result, wrong, nullcontext(set()), lambda: right) is result
    stub = right.but(status="unsolved")
    assert on_right_helpers(result, wrong, nullcontext({"one"}), lambda: stub) is result


def test_a_helper_whose_own_check_fails_is_not_called_wrong(exercise, monkeypatch):
    def broken(answer, rng):
        raise RuntimeError("of the script's own")

    monkeypatch.setitem(globals(), "plain_mean", over_rows)
    monkeypatch.setattr(REGISTRY["plain_mean"], "script", broken)
    result = verdict(exercise, doubled_mean)
    assert result.passed and "is not judged, for the check itself failed" in result.message


def test_a_helper_that_is_right_but_for_its_own_helper_is_not_blamed(exercise, monkeypatch):
    def plain_sum(x):
        """(N, D) -> (D,)"""
        return x.sum(0)

    made(monkeypatch, plain_sum)
    monkeypatch.setitem(globals(), "plain_sum", over_rows)
    monkeypatch.setitem(globals(), "plain_mean", built_mean)
    result = verdict(exercise, doubled_mean)
    assert result.passed
    assert "your `plain_sum`, which it calls, is what is wrong" in result.message
    assert "plain_mean" not in result.message and result.next == "check(plain_sum)"
