"""What a case holds in float32 is judged by the roundings of float32, in functions and classes."""

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.cases import call_on_each
from coursekit.checking.rounding import explains, room

FAR = 4096
DRAWN = [*range(4), *((1 << 32) + k for k in range(4))]
LAYER = exercises.load("full_layer")["BatchNorm"]


def far_columns(rng):
    x = FAR + rng.standard_normal((9, 3))
    yield "float64", (x,)
    yield "float32", (x.astype("float32"),)


def away(x):
    """A twentieth of each entry's distance from its column's mean, in spreads. (N, D) -> (N, D)"""
    return (x - x.mean(0)) / (20 * x.std(0))


def in_loops(x):
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        total = x.dtype.type(0)
        for value in x[::-1, j]:
            total += value
        centred = x[:, j] - total / x.dtype.type(len(x))
        y[:, j] = centred / (20 * np.sqrt(np.mean(centred**2)))
    return y


def in_float64(x):
    return away(x.astype(np.float64))


def in_float32(x):
    return away(x.astype(np.float32)).astype(x.dtype)


def unbiased(x):
    return (x - x.mean(0)) / (20 * x.std(0, ddof=1))


def make(**options):
    script = call_on_each(far_columns, away, options)
    return Exercise(away, script, ("a", "b", "c ___"), cases=far_columns, **options)


@pytest.mark.parametrize("seed", DRAWN)
@pytest.mark.parametrize("answer", [away, in_loops, in_float64])
def test_right_up_to_the_roundings_of_what_came_is_right(answer, seed):
    result = judge(make(), Local(answer, name="away"), seed=seed)
    assert result.passed, result


def test_what_a_mean_far_away_costs_is_more_than_the_tolerance():
    rooms = room(make(), 0)
    assert rooms[0] == {} and 1e-6 < rooms[1][0] < 1e-3


@pytest.mark.parametrize("seed", DRAWN)
def test_a_wrong_formula_is_no_rounding(seed):
    assert not judge(make(), Local(unbiased, name="away"), seed=seed).passed


def test_float64_in_float32_is_too_few_digits():
    result = judge(make(), Local(in_float32, name="away"))
    assert not result.passed and result.label == "float64"


def test_an_exercise_that_sets_its_tolerance_is_held_to_it():
    right = away(*[args for _, args in far_columns(np.random.default_rng(0))][1])
    off = right + np.float32(2e-5)
    assert explains(make(), 0, 1, off, right)
    assert not explains(make(rtol=1e-6), 0, 1, off, right)
    assert not explains(make(), 0, -1, off, right)
    assert not explains(make(), 0, 0, off.astype(float), right.astype(float))


@pytest.mark.parametrize("seed", DRAWN)
def test_a_class_may_leave_its_sums_to_torchs_kernel(seed):
    result = judge(LAYER, Local(LAYER.alternatives["OnTopOfTorchs"], name="BatchNorm"), seed=seed)
    assert result.passed, result
