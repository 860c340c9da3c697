"""What fails on the judge's side is no verdict: it is said, nothing is scored, nothing is kept."""

import time

import numpy as np
import pytest

import coursekit
from coursekit.checking import REGISTRY, AnswerError, Exercise, Local, judge, validate
from coursekit.checking.expected import expected
from coursekit.checking.panel import html, text
from coursekit.checking.trace import Trace, equal, same_words
from coursekit.errors import JudgeError
from coursekit.learning.attempts import Attempts
from tests.checking import toy


def right(x, factor):
    return factor * x.mean(0)


def verdict(exercise, function, **options):
    return judge(exercise, Local(function, name=exercise.name), **options)


@pytest.fixture
def scripted(monkeypatch):
    """An exercise whose script is given; only what it registers is known of it."""

    def made(script, function=None, **options):
        def pair(x):
            """x -> (its mean, its spread)"""
            return x.mean(), np.ptp(x)

        exercise = Exercise(function or pair, script, toy.HINTS, **options)
        monkeypatch.setitem(REGISTRY, exercise.name, exercise)
        expected.cache_clear()
        return exercise

    yield made
    expected.cache_clear()


def unpacks(answer, rng):
    answer.doing = "one call"
    mean, spread = answer(rng.standard_normal(5))
    yield "mean", mean
    yield "spread", spread


def is_no_verdict(result):
    assert (result.status, result.score, result.rung) == ("judge_failed", 0, "")
    assert result.again and not result.passed and result.diagnosis is None
    said = text(result)
    assert said.startswith("!") and "the check itself failed" in said and "✗" not in said
    assert "report" in result.next and "ckp-judge_failed" in html(result)


def test_a_reference_that_raises_is_said_and_not_remembered(toy_exercise, monkeypatch):
    def scaled_mean(x, factor):
        raise OSError("the disk is away")

    monkeypatch.setattr(toy_exercise, "right", scaled_mean)
    result = verdict(toy_exercise, right)
    is_no_verdict(result)
    assert (
        "the right answer stops at 'a first matrix'" in result.message
        and "the disk is away" in result.message
    )
    monkeypatch.setattr(toy_exercise, "right", toy.scaled_mean)
    assert verdict(toy_exercise, right).status == "judge_failed", "the behaviour holds the function"
    expected.cache_clear()
    assert verdict(toy_exercise, right).passed


def test_a_reference_that_fails_once_fails_once(toy_exercise, monkeypatch):
    left = [1]

    def scaled_mean(x, factor):
        if left:
            left.pop()
            raise OSError("away for a moment")
        return factor * x.mean(0)

    monkeypatch.setattr(toy_exercise, "right", scaled_mean)
    is_no_verdict(verdict(toy_exercise, right))
    assert verdict(toy_exercise, right).passed


@pytest.mark.parametrize("error", [MemoryError, RecursionError, OSError, AssertionError, KeyError])
def test_cases_that_raise_are_the_judges_failure(scripted, error):
    def script(answer, rng):
        answer.doing = "first"
        yield "mean", answer(np.arange(3.0))[0]
        raise error("of the script's own")

    exercise = scripted(script)
    result = verdict(exercise, lambda x: (x.mean(), np.ptp(x)))
    is_no_verdict(result)
    assert error.__name__ in result.message and "while trying: first" in result.message


def test_a_comparison_that_raises_is_the_judges_failure(toy_exercise, monkeypatch):
    def breaks(*arguments, **options):
        raise ZeroDivisionError("in a comparison")

    monkeypatch.setattr("coursekit.checking.trace.compare", breaks)
    is_no_verdict(verdict(toy_exercise, right))


def test_a_diagnosis_that_raises_changes_no_verdict(toy_exercise, monkeypatch):
    def breaks(*arguments, **options):
        raise ZeroDivisionError("in a diagnosis")

    monkeypatch.setattr("coursekit.checking.failing.diagnose", breaks)
    result = verdict(toy_exercise, toy.opposite)
    assert (result.status, result.rung) == ("failed", "values") and result.diagnosis is None


@pytest.mark.parametrize(
    "function, rung, words",
    [
        (lambda x: x.mean(), "structure", "one call: 2 values (value 1, value 2) were asked for"),
        (lambda x: None, "structure", "one call: your answer is None"),
        (lambda x: (1.0, 2.0, 3.0), "structure", "2 values were asked for; you gave 3"),
        (lambda x: object(), "structure", "were asked for"),
    ],
)
def test_a_script_that_cannot_go_on_with_an_answer_says_what_it_gave(
    scripted, function, rung, words
):
    result = verdict(scripted(unpacks), function)
    assert (result.status, result.rung) == ("failed", rung), result.message
    assert words in result.message and not result.again


def test_a_script_that_cannot_go_on_with_a_right_value_is_the_judges_failure(scripted):
    def script(answer, rng):
        answer.doing = "as a tuple"
        yield "hash", hash(answer(np.arange(3.0)))

    exercise = scripted(script, function=lambda x: (1.0, 2.0))
    exercise.right.__name__ = "pair"
    result = verdict(exercise, lambda x: [1.0, 2.0])  # as right as a tuple
    is_no_verdict(result)


def test_a_list_that_holds_itself_ends_no_judge(toy_exercise):
    def holds_itself(x, factor):
        found = []
        found.append(found)
        return found

    def dict_too(x, factor):
        found = {}
        found["me"] = found
        return found

    def deep(x, factor):
        found = []
        for _ in range(10**5):
            found = [found]
        return found

    for function in (holds_itself, dict_too, deep):
        result = verdict(toy_exercise, function)
        assert result.status == "error" and "cannot be looked at" in result.message


class Hostile:
    """Whatever it is asked, it raises."""

    def __getattribute__(self, name):
        raise ArithmeticError("no")

    def __len__(self):
        raise ArithmeticError("no")

    def __eq__(self, other):
        raise ArithmeticError("no")

    def __repr__(self):
        raise ArithmeticError("no")


def test_an_object_that_refuses_everything_ends_no_judge(toy_exercise):
    array = np.empty(2, object)
    array[0] = Hostile()
    for value in (Hostile(), [Hostile()], {"a": Hostile()}, array):
        result = verdict(toy_exercise, lambda x, factor, value=value: value)
        assert not result.passed and result.status in ("error", "failed"), result.message


def test_an_array_of_objects_is_told_as_that_and_not_as_a_change(toy_exercise):
    result = verdict(toy_exercise, lambda x, factor: np.array([None, x], object))
    assert result.rung == "structure" and "array of dtype object" in result.message


def test_a_value_that_was_never_stored_goes_by_its_label(scripted):
    def script(answer, rng):
        layer = answer()
        yield "running_mean after 0 steps", layer.get("running_mean")

    class Layer:
        """Holds its running mean."""

        def __init__(self):
            self.running_mean = np.zeros(3)

    class Other(Layer):
        def __init__(self):
            self.running_mean = None

    result = verdict(scripted(script, function=Layer), Other)
    assert "running_mean after 0 steps is None" in result.message
    assert "your answer" not in result.message


def error(kind, message, where=""):
    return AnswerError(kind, message, where)


def test_errors_are_the_same_where_their_words_or_their_line_are():
    a = error("ValueError", "shapes (5,3) (4,)", "line 2: return x + y")
    assert same_words(a, error("ValueError", "shapes (5,3) (4,)", "line 7: y = x + y"))
    assert same_words(a, error("ValueError", "anything else", "line 9: return x + y"))
    assert not same_words(a, error("ValueError", "a typing error of mine", "line 2: raise x"))
    assert not same_words(error("ValueError", "a"), error("ValueError", "b")), "no line is no line"
    assert same_words(error("E", "<f at 0x7f0012345678>"), error("E", "<f at 0x…>"))
    lacks = "missing 1 required positional argument: 'eps'"
    assert same_words(error("E", f"theirs() {lacks}"), error("E", f"Ours.__init__() {lacks}"))
    assert not same_words(error("E", "f() takes 2"), error("E", "f() takes 3"))


def test_two_traces_that_end_alike_are_equal_as_before(toy_exercise):
    a, b = (Trace((), error("ValueError", words), "x", frozenset()) for words in ("a", "b"))
    assert equal(toy_exercise, a, b)


def test_an_error_is_a_diagnosis_after_a_wrong_value_or_with_the_same_words(toy_exercise):
    @toy_exercise.mistake("You added four zeros.")
    def four(x, factor):
        return factor * x.mean(0) + np.zeros(4)

    result = verdict(toy_exercise, four)
    assert (result.status, result.diagnosis) == ("error", "four")

    def mine(x, factor):
        raise ValueError("of another kind")

    assert verdict(toy_exercise, mine).diagnosis is None

    @toy_exercise.mistake("You doubled, and stopped at the second.")
    def doubled(x, factor):
        if len(x) == 7:
            raise ValueError("too tall")
        return 2 * factor * x.mean(0)

    def doubles_too(x, factor):
        if len(x) == 7:
            raise ValueError("other words")
        return 2 * factor * x.mean(0)

    assert verdict(toy_exercise, doubles_too).diagnosis == "doubled"


def test_a_notebook_keeps_the_learners_work(toy_exercise, monkeypatch, own_workspace, capsys):
    def scaled_mean(x, factor):
        return factor * x.mean(0)

    def breaks(*arguments, **options):
        raise OSError("away")

    monkeypatch.setattr("coursekit.checking.ladder.first_difference", breaks)
    result = coursekit.check(scaled_mean)
    is_no_verdict(result)
    path = own_workspace / ".coursekit" / "progress.json"
    assert Attempts(path).by_name == {}, "not counted"
    assert coursekit.use(scaled_mean) is toy_exercise.right
    assert "the check of yours itself failed" in capsys.readouterr().out
    from coursekit.learning import score

    with pytest.raises(JudgeError, match="the check itself failed"):
        score(scaled_mean)


def test_a_pack_is_told_in_one_line_what_is_wrong_with_it(scripted):
    def script(answer, rng):
        yield "out", answer(np.arange(3.0)), "running"

    exercise = scripted(script, credit={"vlues": 0.5}, writes=("y",))
    said = "\n".join(validate(exercise))
    assert "'out' is on a rung 'running'; these are known: defined, callable" in said
    assert "credit is given on a rung that is not known: vlues" in said
    assert "writes names what is no argument of the right answer: 'y'" in said

    def needs(answer, rng):
        yield "out", answer.other("nobody")(np.arange(3.0))

    assert "your `nobody` is needed here too" in "\n".join(validate(scripted(needs)))

    def raises(answer, rng):
        yield "out", answer(np.arange(3.0)).no_such

    assert "cannot be tried on the right answer" in "\n".join(validate(scripted(raises)))


@pytest.mark.parametrize("home, name", [
    (np, "abs"), (np, "asarray"), (np, "isfinite"), (np, "isnan"), (np, "array_equal"),
    (np.random, "default_rng"), (time, "monotonic"), (time, "thread_time"), (time, "perf_counter"),
])  # fmt: skip
def test_what_an_answer_puts_into_a_module_spoils_no_later_check(monkeypatch, home, name):
    exercise = toy.make()
    monkeypatch.setattr(home, name, getattr(home, name))  # so that it is put back

    def patches(x, factor):
        setattr(home, name, None)
        return factor * x.mean(0)

    for answer in (patches, exercise.right):
        assert judge(exercise, Local(answer, name=exercise.name), seed=3).passed
    doubled = Local(lambda x, factor: 2 * factor * x.mean(0), name=exercise.name)
    assert judge(exercise, doubled, seed=3).status == "failed"
