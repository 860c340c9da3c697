"""The line that a finding is about: named by its words, or the one in which the mistake stands."""

import pytest

from coursekit import exercises
from coursekit.checking.edits import edited, source_of
from coursekit.grading.intake.passages import Passage
from coursekit.grading.pointed import pointed
from grading.class_of import passed, result

OUTSIDE = """def batch_norm(x, gamma, beta, eps=1e-5):
    mu = x.mean(0)  # np.sqrt(var) + eps
    s2 = ((x - mu) ** 2).mean(0)
    xhat = (x - mu) / (np.sqrt(s2) + eps)
    return gamma * xhat + beta"""


@pytest.fixture(scope="module")
def task():
    return exercises.load("batchnorm_forward")["batch_norm"]


def at(task, said, text=OUTSIDE, line=3):
    return pointed(task, said, Passage(task.name, 12, line, text))


def test_a_line_that_the_words_name_is_pointed_at_where_it_is_the_answers(task):
    def said(words):
        return at(task, result(message=words))

    assert said("cell 12, line 4 uses coursekit.norms, which …") == 4
    assert said("its cell (12) did not run to its end: line 6: x = ( raised SyntaxError") == 6
    for words in (
        "cell 12, line 8 uses numpy", "cell 12, line 2 uses numpy", "cell 11, line 4 uses numpy",
        "it raised ValueError on a hidden case.", "see cell 12, line 4 uses",
    ):  # fmt: skip
        assert said(words) == 0


def test_a_mistake_that_was_named_is_found_by_its_edit_whatever_the_names(task):
    outside = result(diagnosis="eps_outside")
    assert at(task, outside) == 6
    assert at(task, outside, f"{OUTSIDE}\n{OUTSIDE}") == 0, "which of the two?"
    assert at(task, outside, "def batch_norm(x): return x") == 0
    assert at(task, result(diagnosis="eps_outside+no_such_name")) == 0
    assert at(task, passed()) == at(task, result()) == 0


def test_what_is_pointed_at_in_a_mistakes_own_text_is_no_line_of_the_right_answer(task):
    found = []
    for one in task.mistakes.values():
        if len(one.edits) == 1:
            right = source_of(one.written)
            wrong = edited(right, one.edits)
            line = at(task, result(diagnosis=one.name), wrong, 1)
            assert not line or wrong.split("\n")[line - 1] not in right.split("\n"), one.name
            found.append(bool(line))
    assert sum(found) > 0.8 * len(found) > 10
