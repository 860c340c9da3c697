import numpy as np
import pytest

from coursekit.checking import REGISTRY, quiz
from coursekit.errors import ExerciseError

OPTIONS = {"a": ("yes", "Because."), "b": ("no", "That would need M.")}


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr("coursekit.checking.task.REGISTRY", dict(REGISTRY))


def test_every_option_answers_with_its_own_reason():
    asked = quiz("toy_quiz", "Is it?", OPTIONS, answer="a")
    assert asked.judge("A ").passed and "Because." in asked.judge("a").message
    wrong = asked.judge("b")
    assert not wrong.passed and wrong.diagnosis == "b" and "need M" in wrong.message
    assert wrong.max == 0


@pytest.mark.parametrize("value", ["c", 1, None, np.zeros(3).tolist, ""])
def test_what_is_no_option_is_never_a_pass(value):
    result = quiz("toy_quiz", "Is it?", OPTIONS, answer="a").judge(value)
    assert result.status == "failed" and "one of 'a', 'b'" in result.message


def test_an_ellipsis_is_calm():
    assert quiz("toy_quiz", "Is it?", OPTIONS, answer="a").judge(...).status == "unsolved"


def test_a_question_lists_its_options():
    assert "- **b** no" in quiz("toy_quiz", "Is it?", OPTIONS, answer="a").markdown()


def test_a_quiz_without_reasons_or_answer_is_refused():
    with pytest.raises(ExerciseError, match="not among its options"):
        quiz("toy_quiz", "Is it?", OPTIONS, answer="z")
    with pytest.raises(ExerciseError, match="say why for option a"):
        quiz("toy_quiz", "Is it?", {"a": ("yes", " ")}, answer="a")


@pytest.mark.parametrize("value", ["ac", "CA", "a, c", ["a", "c"], {"c", "a"}])
def test_several_right_letters_in_any_form(value):
    options = {**OPTIONS, "c": ("also", "So too.")}
    asked = quiz("toy_several", "Which?", options, answer="ac")
    assert asked.judge(value).passed and "every right one" in asked.markdown()


def test_some_of_several_right_letters_is_not_all():
    options = {**OPTIONS, "c": ("also", "So too.")}
    asked = quiz("toy_several", "Which?", options, answer="ac")
    assert "not all of it" in asked.judge("a").message and not asked.judge("a").passed
    assert "That would need M." in asked.judge("ab").message
    assert not asked.judge([1, "a"]).passed
