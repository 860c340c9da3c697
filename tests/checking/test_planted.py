"""What ships as an answer is known by its text, and by nothing that it does."""

import pytest

from coursekit.checking import Local, judge
from coursekit.checking.planted import received, shipped, stands, untouched
from coursekit.checking.unwritten import SHIPPED
from tests.checking import toy


@pytest.fixture
def exercise():
    made = toy.make()
    made.edits("root_of_factor: You took the root.\n- factor * x\n+ factor**0.5 * x")
    return made


@pytest.fixture(params=["no_factor", "root_of_factor"], ids=["a function", "an edit"])
def planted(exercise, request):
    exercise.planted = request.param
    return exercise


def verdict(exercise, source, **options):
    function = exercise.mistakes[exercise.planted].function
    return judge(exercise, Local(function, name=exercise.name), source=source, **options)


def test_what_is_shipped_is_the_mistake_under_the_exercises_name(planted):
    names: dict = {}
    exec("import numpy as np\n" + shipped(planted), names)
    right, wrong = planted.right, received(planted)
    for _, args in planted.cases(planted.rng(0)):
        assert (names[planted.name](*args) == wrong(*args)).all()
        assert not (right(*args) == wrong(*args)).all()


def test_it_counts_as_not_written_when_graded_and_is_told_of_in_a_notebook(planted):
    text = shipped(planted)
    assert verdict(planted, text).diagnosis == planted.planted
    result = verdict(planted, text, seed=7)
    assert (result.status, result.score, result.message) == ("unsolved", 0, SHIPPED)
    assert result.diagnosis is None and "not mended yet" in str(result)


def test_where_it_is_to_be_mended_the_notebook_says_no_more_than_the_grader(planted):
    planted.mend = True
    here, there = (verdict(planted, shipped(planted), seed=seed) for seed in (0, 7))
    assert (here.status, here.message, here.next) == (there.status, there.message, there.next)
    assert planted.planted not in str(here) and here.case is None


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_mistake_in_other_words_keeps_its_name_and_its_credit(planted, seed):
    planted.mend, planted.credit = True, {"values": 0.25}
    text = shipped(planted).replace("return", "y = 0\n    return")
    result = verdict(planted, text, seed=seed)
    assert (result.status, result.score, result.diagnosis) == ("partial", 0.5, planted.planted)
    assert verdict(planted, None, seed=seed).diagnosis == planted.planted, "its text is not known"


CHANGES = {
    "comment": (lambda t: t + "  # mine", True),
    "layout": (lambda t: t.replace(", ", ",  "), True),
    "docstring": (lambda t: t.replace("The mean of", "Mine:"), True),
    "brackets": (lambda t: t.replace("return ", "return (") + ")", True),
    "in another cell again": (lambda t: f"{t}\nx = 1\n{t}", True),
    "a statement": (lambda t: t.replace("return", "y = 0\n    return"), False),
    "a name": (lambda t: t.replace("x", "z"), False),
    "a decorator": (lambda t: f"def d(f):\n    return f\n@d\n{t}", False),
    "used below": (lambda t: f"{t}\nscaled_mean = use(scaled_mean)\ny = scaled_mean(1, 2)", True),
    "used as another": (lambda t: f"{t}\nscaled_mean = use(mean)", False),
    "bound anew": (lambda t: f"{t}\nscaled_mean = print", False),
    "written anew below": (lambda t: f"{t}\ndef scaled_mean(x, factor):\n    return 2", False),
    "written anew above": (lambda t: f"def scaled_mean(x, factor):\n    return 2\n{t}", True),
    "another function": (lambda t: t.replace("scaled_mean", "other"), False),
    "no Python": (lambda t: t + "\n)", False),
    "far too deep": (lambda t: t.replace("return ", "return " + "-" * 900), False),
    "nothing": (lambda t: "", False),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whether_the_text_is_untouched(planted, change):
    edit, same = CHANGES[change]
    text = edit(shipped(planted))
    assert untouched(planted, text) is same
    assert stands(planted, text, 7) is same and not stands(planted, text, 0)


def test_an_exercise_that_ships_nothing_is_never_untouched(exercise):
    assert not stands(exercise, exercise.worked_answer(), 7)
