"""A kernel that was restarted, and a cell that comes too early: one panel says what to do."""

from pathlib import Path

import pytest
from kernels import Kernel

import coursekit

STARTUP = str(Path(coursekit.__file__).parent / "learning" / "startup.py")
START = "import numpy as np\nfrom coursekit import check, hint, use"
ABOVE = "Run the cells above first (Run > Run All Above Selected Cell)"
GOOD = "def standardize(x):\n    return (x - x.mean()) / x.std()"


@pytest.fixture(scope="module")
def kernel():
    """As `coursekit lab` starts one."""
    with Kernel(PYTHONSTARTUP=STARTUP) as one:
        yield one


def names(kernel):
    asked = "check hint use reset Missing standardize batch_norm coursekit sys".split()
    return kernel.run(f"[name for name in {asked} if name in globals()]").text


def test_a_check_in_a_new_kernel_says_what_to_run_first(kernel):
    kernel.restart()
    before = names(kernel)
    shown = kernel.run("check(standardize)")
    assert (
        shown.error == "" and ABOVE in shown.text and "`standardize` is not defined" in shown.text
    )
    assert "attempt" not in shown.text and shown.html.count('class="ckp-head"') == 1
    assert 'data-commandlinker-command="notebook:run-all-above"' in shown.html
    assert names(kernel) == before == "[]"
    shown = kernel.run('check("predict_outlier", predict_outlier)')
    assert "`predict_outlier` is not defined" in shown.text and ABOVE in shown.text
    shown = kernel.run("import numpy as n\nstandardize = use(standardize)\n"
                       "print(standardize(n.array([1.0, 3.0])))")  # fmt: skip
    assert "yours is not defined" in shown.text and "[-1.  1.]" in shown.text
    assert "nudge" in kernel.run("hint(batch_norm)").text


def test_what_is_no_exercise_of_ours_stays_pythons_own_error(kernel):
    kernel.restart()
    assert kernel.run("check(1)").error == "NameError: name 'check' is not defined"
    assert kernel.run("check(nothing)").error == "NameError: name 'check' is not defined"
    kernel.run(START)
    assert kernel.run("check(nothing)").error == "NameError: name 'nothing' is not defined"
    shown = kernel.run("check(standardize)\nstandardize([1.0])")
    assert shown.error == "NameError: name 'standardize' is not defined"
    kernel.run("def check(x):\n    return 'mine'")
    assert kernel.run("check(standardize)").error == "NameError: name 'standardize' is not defined"


def test_a_name_that_the_cell_itself_gives_is_no_missing_one(kernel):
    kernel.restart()
    assert "passed" in kernel.run(f"{START}\n{GOOD}\ncheck(standardize)").text
    kernel.run("del standardize")
    assert "`standardize` is not defined any more" in kernel.run("check(standardize)").text
    assert "passed" in kernel.run(f"{GOOD}\ncheck(standardize)").text
    shown = kernel.run("for standardize in [standardize]:\n    print(check(standardize))").text
    assert "passed" in shown


def test_after_the_cells_above_the_check_is_one_again(kernel):
    kernel.restart()
    assert ABOVE in kernel.run("check(standardize)").text
    kernel.run(START)
    kernel.run(GOOD)
    assert "standardize: passed" in kernel.run("check(standardize)").text


def test_in_any_other_kernel_the_course_says_so_once_it_is_imported():
    with Kernel() as kernel:
        assert kernel.run("check(standardize)").error.startswith("NameError")
        kernel.run(START)
        assert ABOVE in kernel.run("check(standardize)").text
        assert "yours is not defined" in kernel.run("batch_norm = use(batch_norm)").text
        assert "this is the course's own" in kernel.run("check(batch_norm)").text


def test_a_learner_may_do_anything_to_the_names_that_were_lent(kernel):
    kernel.restart()
    kernel.run(START)
    shown = kernel.run("check(standardize); del standardize")
    assert shown.error == ""
    assert kernel.run("1 + 1").text == "2"
