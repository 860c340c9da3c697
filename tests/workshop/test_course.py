"""What a room is asked is what the lesson's page asks."""

from coursekit import exercises
from coursekit.workshop.course import course


def test_a_question_is_asked_with_the_numbers_that_its_lesson_measured():
    asked = course().questions
    tasks = exercises.load()
    filled = [name for name in asked if "{{" in tasks[name].question]
    assert len(filled) >= 10
    for name in filled:
        task = tasks[name]
        assert asked[name].words == task.filled(task.question) and "{{" not in asked[name].words
