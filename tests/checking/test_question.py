import pytest

from coursekit.checking import REGISTRY, manual, numeric, predict, quiz


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
