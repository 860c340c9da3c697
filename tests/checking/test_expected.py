import numpy as np
import pytest

from coursekit.checking import REGISTRY, Exercise, Local, judge
from coursekit.checking.expected import Behaviour, expected
from coursekit.checking.trace import observe
from tests.checking import toy

STEPS = 10


@pytest.fixture
def exercise(monkeypatch):
    """Counts to ten; `late` is wrong at the last number only. `calls` holds who was asked what."""
    calls = []

    def counted(answer, rng):
        for n in range(STEPS):
            answer.doing = f"n = {n}"
            yield answer.doing, answer(float(n))

    def count(n):
        """n -> n"""
        return n

    made = Exercise(count, counted, ("nudge", "question", "___"))

    @made.mistake("Wrong from the start.")
    def early(n):
        calls.append(("early", n))
        return n + 1

    @made.mistake("Wrong at the end.")
    def late(n):
        calls.append(("late", n))
        return n if n < STEPS - 1 else 0.0

    made.calls = calls
    monkeypatch.setitem(REGISTRY, "count", made)
    expected.cache_clear()
    yield made
    expected.cache_clear()


def asked(exercise, name):
    return [n for who, n in exercise.calls if who == name]


def wrong_at(place):
    return lambda n: n + 0.5 if n == place else n


def test_a_right_answer_runs_no_mistake(exercise):
    assert judge(exercise, Local(lambda n: n, name="count")).passed
    assert exercise.calls == []


def test_a_mistake_runs_only_until_it_parts_from_the_answer(exercise):
    mine = observe(exercise, Local(wrong_at(3), name="count"), 0)
    assert not any(Behaviour(exercise, name, 0).equals(mine) for name in ("early", "late"))
    assert asked(exercise, "early") == [0] and asked(exercise, "late") == [0, 1, 2, 3]


def test_what_was_seen_serves_the_next_answer_and_goes_on_where_it_must(exercise):
    judge(exercise, Local(wrong_at(3), name="count"))
    exercise.calls.clear()
    judge(exercise, Local(wrong_at(2), name="count"))
    assert exercise.calls == []
    result = judge(exercise, Local(exercise.mistakes["late"].function, name="count"))
    assert result.diagnosis == "late"
    exercise.calls.clear()
    judge(exercise, Local(wrong_at(STEPS - 1), name="count"))
    assert exercise.calls == []


def test_an_answer_that_stops_early_equals_no_longer_one(exercise):
    def stops(n):
        return n if n < 2 else 1 / 0

    mine = observe(exercise, Local(stops, name="count"), 0)
    late = Behaviour(exercise, "late", 0)
    assert not late.equals(mine) and late.seen.parted
    assert len(late.seen.steps) == 3
    assert not late.trace().parted and len(late.trace().steps) == STEPS
    assert not late.equals(mine)
    assert late.equals(observe(exercise, Local(exercise.mistakes["late"].function), 0))


def test_a_random_answer_is_watched_no_longer_than_it_takes(exercise):
    seen = []

    def random(n):
        seen.append(n)
        return np.random.default_rng().random()

    assert judge(exercise, Local(random, name="count")).rung == "deterministic"
    assert len(seen) == STEPS + 1


def test_an_exercise_defined_anew_is_judged_by_its_new_answer(monkeypatch):
    """As in an author's notebook, where a cell is edited and run again."""
    first, second = toy.make(), toy.make()
    second.right = toy.opposite
    for exercise in (first, second):
        monkeypatch.setitem(REGISTRY, exercise.name, exercise)
        assert judge(exercise, Local(exercise.right, name=exercise.name)).passed
    assert not judge(second, Local(first.right, name=second.name)).passed


def test_an_error_that_a_mistake_raises_once_is_not_remembered(monkeypatch):
    exercise, failed = toy.make(), []

    @exercise.mistake("You averaged everything.")
    def flat(x, factor):
        if not failed:
            failed.append(True)
            raise OSError("the disk was full")
        return factor * x.mean()

    wrong = Local(lambda x, factor: factor * x.mean(), name=exercise.name)
    mine, raised = observe(exercise, wrong, 0), Behaviour(exercise, "flat", 0)
    assert [raised.equals(mine) for _ in range(2)] == [False, True]
    assert judge(exercise, wrong).diagnosis == "flat"
