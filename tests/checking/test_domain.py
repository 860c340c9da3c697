import numpy as np
import pytest

from coursekit.checking import Local, judge
from coursekit.checking.domain import allowance, arguments, fit, nudged, parts
from coursekit.checking.task import PUBLIC_SEED
from coursekit.checking.trace import observe
from tests.checking import toy

SEED = 7


def any_table(rng):
    return rng.standard_normal((3, 2)), float(rng.uniform(1, 2))


def with_domain(**options):
    return toy.make(domain=any_table, **options)


def but_for_three_rows(x, factor):
    """Right on all cases, none of which has three rows."""
    return factor * x.mean(0) + (len(x) == 3)


def test_a_notebook_draws_nothing_and_a_grader_does():
    exercise = with_domain()
    answer = Local(exercise.right)
    public = observe(exercise, answer, PUBLIC_SEED).labels
    hidden = observe(exercise, answer, SEED).labels
    assert len(public) == 2 and len(hidden) == 5
    assert hidden[-1] == "drawn from all that is allowed, 3"


def test_a_draw_refuses_what_no_case_tries():
    exercise = with_domain()
    answer = Local(but_for_three_rows, name="scaled_mean")
    assert judge(exercise, answer).passed
    result = judge(exercise, answer, seed=SEED)
    assert result.status == "failed" and result.rung == "values"


@pytest.mark.parametrize("seed", [PUBLIC_SEED, SEED])
def test_a_wrong_answer_meets_no_draw_and_keeps_its_name(seed):
    exercise = with_domain()
    result = judge(exercise, Local(lambda x, factor: x.mean(0), name="scaled_mean"), seed=seed)
    assert result.diagnosis == "no_factor"
    wrong = observe(exercise, Local(exercise.mistakes["no_factor"].function), seed)
    assert len(wrong.steps) == 2


def test_a_right_answer_that_changes_its_argument_is_told_that():
    def in_place(x, factor):
        x *= factor
        return x.mean(0)

    result = judge(with_domain(), Local(in_place, name="scaled_mean"), seed=SEED)
    assert "x" in result.message and "place" in result.message


def test_a_draw_comes_again():
    exercise = with_domain()
    once, again = arguments(exercise, SEED, 3), arguments(exercise, SEED, 3)
    assert np.array_equal(once[0], again[0]) and once[1] == again[1]
    assert not np.array_equal(once[0], arguments(exercise, SEED, 4)[0])


def test_rounding_is_allowed_and_no_more():
    exercise = with_domain()
    want, slack, jumps = allowance(exercise, SEED, 1)
    assert not jumps
    assert not parts(exercise, want * (1 + 1e-12), want, slack)
    assert parts(exercise, want * (1 + 1e-5), want, slack)


def test_what_cancels_may_leave_rounding():
    exercise = with_domain()
    exercise.domain = lambda rng: (1e6 * np.array([[1.0], [-1.0], [1 / 3], [-1 / 3]]), 1.0)
    want, slack, _ = allowance(exercise, SEED, 1)
    assert abs(want[0]) < 1e-10
    assert not parts(exercise, want + 1e-10, want, slack)
    assert parts(exercise, want + 1e-2, want, slack)


def constant_or_not(x, factor):
    return np.where(np.ptp(x, axis=0) == 0, 1.0, x.std(0))


def test_a_threshold_is_no_rounding_and_no_grader_draws_at_one():
    exercise = with_domain()
    exercise.right = constant_or_not
    exercise.domain = lambda rng: (np.full((4, 2), 7.3), 1.0)
    want, slack, jumps = allowance(exercise, SEED, 1)
    assert jumps and parts(exercise, 0 * want, want, slack)
    assert fit(exercise, SEED) == []


def test_a_domain_beside_a_script_may_be_a_script():
    def one(answer, rng):
        yield "once", answer(np.ones((3, 2)), float(rng.uniform(1, 2)))
        yield "twice", answer(np.ones((3, 2)), 2.0)

    exercise = toy.make(domain=one)
    labels = observe(exercise, Local(exercise.right), SEED).labels
    assert labels[2:4] == (
        "drawn from all that is allowed, 1",
        "drawn from all that is allowed, 1, 2",
    )
    assert len(labels) == 8


def test_a_number_of_numpys_is_moved_as_an_entry_is_and_a_setting_is_not():
    noise = np.random.default_rng(0)
    one, setting = nudged((np.float64(3), 0.1), noise, 2, alike=False)
    assert one != 3 and abs(one - 3) < 1e-14 and type(one) is np.float64 and setting == 0.1
