import inspect
import time

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.edits import Edit, apart, edited, made, read, source_of
from coursekit.errors import ExerciseError
from tests.checking import toy

SOURCE = """\
def right(x, eps=1e-5):
    if x is None:
        return 0
    mean = x.mean(0)
    return (x - mean) / (x.std(0) + eps)"""


def edit(old, new):
    return Edit(old, new, 1)


def test_a_text_of_mistakes_is_read():
    text = """\
# of the spread
no_eps: eps is nowhere: a constant
    column gives 0 / 0.
- + eps
both: Two places.
- 1e-5
+ 1e-3
- mean = x
-     .mean(0)
+ mean = x

+
"""
    with pytest.raises(ExerciseError, match=r"line 13: a line with - comes before a line with \+"):
        list(read(text.replace("\n\n+\n", "\n\n\n+\n")))
    no_eps, both = read(text.replace("\n\n+\n", "\n"))
    assert no_eps.name == "no_eps"
    assert no_eps.explanation == "eps is nowhere: a constant column gives 0 / 0."
    assert no_eps.edits == (Edit("+ eps", "", 4),)
    assert both.edits == (Edit("1e-5", "1e-3", 6), Edit("mean = x\n    .mean(0)", "mean = x", 8))
    assert str(both.edits[1]) == "- mean = x\n-     .mean(0)\n+ mean = x"


@pytest.mark.parametrize(
    "text, words",
    [
        ("- a\n+ b", "line 1: the name of a mistake comes before a line with -"),
        ("one: It is.\n+ b", "line 2: a line with - comes before a line with +"),
        ("one: It is.\n-a\n+ b", "line 2: - is followed by a space"),
        ("one: It is.\n\ntwo: It is too.\n- a", "line 1: one changes nothing"),
        ("one: It is.", "line 1: one changes nothing"),
        ("no sentence\n- a", "line 1: a mistake begins with `name: sentence`"),
        ("one: It is.\n- a\n  more", "line 3: a mistake begins with `name: sentence`"),
        ("one: It is.\n-\n+ b", "line 2: a line with - says what stands there now"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text, words):
    with pytest.raises(ExerciseError) as caught:
        list(read(text))
    assert words in str(caught.value)


def test_an_edit_is_made_where_its_text_stands_once():
    assert "x.std(0) + 1)" in edited(SOURCE, (edit("+ eps", "+ 1"),))
    with pytest.raises(ExerciseError, match=r"'x\.var' stands nowhere in the right answer"):
        edited(SOURCE, (edit("x.var", "x"),))
    with pytest.raises(ExerciseError, match=r"'\(0\)' stands 2 times .*: take more of what is"):
        edited(SOURCE, (edit("(0)", "(1)"),))
    with pytest.raises(ExerciseError, match="two edits change the same place"):
        edited(SOURCE, (edit("x.mean(0)", "1"), edit("mean(0)", "2")))


def test_lines_are_moved_to_where_the_first_of_them_stands():
    new = edited(SOURCE, (edit("if x is None:\n    return 0", "if False:\n    pass\nx = 2 * x"),))
    assert "\n    if False:\n        pass\n    x = 2 * x\n    mean" in new
    assert "    if x is None:\n        pass" in edited(SOURCE, (edit("return 0", "pass"),))


def test_edits_of_different_places_can_be_made_at_once():
    mean, eps, both = (
        edit("x.mean(0)", "0"),
        edit("+ eps", ""),
        edit("mean = x.mean(0)", "mean = 1"),
    )
    assert apart(SOURCE, (mean,), (eps,)) and not apart(SOURCE, (mean,), (both, eps))
    assert edited(SOURCE, (mean, eps)) == edited(SOURCE, (eps, mean))


class Scale:
    """A class among the right answers."""

    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return self.by * x  # the product


def scale(x, by=(
    2
)):  # fmt: skip
    """Text at the left
    margin of a docstring."""
    return by[0] * x


# after it


def test_a_functions_and_a_classs_source_are_as_inspect_finds_them():
    for right in (Scale, scale, toy.scaled_mean, edit):
        assert source_of(right) == inspect.getsource(right).rstrip()
    assert made(Scale, "turned", (edit("self.by * x", "-self.by * x"),))(3)(2) == -6
    turned = made(scale, "turned", (edit("by[0]", "-by[0]"),))
    assert turned(2, (3,)) == -6
    assert turned.__name__ == "scale" and turned.__module__ == __name__
    assert inspect.getsource(turned) == source_of(scale).replace("by[0]", "-by[0]")


def test_every_right_answer_of_the_course_is_read_as_inspect_reads_it():
    for task in exercises.load().values():
        if isinstance(task, Exercise):
            whole = inspect.getsource(task.right)
            assert whole[whole.index(source_of(task.right)[:40]) :].rstrip() == source_of(
                task.right
            )


def test_an_exercise_is_told_of_its_edits_and_names_file_and_line():
    exercise = toy.make()
    exercise.edits("""
divided: You divided by the factor.
- factor *
+ 1 / factor *
rows_too: You averaged everything.
- x.mean(0)
+ x.mean()
""")
    result = judge(exercise, Local(lambda x, factor: x.mean(0) / factor, name="scaled_mean"))
    assert result.diagnosis == "divided" and result.message
    [(a, b, both)] = exercise.pairs()
    assert (a.name, b.name, both.name) == ("divided", "rows_too", "divided+rows_too")
    x = np.arange(6.0).reshape(3, 2)
    assert both.function(x, 2) == exercise.behaviour("divided+rows_too")(x, 2) == 1.25
    line = inspect.currentframe().f_lineno + 1
    with pytest.raises(ExerciseError) as caught:
        exercise.edits("""
gone: It is gone.
- x.mean(axis=0)
""")
    words = "'x.mean(axis=0)' stands nowhere in the right answer; once is needed"
    assert str(caught.value) == f"scaled_mean: test_edits.py, line {line + 3}: {words}"
    with pytest.raises(ExerciseError, match="two mistakes are called 'divided'"):
        exercise.edits("divided: Again.\n- factor *")


def test_edits_are_read_quickly_and_made_when_first_asked_for():
    start = time.process_time()
    exercise = toy.make()
    text = "".join(f"m{n}: It is {n}.\n- factor *\n+ {n} *\n" for n in range(100))
    exercise.edits(text)
    assert time.process_time() - start < 0.05
    assert not any("function" in vars(m) for m in exercise.mistakes.values() if m.edits)
    assert exercise.mistakes["m7"].function(np.ones((2, 2)), 0)[0] == 7
    assert exercise.mistakes["m7"].function is exercise.mistakes["m7"].function
