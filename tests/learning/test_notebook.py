import subprocess
import sys

import numpy as np
import pytest
from torch import nn

import coursekit
from coursekit import check, hint, progress, reset, use
from coursekit.learning.report import HintCard


def standardize(x):
    return (x - x.mean()) / x.std()


class BatchNorm(nn.BatchNorm2d):
    pass


def right():
    return standardize


def wrong():
    def standardize(x):
        return (x - x.mean()) / x.var()

    return standardize


def stub():
    def standardize(x):
        raise NotImplementedError

    return standardize


def test_check_counts_attempts_but_not_stubs():
    assert check(stub()).attempt == 0
    assert check(wrong()).attempt == 1
    assert check(right()).attempt == 2


def test_a_warm_up_is_checked_counted_and_shown_and_has_no_points():
    def wrong():
        def keras_momentum(m):
            return m

        return keras_momentum

    def right():
        def keras_momentum(m):
            return 1 - m

        return keras_momentum

    said = repr(check(wrong()))
    assert said.startswith("✗ keras_momentum: not yet  (attempt 1") and "point" not in said
    assert "Reached" in said and "Keras's momentum weighs the old value" in said
    assert check(right()).passed
    assert ": passed  (attempt 2" in repr(check(right()))
    assert "✓ keras_momentum           2 attempts" in repr(progress("07"))


@pytest.mark.parametrize(
    "given, words",
    [
        ((), "you passed a result (NoneType)"),
        ((np.zeros(3),), "you passed a result (an array)"),
        ((lambda x: x,), "no exercise is called '<lambda>'"),
        (("standardise",), "Did you mean 'standardize'?"),
        (("standardize",), "without quotation marks"),
        ((np.std,), "no exercise is called 'std'"),
    ],
)
def test_check_never_raises_at_a_learner(given, words):
    result = check(*given)
    assert not result.passed and words in str(result) and "Next" in str(result)


class Hostile:
    __name__ = "standardize"

    def __call__(self, x):
        raise KeyError("hostile")


def test_a_callable_object_is_judged_like_a_function():
    result = check(Hostile())
    assert result.status == "error" and "KeyError" in result.message


def test_a_forbidden_call_is_refused_in_a_notebook_too():
    from coursekit import norms

    def standardize(x):
        return norms.normalize(x, (0,), 0.0)[0]

    assert check(standardize).status == "forbidden"


def test_a_class_made_from_the_librarys_own_is_refused_in_a_notebook_too():
    assert check(BatchNorm).status == "forbidden"


def numgrad(f, x, dy, h):
    return np.zeros_like(x)


def gradcheck(f, backward, x):
    x = x.astype(np.float64)
    dy = np.random.default_rng(0).standard_normal(np.shape(f(x)))
    claimed, measured = backward(dy, x), numgrad(f, x, dy, 1e-5)
    return claimed.shape == x.shape and bool(np.allclose(claimed, measured, rtol=1e-4, atol=1e-6))


ours = None


def batch_norm(x, gamma, beta, eps=1e-5):
    return ours(x, gamma, beta, eps)


def test_what_use_lends_for_an_earlier_exercise_may_be_called(monkeypatch):
    found = check(gradcheck)
    assert found.passed and "your `numgrad`, which it calls, is what is wrong" in found.message
    monkeypatch.setitem(globals(), "numgrad", use(numgrad))
    assert check(gradcheck).passed


def test_what_use_lends_for_an_exercise_is_no_answer_to_it(monkeypatch):
    monkeypatch.setitem(globals(), "ours", use(batch_norm))
    assert check(batch_norm).status == "forbidden"


def test_a_lambda_with_a_name_is_an_answer_under_that_name():
    notebook: dict = {"check": check}
    exec("keras_momentum = lambda m: 1 - m\nfound = check(keras_momentum)", notebook)
    assert notebook["found"].passed and notebook["found"].exercise == "keras_momentum"


def test_hints_rise_and_end_in_the_worked_answer():
    cards = [repr(hint(standardize)) for _ in range(5)]
    assert [("nudge" in cards[0]), ("question" in cards[1]), ("blanks" in cards[2])] == [True] * 3
    assert "___" in cards[2] and "(x - x.mean()) / x.std()" in cards[3]
    assert "@" not in cards[3] and cards[4] == cards[3]
    assert "one sentence" in cards[3]


def test_code_in_a_hint_s_sentence_is_set_as_code():
    shown = [HintCard("f", level, "", "take `x < 1`", level == 4)._repr_html_() for level in (1, 4)]
    assert "take <code>x &lt; 1</code>" in shown[0] and "<pre>take `x &lt; 1`</pre>" in shown[1]


def test_a_hint_for_nothing_says_so():
    assert "Did you mean 'standardize'?" in repr(hint("standardise"))
    assert "no hints" in repr(hint("predict_outlier"))


def test_use_gives_yours_once_it_passes(capsys):
    mine = right()
    assert use(mine) is mine and not capsys.readouterr().out
    assert use(wrong()) is not wrong and "Using the course's standardize" in capsys.readouterr().out
    np.testing.assert_allclose(use(stub())(np.array([1.0, 3.0])), [-1, 1])


def test_the_courses_own_function_is_not_your_answer():
    result = check(use(stub()))
    assert result.status == "unsolved" and "course's own standardize" in result.message


def test_progress_tells_attempts_hints_and_open_diagnoses():
    check(wrong())
    hint(standardize)
    shown = repr(progress("start_here"))
    assert "00 Start here: 0 of 1 exercise passed" in shown
    assert "1 attempt, 1 hint, open: variance for std" in shown
    check(right())
    assert "1 of 1 exercise passed" in repr(progress("start_here"))
    assert "<table>" in progress()._repr_html_()


def test_progress_outlives_the_kernel(own_workspace):
    code = "from coursekit import check\ndef standardize(x): return x\nprint(check(standardize))"
    for n in (1, 2):
        said = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        assert f"attempt {n}" in said
    assert (own_workspace / ".coursekit" / "progress.json").exists()


def test_reset_forgets_one_or_all(capsys):
    check(wrong())
    reset(standardize)
    assert "not tried yet" in repr(progress("start_here"))
    check(wrong())
    reset()
    assert "not tried yet" in repr(progress("start_here"))


def test_every_public_name_is_callable_whatever_was_imported_first():
    code = (
        "import pkgutil, importlib, coursekit\n"
        "for m in pkgutil.iter_modules(coursekit.__path__):\n"
        "    if m.name != '__main__': importlib.import_module('coursekit.' + m.name)\n"
        "for name in coursekit.__all__: assert callable(getattr(coursekit, name)), name"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = coursekit.nothing
    assert set(coursekit.__all__) <= set(dir(coursekit))


def test_checking_an_early_lesson_loads_no_later_one():
    code = (
        "import sys\nfrom coursekit import check\n"
        "def standardize(x): return x\n"
        "check(standardize); check('predict_outlier', 1)\n"
        "assert 'coursekit.exercises.batchnorm_forward' not in sys.modules\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_right_function_on_a_wrong_helper_of_ones_own_is_right():
    notebook: dict = {"np": np}
    exec(
        "def normalize(x, axes, eps=1e-5):\n"
        "    mean, std = x.mean(axes, keepdims=True), x.std(axes, keepdims=True)\n"
        "    return (x - mean) / (std + eps)\n"
        "def layer_norm(x, gamma, beta, eps=1e-5):\n"
        "    axes = tuple(range(x.ndim - np.ndim(gamma), x.ndim))\n"
        "    return gamma * normalize(x, axes, eps) + beta\n",
        notebook,
    )
    mine = notebook["normalize"]
    assert not check(mine).passed
    result = check(notebook["layer_norm"])
    assert result.passed and "your `normalize`, which it calls, is what is wrong" in str(result)
    assert notebook["normalize"] is mine
    assert (
        use(notebook["layer_norm"]) is not notebook["layer_norm"]
    )  # it would compute wrong values


def test_a_function_that_reads_the_notebooks_data_is_told_so():
    x = np.arange(5.0)

    def standardize(values):
        return (x - x.mean()) / x.std()

    result = check(standardize)
    assert not result.passed
    assert "it reads x from outside; only arguments are sure to be there" in str(result)


def test_a_slips_line_is_shown_after_the_last_hint_and_not_before():
    def standardize(x):
        return (x.mean() - x) / x.std()

    found = check(standardize)
    assert found.diagnosis.startswith("slip_") and "the other way round" in found.explanation
    line = "a right answer does the same with `"
    for _ in range(3):
        assert line not in str(check(standardize))
        hint(standardize)
    shown = str(check(standardize))
    assert line in shown and "in the place of `return (x - x.mean()) / x.std()`" in shown
