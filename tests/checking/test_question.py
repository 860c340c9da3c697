import pytest

from coursekit import exercises
from coursekit.checking import REGISTRY, Question, manual, numeric, predict, quiz

QUESTIONS = [task for task in exercises.load().values() if isinstance(task, Question)]


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("no words")


@pytest.fixture
def questions(monkeypatch):
    monkeypatch.setattr("coursekit.checking.task.REGISTRY", dict(REGISTRY))
    return [
        quiz("toy_quiz", "Is it?", {"a": ("yes", "So."), "b": ("no", "Not so.")}, answer="a"),
        numeric("toy_number", "How far?", answer=2.0, because="Twice.", slips={3.0: "Thrice?"}),
        predict("toy_guess", "How much?", truth=2.0, because="So it is."),
        manual("toy_prose", "Why?", rubric=("names the axis",)),
    ]


@pytest.mark.parametrize(
    "value", [..., None, "a", "b", "z", 2, 2.5, 3.0, "x" * 10**6, Unspeakable(), [], "A reason."]
)
def test_every_verdict_is_short_and_says_what_is_next(questions, value):
    for question in questions:
        result = question.judge(value)
        assert result.next and result.lesson == "test_question"
        assert len(str(result)) < 1000


LIKE_OURS = "{{result a | b}}"  # how the course writes for a number that was measured


@pytest.mark.parametrize("value", [LIKE_OURS, [LIKE_OURS], {"a": LIKE_OURS}, (2.0, LIKE_OURS)])
def test_what_an_answer_quotes_is_none_of_the_courses_words(questions, value):
    for question in (*questions, *QUESTIONS):
        result = question.judge(value)
        assert result.status in ("failed", "manual", "unsolved"), result.message
        assert "no cell" not in result.message


def test_the_courses_own_words_take_what_was_measured(monkeypatch, questions):
    shown = {"a": [{"text": "b 7"}]}
    monkeypatch.setattr("coursekit.stored.shown", {"test_question": shown}.get)
    because = f"It is {LIKE_OURS}."
    options = {"a": ("yes", because), "b": ("no", f"Not {LIKE_OURS}.")}
    number = numeric("toy_n", "How far?", answer=2.0, because=because, slips={3.0: because})
    asked = [
        *((quiz("toy_q", "Is it?", options, answer="a"), value) for value in "ab"),
        *((number, value) for value in (2, 3)),
        (predict("toy_p", "How much?", truth=LIKE_OURS, because=because), 7),
    ]
    for question, value in asked:
        assert "7." in question.judge(value).message
