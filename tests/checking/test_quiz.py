from dataclasses import replace

import numpy as np
import pytest

from coursekit.checking import REGISTRY, quiz
from coursekit.checking.questions.editions import Edition
from coursekit.errors import ExerciseError
from coursekit.lettered import Page

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
    with pytest.raises(ExerciseError, match="option a takes a measured number"):
        quiz("toy_quiz", "Is it?", {"a": ("{{result x | y}}", "So.")}, answer="a")


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


def on(*lists, name="toy_quiz", question="Is it?"):
    """A notebook that prints these options, and answers below them."""
    texts = [[f"- **{letter}** {text}" for letter, text in one.items()] for one in lists]
    cells = [("markdown", "\n".join([f"**{question}**", "", *lines])) for lines in texts]
    return Page([*cells, ("code", f"check({name!r}, {name})")])


FOUR = {
    "a": ("the mean of x", "No."),
    "b": ("the variance of x", "Because."),
    "c": ("the largest x", "Never."),
    "d": ("the square root", "Too far."),
}


def test_a_letter_is_judged_by_the_options_on_the_page():
    asked = quiz("toy_quiz", "Is it?", FOUR, answer="b")
    turned = {"a": FOUR["b"][0], "b": FOUR["a"][0], "c": FOUR["d"][0], "d": FOUR["c"][0]}
    there = asked.printed_on(on(turned))
    assert there.judge("a").passed and "Because." in there.judge("a").message
    wrong = there.judge("b")
    assert not wrong.passed and wrong.message == "not 'b': No."
    assert wrong.diagnosis == "a", "counted as today's course calls it"
    assert asked.printed_on(None) is asked and asked.printed_on(Page([])) is asked


def test_a_copy_with_notes_hides_no_list_that_is_known():
    asked = quiz("toy_quiz", "Is it?", FOUR, answer="b")
    turned = {"a": FOUR["b"][0], "b": FOUR["a"][0], "c": FOUR["d"][0], "d": FOUR["c"][0]}
    noted = {"a": f"~~{turned['a']}~~", "b": "no, because of M", "c": "?", "d": "never"}
    assert asked.printed_on(on(turned, noted)).judge("a").passed
    assert asked.printed_on(on(noted)).judge("b").passed, "today's letters"


ASKED_TWICE = (  # of one name, with three options the same
    Edition(
        "Of 0.99?",
        {k: (t, k) for k, t in zip("abcd", ("0.01", "0.1", "0.99", "1.01"), strict=True)},
        "a",
    ),
    Edition(
        "Of 0.9?",
        {k: (t, k) for k, t in zip("abcd", ("0.9", "0.99", "0.1", "0.01"), strict=True)},
        "c",
    ),
)


@pytest.mark.parametrize("today, former", [ASKED_TWICE, ASKED_TWICE[::-1]])
@pytest.mark.parametrize("printed", ASKED_TWICE, ids=lambda one: one.question)
def test_a_page_is_of_the_edition_that_asks_its_question_whatever_was_mended(
    today, former, printed
):
    asked = replace(
        quiz("toy_quiz", today.question, today.options, answer=today.answer), former=(former, today)
    )
    for letter, text in printed.texts.items():
        page = on({**printed.texts, letter: f"{text}0"}, question=f"{printed.question} ")
        there = asked.printed_on(page)
        assert "".join(k for k in "abcd" if there.judge(k).passed) == printed.answer


def test_a_letter_is_judged_though_the_number_of_an_old_reason_is_measured_no_more():
    texts = {letter: (text, "As {{result gone | He}}.") for letter, (text, _) in FOUR.items()}
    old = Edition("Was it?", dict(zip("abcd", [*texts.values()][::-1], strict=True)), "c")
    asked = replace(quiz("toy_quiz", "Is it?", FOUR, answer="b"), former=(old,))
    there = asked.printed_on(on(old.texts, question="Was it?"))
    assert there.judge("c").passed and not there.judge("b").passed
    assert "measured no more" in there.judge("b").message


HOSTILE = [
    [dict.fromkeys("abcd", FOUR["b"][0])],
    [{letter: FOUR["b"][0] + " " * n + "." * n for n, letter in enumerate("abcd")}],
    [{**dict.fromkeys("abcd", "anything"), "a": FOUR["b"][0]}],
    [{"a": FOUR["b"][0], "b": FOUR["b"][0], "c": FOUR["c"][0], "d": FOUR["a"][0]}],
    [dict(zip("abcd", [FOUR[k][0] for k in turned], strict=True)) for turned in ("badc", "abcd")],
    [{"a": FOUR["b"][0] + "!", "b": FOUR["b"][0] + "?", "c": "x", "d": "y"}],
]


@pytest.mark.parametrize("lists", HOSTILE)
def test_whatever_is_printed_one_letter_of_four_is_right(lists):
    """So nobody has more from a page of their own than from a guess."""
    there = quiz("toy_quiz", "Is it?", FOUR, answer="b").printed_on(on(*lists))
    assert sum(there.judge(letter).passed for letter in "abcd") == 1


def test_of_several_right_options_none_may_be_left_out_of_the_page():
    options = {**OPTIONS, "c": ("also", "So too.")}
    asked = quiz("toy_several", "Which?", options, answer="ac")
    less = on({"a": "yes", "b": "no"}, name="toy_several", question="Which?")
    assert not asked.printed_on(less).judge("a").passed
    turned = on({"a": "no", "b": "yes", "c": "also"}, name="toy_several", question="Which?")
    assert asked.printed_on(turned).judge("bc").passed
