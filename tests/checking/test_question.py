import numpy as np
import pytest

from coursekit.checking import REGISTRY, manual, numeric, predict, quiz
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
    asked = predict("toy_guess", "How much?", truth=2.0, because="So it is.")
    assert asked.judge(...).status == "unsolved"


def test_a_question_lists_its_options():
    assert "- **b** no" in quiz("toy_quiz", "Is it?", OPTIONS, answer="a").markdown()


def test_a_quiz_without_reasons_or_answer_is_refused():
    with pytest.raises(ExerciseError, match="not among its options"):
        quiz("toy_quiz", "Is it?", OPTIONS, answer="z")
    with pytest.raises(ExerciseError, match="say why for option a"):
        quiz("toy_quiz", "Is it?", {"a": ("yes", " ")}, answer="a")


@pytest.mark.parametrize(
    "guess, words", [(2, "you were right"), (2.1, "close: 0.1 away"), (7, "off by 5")]
)
def test_a_guess_is_scored_by_distance_and_never_punished(guess, words):
    result = predict("toy_guess", "How much?", truth=lambda: 2.0, because="So it is.").judge(guess)
    assert result.passed and words in result.message and "So it is." in result.message


@pytest.mark.parametrize("guess", ["two", None, [1, 2], float("nan"), True])
def test_a_guess_that_is_no_number_asks_for_one(guess):
    result = predict("toy_guess", "How much?", truth=2.0, because="So it is.").judge(guess)
    assert result.status == "failed" and "2" not in result.message.replace(f"{guess!r}", "")


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


def test_a_number_is_judged_within_its_tolerance_and_a_slip_is_named():
    asked = numeric(
        "toy_number", "How far?", answer=2.0, because="Twice.", unit="m", slips={0.002: "In km?"}
    )
    assert asked.judge(2.01).passed and asked.judge(np.float32(2)).passed
    assert asked.judge(0.002).message == "In km?" and asked.judge(0.002).diagnosis == "0.002"
    assert "too large" in asked.judge(3).message and "in m" in asked.markdown()
    assert asked.judge(...).status == "unsolved"
    for wrong in ("2", None, float("nan"), [1, 2], np.inf):
        assert asked.judge(wrong).status == "failed"


def test_a_slip_that_would_count_as_right_is_refused():
    with pytest.raises(ExerciseError, match="would count as right"):
        numeric("toy_number", "How far?", answer=2.0, because="Twice.", slips={2.001: "No."})


def test_prose_is_collected_and_not_judged():
    asked = manual("toy_prose", "Why?", rubric=("names the axis",), points=3)
    result = asked.judge("Because of the axis.")
    assert (result.status, result.score, result.max) == ("manual", 0, 3)
    assert asked.judge("  ").status == asked.judge(...).status == "unsolved"
    assert "names the axis" in asked.markdown()
    with pytest.raises(ExerciseError, match="rubric"):
        manual("toy_prose", "Why?", rubric=())
