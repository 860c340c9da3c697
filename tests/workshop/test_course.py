"""What a room is asked is what the lesson's page asks."""

from coursekit import exercises
from coursekit.checking import Question
from coursekit.errors import ArgumentError
from coursekit.workshop.course import course


def test_a_question_is_asked_with_the_numbers_that_its_lesson_measured():
    asked = course().questions
    tasks = exercises.load()
    filled = [name for name in asked if "{{" in tasks[name].question]
    assert len(filled) >= 10
    for name in filled:
        task = tasks[name]
        assert asked[name].words == task.filled(task.question) and "{{" not in asked[name].words


def test_a_question_that_lacks_its_numbers_is_left_out_and_the_room_opens(monkeypatch):
    whole = course(("01",))
    lacking, *_ = whole.questions

    def filled(task, text):
        if task.name == lacking:
            raise ArgumentError("no such row")
        return text

    monkeypatch.setattr(Question, "filled", filled)
    found = course(("01",))
    assert set(whole.questions) - set(found.questions) == {lacking}
    assert found.works == whole.works
