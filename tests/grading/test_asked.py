"""A result of a question says that it is one, whatever became of it: its points do not tell."""

from pathlib import Path

import pytest

from coursekit import check, exercises
from coursekit.checking import Question
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.reports.results import ungraded
from coursekit.grading.verdict import verdict
from coursekit.learning.restart import missing

LESSON = "mean_and_variance"
TASKS = exercises.load(LESSON)
QUESTIONS = [task for task in TASKS.values() if isinstance(task, Question)]


class NoSession:
    def drop(self):
        pass


def test_of_a_submission_that_is_not_judged():
    results = ungraded(Submission("ada", LESSON, Path("x"), "x"), "malformed", "empty").results
    assert {r.exercise: r.question for r in results} == {
        name: isinstance(task, Question) for name, task in TASKS.items()
    }


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_where_the_judge_itself_fails(task):
    for result in verdict(task, None, NoSession(), None, 5):
        assert result.status == "judge_failed"
        assert result.question == isinstance(task, Question)


def test_in_a_notebook(monkeypatch):
    [asked, *_] = QUESTIONS
    assert check(asked.name, "a").question and check(asked.name).question
    assert check(asked.name, "a", part="b").question
    assert missing(asked, asked.name, 0).question
    monkeypatch.setattr("coursekit.learning.page.judged", lambda *_: 1 / 0)
    failed = check(asked.name, "a")
    assert failed.status == "judge_failed" and failed.question
