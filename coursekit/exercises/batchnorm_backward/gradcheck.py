"""The exercise gradcheck of the lesson batchnorm_backward."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_backward.inputs import normal, plain_batch_norm
from coursekit.exercises.batchnorm_backward.numgrad import numgrad, numgrad_by_unit_vectors

GAMMA = np.array([1.5, -0.7])


def bn(x):
    return plain_batch_norm(x, GAMMA.astype(x.dtype))


def bn_backward(dy, x, mean_path=1.0, var_path=1.0, eps=1e-5):
    """Batch norm's backward; with a path at 0, one of the wrong ones."""
    inv_std = 1 / np.sqrt(x.var(0) + eps)
    x_hat, g = (x - x.mean(0)) * inv_std, dy * GAMMA.astype(x.dtype)
    through_mean = mean_path * g.mean(0)
    return inv_std * (g - through_mean - var_path * x_hat * (g * x_hat).mean(0))


def off_in_the_last(dy, x):
    dx = bn_backward(dy, x)
    dx[-1, -1] -= 0.2 * np.abs(dx).max()
    return dx


def off_in_one(dy, x):
    dx = 2 * x * dy
    dx[-1, -1] += 0.04 * np.abs(dx).max()
    return dx


def not_a_number(dy, x):
    dx = bn_backward(dy, x)
    dx[0, 0] = np.nan
    return dx


def backwards(rng):
    """Right and wrong backward passes; each way of checking badly falls for its own."""
    x = np.array([0.5, 2]) * (1 + rng.standard_normal((4, 2)))
    yield "batch norm's right backward", (bn, bn_backward, x)
    yield "statistics taken as constants", (bn, lambda dy, x: bn_backward(dy, x, 0, 0), x)
    yield "path through the variance dropped", (bn, lambda dy, x: bn_backward(dy, x, 1, 0), x)
    yield "path through the mean dropped", (bn, lambda dy, x: bn_backward(dy, x, 0, 1), x)
    yield "gradient always 0", (bn, lambda dy, x: 0 * dy, x)
    yield "sign turned", (bn, lambda dy, x: -bn_backward(dy, x), x)
    yield "3 % too large", (bn, lambda dy, x: 1.03 * bn_backward(dy, x), x)
    yield "only the last entry wrong", (bn, off_in_the_last, x)
    yield "one entry NaN", (bn, not_a_number, x)
    pair = np.array([[1.0, 5.0], [4.0, 3.0]]) + rng.uniform(-0.5, 0.5, (2, 2))
    yield (
        "2 samples and eps = 0: the right gradient is 0",
        (lambda x: plain_batch_norm(x, 1, 0), lambda dy, x: bn_backward(dy, x, eps=0), pair),
    )
    yield "float32, and right", (bn, bn_backward, x.astype(np.float32))
    yield "f(x) = x³, dy forgotten", (lambda x: x**3, lambda dy, x: 3 * x**2, x)
    yield "f sums the batch, dx of shape (D,)", (lambda x: x.sum(0), lambda dy, x: dy, x)
    yield "f is small, gradient always 0", (lambda x: 1e-4 * x**2, lambda dy, x: 0 * x, x)
    yield "f is small, 3 % too large", (lambda x: 1e-4 * x**2, lambda dy, x: 2.06e-4 * x * dy, x)
    many = rng.uniform(0.5, 2, (12, 10))
    yield "one entry of 120 off by 4 % of the largest", (lambda x: x**2, off_in_one, many)
    far = (100 + x).astype(np.float32)
    yield "float32 near 100, and right", (lambda x: x**3, lambda dy, x: 3 * x**2 * dy, far)
    yield "f is large, and right", (lambda x: 1e6 * x**3, lambda dy, x: 3e6 * x**2 * dy, x)
    half = np.array([1.0, 0.0])
    yield "right for the first feature only", (bn, lambda dy, x: half * bn_backward(dy, x), x)
    yield "f sums the batch, and right", (
        lambda x: x.sum(0), lambda dy, x: np.broadcast_to(dy, x.shape), x,
    )  # fmt: skip
    both = [1, -1] * rng.uniform(0.5, 2, (4, 2))
    yield "f(x) = |x|, right only where x is positive", (np.abs, lambda dy, x: dy, both)
    yield "f(x) = |x|, and right: x is positive", (np.abs, lambda dy, x: dy, np.abs(both))
    yield "f is large and even, and right", (lambda x: 1e6 * x**2, lambda dy, x: 2e6 * x * dy, both)
    yield "1 sample, dx of shape (3, D)", (
        lambda x: x**3, lambda dy, x: np.repeat(3 * x**2 * dy, 3, axis=0), both[:1],
    )  # fmt: skip


def any_backward(rng):
    """Functions of tables; their backward is right, or off by 3 % of its largest entry or more."""
    N, D = draws.sizes(rng, 2, low=2, high=5)
    x = rng.uniform(0.5, 2, (N, D)) * draws.sign(rng, N, D)
    a, M = rng.uniform(0.5, 2, D), normal(rng, D, D + 1)
    off = np.zeros((N, D))
    off[rng.integers(N), rng.integers(D)] = 1
    known = [
        (lambda x: a * x**2, lambda dy, x: 2 * a * x * dy),
        (lambda x: a * x.sum(0), lambda dy, x: np.broadcast_to(a * dy, x.shape)),
        (lambda x: x @ M, lambda dy, x: dy @ M.T),
        (lambda x: np.sin(x).T, lambda dy, x: np.cos(x) * dy.T),
    ]
    f, right = known[rng.integers(len(known))]
    slips = [
        right, right, lambda dy, x: 1.03 * right(dy, x), lambda dy, x: -right(dy, x),
        lambda dy, x: right(dy, x) - off * np.abs(right(dy, x)).max(),
        lambda dy, x: right(dy, x) + 3 * off, lambda dy, x: right(dy, x)[:1],
        lambda dy, x: right(dy, x) + 5 * (np.arange(D) == 0),
    ]  # fmt: skip
    return f, slips[rng.integers(len(slips))], x


@exercise(
    cases=backwards,
    domain=any_backward,
    hints=(
        "Measure the gradient (as in numgrad) and compare it with what backward says. The "
        "question is which dy to try: for batch norm, all ones make every gradient 0.",
        "Which of the wrong ones do you accept, which right one do you refuse? A dy of ones, a "
        "relative error without a floor, float32 and NaN each have a case of their own.",
        "x = x.astype(np.___)\ndy = np.random.default_rng(7).___(np.shape(f(x)))\n"
        "measured = numgrad(f, x, dy, h=___)\nclaimed = backward(dy, x)\n"
        "return claimed.shape == ___ and bool(np.allclose(claimed, measured, rtol=___, atol=___))",
    ),
    points=3,
    minutes=12,
    difficulty=4,
    ask="Your check knows f. Could a backward that is wrong for other batches only slip through?",
)
def gradcheck(f, backward, x):
    """Decide whether backward(dy, x) -> dx is the gradient of sum(f(x) * dy) in x. -> bool"""
    x = x.astype(np.float64)  # in float32 a step of 1e-5 drowns in rounding
    dy = np.random.default_rng(7).standard_normal(np.shape(f(x)))
    measured = numgrad(f, x, dy, 1e-5)
    claimed = backward(dy, x)
    return claimed.shape == x.shape and bool(np.allclose(claimed, measured, rtol=1e-4, atol=1e-6))


@gradcheck.alternative
def along_random_directions(f, backward, x):
    rng = np.random.default_rng(5)
    x = np.array(x, dtype=float)
    dy = rng.normal(size=np.shape(f(x)))
    claimed = backward(dy, x)
    if claimed.shape != x.shape:
        return False
    for _ in range(4):
        v = rng.normal(size=x.shape)
        slope = np.vdot(dy, f(x + 1e-5 * v) - f(x - 1e-5 * v)) / 2e-5
        if not abs(np.vdot(claimed, v) - slope) <= 1e-6 + 1e-4 * abs(slope):
            return False
    return True


@gradcheck.alternative
def by_largest_relative_error(f, backward, x):
    x = x.astype("float64")
    dy = np.random.default_rng(11).uniform(-2, 2, np.asarray(f(x)).shape)
    measured = numgrad.right(f, x, dy, 1e-5)
    claimed = backward(dy, x)
    if np.shape(claimed) != measured.shape:
        return False
    scale = max(np.abs(measured).max(), 1e-5)
    return bool(np.abs(claimed - measured).max() / scale < 1e-3)


@gradcheck.alternative
def with_default_tolerances(f, backward, x):
    x = np.asarray(x, dtype=np.double)
    dy = np.random.default_rng(3).random(np.shape(f(x)))
    claimed, measured = backward(dy, x), numgrad_by_unit_vectors(f, x, dy, 1e-5)
    return claimed.shape == measured.shape and np.allclose(claimed, measured)


@gradcheck.alternative
def by_assertion(f, backward, x):
    x = x.astype(np.float64)
    dy = np.cos(1.0 + np.arange(np.size(f(x)))).reshape(np.shape(f(x)))
    try:
        wanted = numgrad.right(f, x, dy, 1e-4)
        np.testing.assert_allclose(backward(dy, x), wanted, rtol=1e-3, atol=1e-6)
    except AssertionError:
        return False
    return bool(np.shape(backward(dy, x)) == x.shape)
