import time

import numpy as np
import pytest

from coursekit.checking import AnswerTimeout, Local, failing, judge
from coursekit.checking.ladder import shape_story
from coursekit.checking.panel import html, text
from tests.checking import toy


@pytest.fixture
def exercise(toy_exercise):
    return toy_exercise


def verdict(exercise, function, **options):
    return judge(exercise, Local(function, name=exercise.name), **options)


def test_the_right_answer_passes_and_says_what_held(exercise):
    result = verdict(exercise, toy.scaled_mean)
    assert result.passed and result.score == 2
    assert result.verified == ("a first matrix", "a second, taller one")


def test_a_known_mistake_is_named(exercise):
    for name, mistake in exercise.mistakes.items():
        result = verdict(exercise, mistake.function)
        assert (result.status, result.score, result.diagnosis) == ("failed", 0, name)
        assert mistake.explanation in text(result) and mistake.explanation in html(result)


def test_an_unknown_mistake_shows_its_pattern(exercise):
    result = verdict(exercise, toy.opposite)
    assert result.diagnosis is None and "sign" in result.pattern
    assert "Ruled out" not in text(result)


def fails(*_, **__):
    raise ValueError("of the judge's own")


@pytest.mark.parametrize("lost", ["pattern", "spread", "outputs"])
def test_one_relation_that_cannot_be_looked_for_costs_no_other(exercise, monkeypatch, lost):
    def near_the_end(x, factor):
        return factor * x.mean(0) * (-1 if len(x) == 5 else 1)

    before = verdict(exercise, near_the_end)
    assert "sign" in before.pattern and "wrong only on" in before.pattern
    monkeypatch.setattr(failing, lost, fails)
    found = verdict(exercise, near_the_end)
    assert found.status == before.status
    assert ("sign" in found.pattern) is (lost != "pattern")
    assert ("wrong only on" in found.pattern) is (lost != "spread")


def test_neither_a_cause_nor_a_name_for_what_it_did_is_needed_for_a_verdict(exercise, monkeypatch):
    before = verdict(exercise, toy.opposite)
    for looked_for in ("diagnose", "imprecise", "behaviour"):
        monkeypatch.setattr(failing, looked_for, fails)
    found = verdict(exercise, toy.opposite)
    assert (found.status, found.message) == (before.status, before.message)
    assert found.behaviour == "" and found.diagnosis is None


def raises(x, factor):
    return x.mean(0) + np.ones(4)


def stub(x, factor):
    raise NotImplementedError


def in_place(x, factor):
    x *= factor
    return x.mean(0)


def row(x, factor):
    return factor * x.mean(0, keepdims=True)


def lacks_one(x):
    return x.mean(0)


def wants_more(x, factor, axis):
    return factor * x.mean(axis)


def nothing(x, factor):
    print(x.mean(0))


def not_a_number(x, factor):
    return x.mean(0) * np.nan


def quits(x, factor):
    raise SystemExit(0)


def deep(x, factor):
    return deep(x, factor)


def works_once(x, factor):
    return factor * np.add(x, np.zeros((5, 3))).mean(0)


@pytest.mark.parametrize(
    "function, status, rung, score, words",
    [
        (stub, "unsolved", "", 0, "not written yet"),
        (raises, "error", "runs", 0, "clash where 3 meets 4"),
        (in_place, "partial", "untouched", 1, "changed x in place"),
        (row, "partial", "shape", 1, "right values, wrong shape"),
        (lacks_one, "failed", "signature", 0, "no place for factor"),
        (wants_more, "failed", "signature", 0, "also needs axis"),
        (nothing, "failed", "structure", 0, "return"),
        (not_a_number, "failed", "finite", 0, "nan"),
        (quits, "error", "runs", 0, "SystemExit"),
        (deep, "error", "runs", 0, "RecursionError"),
        (works_once, "error", "runs", 0, "ValueError"),
    ],
)
def test_each_rung_stops_with_its_own_words(exercise, function, status, rung, score, words):
    result = verdict(exercise, function)
    assert (result.status, result.rung, result.score) == (status, rung, score)
    assert words in result.message
    assert result.next


def test_how_many_parameters_lack_is_not_told_where_inputs_are_hidden(exercise):
    told = {text(verdict(exercise, function, seed=5)) for function in (lambda x: x, lambda: 0)}
    assert len(told) == 1 and "yours does not take as many" in told.pop()


@pytest.mark.parametrize("words", ["", "ends with a stop.", "does it?", "blanks at the end  "])
def test_what_an_error_says_is_one_sentence(exercise, words):
    def complains(x, factor):
        raise ValueError(words)

    shown = text(verdict(exercise, complains))
    assert "ValueError" in shown and ".." not in shown and "?." not in shown and " ." not in shown


def test_a_sequence_in_an_array_is_told_with_one_full_stop(exercise):
    result = verdict(exercise, lambda x, factor: np.array(x.mean(0)).__setitem__(0, [1, 2]))
    assert "with a sequence." in result.message and ".." not in result.message


def test_a_random_answer_is_told_that_it_changes(exercise):
    result = verdict(exercise, lambda x, factor: x.mean(0) * np.random.default_rng().random())
    assert result.rung == "deterministic" and not result.passed


def test_an_answer_that_is_right_only_the_first_time_does_not_pass(exercise):
    calls = []

    def forgets(x, factor):
        calls.append(1)
        return factor * x.mean(0) * (1 if len(calls) <= 2 else 2)

    assert verdict(exercise, forgets).rung == "deterministic"


def test_an_endless_answer_is_stopped(exercise):
    def endless(x, factor):
        while True:
            pass

    started = time.process_time()
    result = judge(exercise, Local(endless, name=exercise.name, timeout=0.2))
    assert result.status == "timeout" and "within 0.2 s" in result.message
    assert time.process_time() - started < 1


def test_an_answer_that_is_wrong_and_then_endless_is_waited_for_once(exercise):
    def wrong_then_endless(x, factor):
        while len(x) == 7:
            pass
        return 3 * x.mean(0)

    started = time.process_time()
    result = judge(exercise, Local(wrong_then_endless, name=exercise.name, timeout=1.0))
    assert result.status == "failed" and "× 1.5 everywhere" in result.pattern
    assert time.process_time() - started < 1.8


def test_a_missing_answer_is_missing_and_not_wrong(exercise):
    result = judge(exercise, None)
    assert (result.status, result.rung) == ("missing", "defined")


def test_forbidden_names_are_found_in_the_source(exercise):
    source = "from coursekit import norms\ndef scaled_mean(x, factor):\n    return norms.mean(x)"
    result = verdict(exercise, toy.scaled_mean, source=source)
    assert result.status == "forbidden" and "line 3 uses coursekit.norms.mean" in result.message


def test_hidden_inputs_are_not_shown(exercise):
    public, hidden = verdict(exercise, toy.opposite), verdict(exercise, toy.opposite, seed=7)
    assert public.difference.yours in text(public)
    for shown in (text(hidden), html(hidden)):
        assert hidden.difference.yours not in shown and hidden.difference.expected not in shown
        assert "a first matrix" not in shown


def test_the_input_returned_is_named(exercise):
    assert verdict(exercise, lambda x, factor: x).diagnosis == "returns_input"


def test_a_forgotten_return_is_told_before_anything_runs(exercise):
    source = "def scaled_mean(x, factor):\n    print(factor * x.mean(0))"
    result = verdict(exercise, nothing, source=source)
    assert result.rung == "structure" and "no `return`" in result.message


def test_what_worked_before_an_error_is_told(exercise):
    assert "It worked on: a first matrix." in verdict(exercise, works_once).message


def test_a_trial_that_ends_early_is_never_a_pass(exercise):
    right = exercise.script

    def gives_up(answer, rng):
        for n, step in enumerate(right(answer, rng)):
            if n and answer.name == "scaled_mean" and answer.function is shy:
                return
            yield step

    def shy(x, factor):
        return factor * x.mean(0)

    exercise.script = gives_up
    result = verdict(exercise, shy)
    assert (result.status, result.rung) == ("failed", "structure")
    assert "after: a first matrix" in result.message


def test_credit_is_earned_by_what_comes_before_the_failing_rung(exercise):
    exercise.credit = {"values": 0.25}
    result = verdict(exercise, toy.opposite)
    assert (result.status, result.score) == ("partial", 0.5)
    assert verdict(exercise, not_a_number).score == 0


def test_the_inputs_follow_the_seed_and_nothing_else(exercise):
    seen = []

    def spy(x, factor):
        seen.append(float(x[0, 0]))
        return factor * x.mean(0)

    for seed in (1, 1, 2):
        verdict(exercise, spy, seed=seed)
    first, second = seen[0::4], seen[1::4]
    assert first[0] == first[1] != first[2] and second[0] == second[1] != second[2]


def test_shape_story_says_nothing_where_it_knows_nothing():
    assert shape_story("division by zero") == ""
    assert "axis −2" in shape_story("operands could not be broadcast: shapes (5,3) (4,3)")


def test_a_slow_right_answer_is_not_called_unsteady(exercise):
    """In the grader all calls share one limit; the second look may run out of it."""
    calls = []

    def tired(x, factor):
        calls.append(1)
        if len(calls) > 2:
            raise AnswerTimeout("no answer within 10 s")
        return factor * x.mean(0)

    assert verdict(exercise, tired).passed
