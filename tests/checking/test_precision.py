"""One cast to float32, wherever it stands: a name, and half of the points."""

import ast
import sys
from functools import partial
from random import Random

import numpy as np
import pytest
import torch

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.edits import source_of
from coursekit.checking.narrowed import ROUND, _Around, rounded
from coursekit.checking.panel import text
from coursekit.checking.trace import PUBLIC_SEED, observe

MOST = 5  # places of one answer that are tried, always the same
# What they ask for is in float32, or a share of a few numbers, or comes with words of its own.
OTHERS = {
    "BatchNorm", "conv_to_torch", "dead_fraction", "dense_to_torch", "stable_var32",
    "MendInputNorm",
}  # fmt: skip
# One side alone of a comparison, of a product with the mean of a million: more is lost than digits.
# Of rows that are parallel up to rounding it leaves other directions; of an arc cosine near 1 half.
MORE = {"fit_scaler", "welford_update", "project_out", "turn_per_step"}
FLOATS = {
    name: task
    for name, task in exercises.load().items()
    if isinstance(task, Exercise) and name not in OTHERS
}


def cast_at_each_place(function, bits=24):
    """The function with one of its values rounded, for each of them; at last all."""
    tree = _Around().visit(ast.parse(source_of(function)))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _is_round(n)]
    for number, call in enumerate(calls):
        call.args.append(ast.Constant(number))
    code = compile(ast.fix_missing_locations(tree), function.__name__, "exec")
    for number in range(len(calls) + 1):

        def cast(value, place, number=number):
            return rounded(value, bits) if number in (place, len(calls)) else value

        names = {"np": np, **vars(sys.modules[function.__module__]), ROUND: cast}
        exec(code, names)
        yield names[function.__name__]


def floats(value):
    """The floats in what was observed of an answer, as arrays."""
    if isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from floats(one)
    elif isinstance(value, float) or "float" in str(getattr(value, "dtype", "")):
        yield np.asarray(value)


def computed(exercise, everywhere):
    """Whether floats are asked for that lose digits; none do that count, or pick what is there."""
    found = [
        [f for step in observe(exercise, answer, PUBLIC_SEED).steps for f in floats(step.value)]
        for answer in (Local(f, name=exercise.name) for f in (exercise.right, everywhere))
    ]
    return bool(found[0]) and not all(map(partial(np.array_equal, equal_nan=True), *found))


def _is_round(node):
    return isinstance(node.func, ast.Name) and node.func.id == ROUND


@pytest.mark.parametrize("exercise", FLOATS.values(), ids=FLOATS)
def test_a_cast_has_one_name_and_one_credit_wherever_it_stands(exercise):
    *one, everywhere = cast_at_each_place(exercise.right)
    if not computed(exercise, everywhere):
        pytest.skip("no computed float is asked for: there are no digits to lose")
    one = Random(0).sample(one, min(MOST, len(one)))
    for answer in [*one, everywhere]:
        result = judge(exercise, Local(answer, name=exercise.name))
        if result.passed and answer is not everywhere:  # what was rounded is no part of the result
            continue
        if exercise.name in MORE and not result.score:
            continue
        assert result.diagnosis == "computed_in_float32", text(result)
        if exercise.parts:
            lost = {(part.status, part.score / part.max) for part in result.parts}
            assert {("partial", 0.5)} <= lost <= {("partial", 0.5), ("passed", 1)}
            assert (result.status, result.score) == ("partial", sum(p.score for p in result.parts))
        else:
            assert (result.status, result.score) == ("partial", result.max / 2)


BATCH_NORM = FLOATS["batch_norm"]


def in_torch(dtype, back):
    def batch_norm(x, gamma, beta, eps=1e-5):
        x, gamma, beta = (torch.from_numpy(a).to(dtype) for a in (x, gamma, beta))
        y = gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + eps) + beta
        return y.double().numpy() if back else y

    return batch_norm


def with_a_constant(x, gamma, beta, eps=1e-5):
    return BATCH_NORM.right(x, gamma, beta, np.float64(np.float32(eps)))


def half(x):
    return x.astype(np.float16).astype(x.dtype)


def in_a_helper(x, gamma, beta, eps=1e-5):
    return half(gamma) * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    "dtype, name",
    [
        (torch.float32, "computed_in_float32"),
        (torch.float16, "computed_in_half_precision"),
        (torch.bfloat16, "computed_in_half_precision"),
    ],
)
@pytest.mark.parametrize("seed", [0, 1 << 33])
def test_a_tensor_of_few_digits_is_named_whatever_becomes_of_it(dtype, name, back, seed):
    result = judge(BATCH_NORM, Local(in_torch(dtype, back), name="batch_norm"), seed=seed)
    assert (result.diagnosis, result.score) == (name, 1.5), text(result)


@pytest.mark.parametrize(
    "answer, name",
    [(with_a_constant, "computed_in_float32"), (in_a_helper, "computed_in_half_precision")],
)
def test_a_constant_and_a_helper_are_named(answer, name):
    result = judge(BATCH_NORM, Local(answer, name="batch_norm"))
    assert (result.diagnosis, result.score) == (name, 1.5), text(result)


@pytest.mark.parametrize(
    "off",
    [{"more": 1e-7}, {"more": 1e-3}, {"out": 1e-8}, {"out": 1e-3}, {"by": 1e-6}, {"by": 1e-3}],
)
def test_a_formula_that_is_nearly_right_is_no_rounding(off):
    def nearly(x, gamma, beta, eps=1e-5):
        std = np.sqrt(x.var(0) + eps + off.get("more", 0)) + off.get("out", 0)
        return (gamma * (x - x.mean(0)) / std + beta) * (1 + off.get("by", 0))

    result = judge(BATCH_NORM, Local(nearly, name="batch_norm"))
    assert result.diagnosis is None and result.score == 0, text(result)
    assert "× 1 " not in result.pattern


def test_a_wrong_answer_in_float32_has_no_such_name():
    def unbiased(x, gamma, beta, eps=1e-5):
        x = x.astype(np.float32)
        return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) * len(x) / (len(x) - 0.9) + eps) + beta

    assert judge(BATCH_NORM, Local(unbiased, name="batch_norm")).diagnosis is None


@pytest.mark.parametrize(
    "name, mistake",
    [
        ("spectral_normalize", "longest_row"),
        ("lsuv_scale", "unbiased_std"),
        ("keras_to_torch", "eps_in_the_variance"),
    ],
)
def test_another_formula_in_half_precision_is_no_loss_of_digits(name, mistake):
    exercise = FLOATS[name]
    wrong = exercise.mistakes[mistake].function

    def halved(value):
        if isinstance(value, dict):
            return {key: halved(one) for key, one in value.items()}
        if isinstance(value, tuple):
            return tuple(map(halved, value))
        return np.asarray(value, np.float16) if isinstance(value, np.ndarray | float) else value

    result = judge(exercise, Local(lambda *a, **k: halved(wrong(*a, **k)), name=name))
    assert not result.passed and result.diagnosis != "computed_in_half_precision"
