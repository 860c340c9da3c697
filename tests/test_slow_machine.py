"""A machine slower than every limit refuses no right answer, and keeps no zero.

Limits are lowered to 0.2 s of computing and 1.2 s of waiting; one thing at a time is slower than
that: the course's own answers, an import that an answer waits for, the disk.
"""

import builtins
import functools
import io
import json
import sys
import time
from importlib import abc

import pytest
from grading.make_submissions import REPO

from coursekit import exercises
from coursekit.checking import AnswerTimeout, Exercise, Local, judge
from coursekit.checking.expected import expected
from coursekit.checking.limits import guard
from coursekit.checking.panel import text

LIMIT = 0.2
SLOW = LIMIT * guard.PATIENCE + 0.1
SEED = 20_26  # no other test's, so that nothing is known of it yet
EXERCISES = {n: t for n, t in exercises.load().items() if isinstance(t, Exercise)}


def computes(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def slowed(function, wait, times=1):
    """The function or class, slow at its first calls."""
    left = [None] * times

    def before():
        if left:
            left.pop()
            wait()

    if isinstance(function, type):

        def made(self, *arguments, **options):
            before()
            function.__init__(self, *arguments, **options)

        return type(function.__name__, (function,), {"__init__": made})

    @functools.wraps(function)
    def called(*arguments, **options):
        before()
        return function(*arguments, **options)

    return called


@pytest.fixture(autouse=True)
def nothing_known():
    expected.cache_clear()
    yield
    expected.cache_clear()


def right_answers(exercise):
    return {exercise.name: exercise.right, **exercise.alternatives}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_a_reference_that_computes_for_longer_than_the_limit_costs_nobody(exercise, monkeypatch):
    answers = right_answers(exercise)
    monkeypatch.setattr(exercise, "right", slowed(exercise.right, lambda: computes(LIMIT + 0.1)))
    for name, function in answers.items():
        result = judge(exercise, Local(function, name=exercise.name, timeout=2.0), seed=SEED)
        assert result.passed, f"{name}: {text(result)}"


def test_a_reference_that_sleeps_for_longer_than_every_limit_costs_nobody(monkeypatch):
    """As a disk or a neighbour makes it; once, for each sleeps a second."""
    for name in ("batch_norm", "BatchNorm", "welford_update", "forward_stats"):
        exercise = EXERCISES[name]
        right = exercise.right
        monkeypatch.setattr(exercise, "right", slowed(right, lambda: time.sleep(SLOW)))
        result = judge(exercise, Local(right, name=name, timeout=LIMIT), seed=SEED)
        assert result.passed, text(result)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_a_mistake_that_is_cut_short_names_nothing_and_is_not_remembered(exercise, monkeypatch):
    name, mistake = next(iter(exercise.mistakes.items()))
    theirs = Local(mistake.function, name=exercise.name)
    behaviour = expected(exercise, name, SEED)
    monkeypatch.setattr("coursekit.checking.expected.TIME", LIMIT)
    plain = behaviour.function

    def late(*arguments, **options):
        raise AnswerTimeout("no answer within 0.2 s")

    behaviour.function = late
    first = judge(exercise, theirs, seed=SEED)
    assert not first.passed and first.status != "judge_failed" and first.diagnosis != name
    behaviour.function = plain
    assert judge(exercise, theirs, seed=SEED).diagnosis == name


class SlowImports(abc.MetaPathFinder):
    """Each library's first import waits longer than every limit."""

    def __init__(self):
        self.seen = {name.partition(".")[0] for name in sys.modules}
        self.waited = []

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in self.seen:
            self.seen.add(top)
            self.waited.append(top)
            time.sleep(SLOW)


@pytest.fixture
def slow_imports(monkeypatch):
    finder = SlowImports()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    return finder


def test_no_right_answer_waits_for_an_import_in_vain(slow_imports):
    for exercise in EXERCISES.values():
        for name, function in right_answers(exercise).items():
            result = judge(exercise, Local(function, name=exercise.name, timeout=2.0), seed=SEED)
            assert result.passed, f"{name}: {text(result)} {slow_imports.waited}"


def test_an_answer_that_imports_something_slow_is_tried_once_more(
    slow_imports, monkeypatch, tmp_path
):
    (tmp_path / "slow_library.py").write_text("half = 0.5")
    monkeypatch.syspath_prepend(tmp_path)

    def batch_mean(x):
        from slow_library import half

        return x.sum(0) / len(x) * 2 * half

    answer = Local(batch_mean, timeout=LIMIT)
    result = judge(EXERCISES["batch_mean"], answer, seed=SEED)
    assert slow_imports.waited == ["slow_library"] and result.passed, text(result)


def test_a_slow_disk_costs_nobody(monkeypatch):
    for module, name in ((builtins, "open"), (io, "open_code")):
        slow = slowed(getattr(module, name), lambda: time.sleep(SLOW), times=3)
        monkeypatch.setattr(module, name, slow)
    for exercise in list(EXERCISES.values())[::6]:
        result = judge(exercise, Local(exercise.right, timeout=2.0), seed=SEED)
        assert result.passed, text(result)


WAITS = """
import sys, time
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "colorsys":
            time.sleep({seconds})
sys.meta_path.insert(0, Slow())
"""
IMPORTS = """def batch_mean(x):
    import colorsys
    return x.mean(axis=0)
"""


@pytest.mark.needs("bwrap")
def test_a_zero_for_waiting_is_not_kept(tmp_path):
    """In the grader: each restart of a box has its imports still to do."""
    from coursekit.grading import grade

    lesson = "01_mean_and_variance"
    book = json.loads((REPO / "solutions" / f"{lesson}.ipynb").read_text("utf-8"))
    for cell in book["cells"]:
        if cell["id"] == "batch_mean":
            cell["source"] = WAITS.format(seconds=12) + IMPORTS
    (tmp_path / "in" / "ada").mkdir(parents=True)
    (tmp_path / "in" / "ada" / f"{lesson}.ipynb").write_text(json.dumps(book))
    options = {"timeout": 1.0, "total": 20.0, "seed": 7}
    first = grade(tmp_path / "in", tmp_path / "out", **options).submissions[0]
    waited = next(r for r in first.results if r.exercise == "batch_mean")
    assert waited.status == "timeout" and "most of which it waited" in waited.message
    assert first.again
    begun = time.monotonic()
    again = grade(tmp_path / "in", tmp_path / "out", **options).submissions[0]
    assert time.monotonic() - begun > 5 and again.again, "it was judged once more"
