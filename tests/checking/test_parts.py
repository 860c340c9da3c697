"""A long exercise in parts: each alone, each mistake in its own, and the points of the whole."""

import itertools
import os
import time
from functools import lru_cache

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Exercise, Local, in_parts, judge, validate
from coursekit.checking.expected import expected
from coursekit.checking.panel import html, text
from coursekit.checking.parts import alone, told_apart
from coursekit.checking.task import PUBLIC_SEED, REGISTRY
from coursekit.grading.gradebook.stored import from_text, to_text
from coursekit.grading.reports.results import SubmissionReport

LAYERS = {n: exercises.find(n) for n in ("BatchNorm1d", "BatchNorm")}
ALL = [t for t in exercises.load().values() if isinstance(t, Exercise)]
each = pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)


def by_itself(layer, part, function):
    answer = Local(function, name=layer.name)
    return told_apart(layer, part, answer, judge(alone(layer, part), answer))


@lru_cache(maxsize=1024)
def shows_in(layer, mistake):
    """The parts that a mistake fails, in their order: those whose scripts see it."""

    def trace(part, name):
        return expected(alone(layer, part), name, PUBLIC_SEED)

    return tuple(p for p in layer.parts if not trace(p, mistake).equals(trace(p, "").trace()))


def verdict(layer, function, seed=0):
    return judge(layer, Local(function, name=layer.name), seed=seed)


def test_these_exercises_have_parts_and_no_other_has():
    """And the two of lesson 17 that have a point for each thing that is to be named."""
    assert {t.name for t in ALL if t.parts} == {*LAYERS, "named", "court"}


@each
def test_the_points_of_the_parts_are_those_of_the_whole(layer):
    assert sum(points for points, _ in layer.parts.values()) == layer.points
    wrong = validate(Exercise(**{**vars(layer), "points": layer.points + 1}))
    assert any("do not add up" in words for words in wrong)


@each
def test_every_right_answer_passes_each_part(layer):
    for function in (layer.right, *layer.alternatives.values()):
        for part in layer.parts:
            result = by_itself(layer, part, function)
            assert result.passed and result.score == result.max == layer.parts[part][0], part
        whole = verdict(layer, function)
        assert whole.passed and [p.name for p in whole.parts] == list(layer.parts)
        assert whole.score == sum(p.score for p in whole.parts)


@each
def test_a_mistake_shows_in_some_part_and_each_part_has_mistakes_of_its_own(layer):
    shown = {name: shows_in(layer, name) for name in layer.mistakes}
    assert all(shown.values())
    for part in layer.parts:
        mine = [name for name, parts in shown.items() if parts == (part,)]
        assert mine or part == "state_dict", f"nothing goes wrong in {part} alone"
        assert sum(part in parts for parts in shown.values()) >= 3


@each
def test_a_mistake_is_named_in_the_parts_that_see_it_and_costs_these_alone(layer):
    for number, (name, mistake) in enumerate(layer.mistakes.items()):
        lost = shows_in(layer, name)
        for part in lost if number % 4 == 0 else ():
            found = by_itself(layer, part, mistake.function)
            assert not found.passed and found.diagnosis == name, (part, text(found))
        whole = verdict(layer, mistake.function)
        assert tuple(p.name for p in whole.parts if p.status != "passed") == lost
        assert whole.score == sum(p.score for p in whole.parts) < whole.max
        assert all(p.score == p.max for p in whole.parts if p.name not in lost)


@each
def test_what_a_part_earns_alone_it_earns_in_the_whole(layer):
    for name in list(layer.mistakes)[::5]:
        function = layer.mistakes[name].function
        whole = verdict(layer, function)
        for part in whole.parts:
            result = by_itself(layer, part.name, function)
            assert (result.score, result.status, result.max) == (part.score, part.status, part.max)


@each
def test_a_part_alone_is_run_no_second_time(layer, monkeypatch):
    part = next(iter(layer.parts))
    for function in (layer.right, half_written(layer), lambda: None):
        answer = Local(function, name=layer.name)
        result = judge(alone(layer, part), answer)
        monkeypatch.setattr("coursekit.checking.parts.tried", lambda *_: 1 / 0)
        found = told_apart(layer, part, answer, result)
        assert (found.score, found.status, found.rung) == (
            result.score,
            result.status,
            result.rung,
        )
        monkeypatch.undo()
    assert (found.status, found.rung) == ("failed", "signature")


def half_written(layer):
    """A layer whose first part is written, and nothing after it."""

    class Half(layer.right):
        def __call__(self, *args, **options):
            raise NotImplementedError

        forward = __call__

    return Half


@each
@pytest.mark.parametrize("seed", [0, 5])
def test_who_has_written_one_part_has_its_points(layer, seed):
    result = verdict(layer, half_written(layer), seed)
    first, *others = result.parts
    assert first.status == "passed" and result.score == first.score == 1
    assert {part.status for part in others} == {"unsolved"} and result.status == "partial"
    assert result.message == f"not all of it is written yet: {', '.join(p.name for p in others)}."
    assert by_itself(layer, first.name, half_written(layer)).passed


@each
def test_a_stub_has_no_parts_to_tell_of(layer):
    class Stub:
        def __init__(self, num_features, eps=1e-5, momentum=0.1, *args, **options):
            raise NotImplementedError

    result = verdict(layer, Stub)
    assert (result.status, result.score, result.parts) == ("unsolved", 0, ())


@each
def test_the_panel_has_a_line_for_each_part(layer):
    result = verdict(layer, half_written(layer))
    first, second, *_ = layer.parts
    assert f"  Part       ✓ {first}: passed, 1 of 1 point\n" in text(result)
    assert f"  Part       ○ {second}: not written yet, 0 of 1 point\n" in text(result)
    assert html(result).count("<dt>Part</dt>") == len(layer.parts)
    alone = text(by_itself(layer, first, layer.right))
    assert alone.startswith(f"✓ {layer.name}, {first}: passed")
    assert f'check({layer.name}, part="{second}")' in alone
    *_, last = layer.parts
    assert f"Next       check({layer.name})" in text(by_itself(layer, last, layer.right))


# -- three parts of a toy, every outcome of each ------------------------------------------------


def tail(answer, rng):
    yield "the last", answer(rng.standard_normal(3))["last"]


def toy(**points):
    def script(name):
        def observed(answer, rng):
            answer.doing = name
            yield name, answer(rng.uniform(1, 2, 4), name)

        return observed

    def answer(x, name):
        return x.sum() if name != "c" else x

    answer.__module__ = __name__
    parts = in_parts(**{name: (p, script(name)) for name, p in points.items()})
    return Exercise(answer, hints=("a", "b", "c"), **parts)


def ending(kind, right):
    def does(x, name):
        outcome = kind[name]
        if outcome == "raises":
            raise ValueError("no")
        if outcome == "unwritten":
            raise NotImplementedError
        value = right(x, name)
        return {"right": value, "wrong": value + 1, "shape": value[None, ...]}[outcome]

    return does


OUTCOMES = ("right", "wrong", "raises", "shape")


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("kinds", list(itertools.product(OUTCOMES, repeat=3)), ids="-".join)
def test_the_points_of_three_parts_add_up_whatever_comes_of_each(kinds, seed):
    made = toy(a=0.1, b=0.2, c=0.7)
    kind = dict(zip("abc", kinds, strict=True))
    earned = {"right": 1, "shape": 0.5}
    result = judge(made, Local(ending(kind, made.right), name="answer"), seed=seed)
    due = sum(p * earned.get(kind[n], 0) for n, (p, _) in made.parts.items())
    assert result.score == pytest.approx(due) and result.max == 1
    assert result.passed == (kinds == ("right",) * 3)
    assert result.status in ("passed", "partial", "failed", "error")
    assert (result.status == "partial") == (0 < due < 1)


def test_what_hangs_or_ends_the_process_costs_its_own_part(monkeypatch):
    monkeypatch.setattr("coursekit.checking.parts.SHORT", 0.2)
    made = toy(a=1, b=1, c=1)

    def hangs(x, name):
        while name == "b":
            pass
        return made.right(x, name)

    def ends(x, name):
        return os._exit(3) if name == "b" else made.right(x, name)

    for does, status in ((hangs, "timeout"), (ends, "error")):
        result = judge(made, Local(does, name="answer", timeout=0.5))
        assert [p.status for p in result.parts] == ["passed", status, "passed"]
        assert (result.status, result.score, result.again) == ("partial", 2, False)


@pytest.mark.parametrize("hanging", ["a", "bc", "abc"])
def test_what_hangs_costs_no_part_that_is_only_slow_its_points(hanging, monkeypatch):
    monkeypatch.setattr("coursekit.checking.parts.SHORT", 0.1)
    monkeypatch.setattr("coursekit.checking.parts.TOGETHER", 1.2)
    made = toy(a=1, b=1, c=1, slow=1)

    def does(x, name):
        while name in hanging:
            pass
        end = time.thread_time() + 0.25 * (name == "slow")
        while time.thread_time() < end:
            pass
        return made.right(x, name)

    begun = time.process_time()
    result = judge(made, Local(does, name="answer", timeout=1.0))
    spent = time.process_time() - begun
    assert {p.name for p in result.parts if p.status == "timeout"} == set(hanging)
    assert {p.name for p in result.parts if p.status == "passed"} == set(made.parts) - set(hanging)
    assert result.again, "it had fewer seconds than are normal"
    assert spent < 1.0 + 4 * 0.1 + 1.2 + 1.5


def test_the_sum_of_points_is_exact():
    parts = {name: (0.1, tail) for name in "abcdefghij"}
    assert in_parts(**parts)["points"] == 1.0


def test_a_part_that_the_judge_fails_at_is_no_verdict_on_the_whole(monkeypatch):
    made = toy(a=1, b=1)
    monkeypatch.setattr("coursekit.checking.parts.first_difference", lambda *_: 1 / 0)
    result = judge(made, Local(lambda x, name: np.zeros(7), name="answer"))
    assert (result.status, result.score) == ("judge_failed", 0) and result.again


def test_an_exercise_in_parts_is_registered_like_any_other():
    for name, layer in LAYERS.items():
        assert REGISTRY[name] is layer and alone(layer, next(iter(layer.parts))) is not layer


def test_a_report_keeps_the_points_of_the_parts():
    layer = LAYERS["BatchNorm1d"]
    result = verdict(layer, layer.mistakes["eps_outside"].function, seed=9)
    about = ("ada", layer.lesson, "07.ipynb", "graded")
    report = SubmissionReport(*about, results=(result,), shown=(result,))
    kept = from_text(to_text(report))
    assert kept.results[0].parts == result.parts and kept.score == report.score == 2
    [entry] = report.as_json()["exercises"]
    assert entry["parts"] == {"state": 1, "forward": 0, "statistics": 1, "evaluation": 0}
