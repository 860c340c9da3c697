import pytest

from coursekit.checking import REGISTRY, Local, judge, validate
from coursekit.checking import exercise as define
from coursekit.checking.expected import expected
from coursekit.checking.trace import observe
from tests.checking import toy


@pytest.fixture
def make(monkeypatch):
    def made(**options):
        exercise = toy.make(**options)
        monkeypatch.setitem(REGISTRY, exercise.name, exercise)
        return exercise

    expected.cache_clear()
    yield made
    expected.cache_clear()


def test_a_fit_exercise_has_no_problems(make):
    assert validate(make()) == []


def test_a_mistake_that_is_right_is_refused(make):
    exercise = make()
    exercise.mistake("This is right.")(lambda x, factor: x.mean(0) * factor)
    assert any("equals the right answer" in p for p in validate(exercise))


def test_two_mistakes_that_cannot_be_told_apart_are_refused(make):
    exercise = make()

    @exercise.mistake("The same again.")
    def factorless(x, factor):
        return x.mean(0)

    assert any("'no_factor' and 'factorless' apart" in p for p in validate(exercise))


def test_an_alternative_that_is_wrong_is_refused(make):
    exercise = make()
    exercise.alternative(toy.opposite)
    assert any("'opposite' is not accepted" in p for p in validate(exercise))


def test_an_endless_case_that_is_not_there_is_refused(make):
    assert any("'a thrid'" in p for p in validate(make(endless="a thrid")))
    assert validate(make(endless="a second, taller one")) == []


def test_right_within_the_tolerance_is_right_enough_for_an_endless_case(monkeypatch):
    monkeypatch.setitem(REGISTRY, "scaled_mean", None)  # so that it is taken out again
    last = "a second, taller one"
    made = define(cases=toy.cases, hints=toy.HINTS, endless=last, rtol=0.01)(toy.scaled_mean)
    near, far = (Local(lambda x, f, by=by: by * f * x.mean(0), name="scaled_mean")
                 for by in (1.001, 1.1))  # fmt: skip
    assert judge(made, near).passed
    assert observe(made, far, 0).labels == ("a first matrix",)


def test_hints_docstring_and_sentences_are_needed(make):
    exercise = make()
    exercise.hints = ("one", "two", " ")
    exercise.mistake("no sentence")(lambda x, factor: x)
    problems = " ".join(validate(exercise))
    assert "three hints" in problems and "not a sentence" in problems
