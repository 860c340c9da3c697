"""The exercise numgrad of the lesson batchnorm_backward."""

import math

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_backward.inputs import normal, plain_batch_norm


def functions(rng):
    """Judge's functions, and steps so large that each rule gives its own numbers."""

    def cube(x):
        return x**3

    yield "f(x) = x³ of 5 numbers, h = 0.1", (cube, rng.uniform(1, 2, 5), normal(rng, 5), 0.1)
    x = [1, 2, 5] * normal(rng, 4, 3)
    yield "f is batch norm, h = 0.05", (plain_batch_norm, x, normal(rng, 4, 3), 0.05)

    def squared_rows(x):
        return (x**2 * np.arange(1, 5)).sum(1)

    x = rng.uniform(-2, 2, (3, 4))
    yield "f: (3, 4) -> (3,), h = 0.01", (squared_rows, x, normal(rng, 3), 0.01)

    def loss(x):
        return float(np.sin(x).prod())

    yield "f gives one number, h = 0.2", (loss, rng.uniform(0.5, 1, (2, 1, 3)), 2.5, 0.2)

    def itself(x):
        return x

    yield "f returns its x itself, h = 0.1", (itself, rng.uniform(1, 2, 4), normal(rng, 4), 0.1)


def any_function(rng):
    """Smooth functions of arrays of any rank, one that gives its x and one that gives a number."""
    shape = draws.sizes(rng, int(rng.integers(1, 4)), high=4)
    weights = rng.standard_normal(shape)
    known = [
        lambda x: x**3, np.sin, lambda x: x,
        lambda x: weights * x**2, lambda x: (weights * x**2).sum(-1),
        lambda x: float((weights * x).sum() ** 2), lambda x: np.cumsum(x**2),
    ]  # fmt: skip
    f = known[rng.integers(len(known))]
    x = rng.uniform(0.5, 2, shape) * draws.sign(rng, *shape)
    return f, draws.laid(rng, x), normal(rng, *np.shape(f(x))), draws.size(rng, 1e-3, 0.3)


@exercise(
    cases=functions,
    domain=any_function,
    atol=1e-11,  # differences of values of size ten, divided by 0.02 or more
    hints=(
        "One entry of x at a time: move it up by h, move it down by h, look at sum(f(x) * dy).",
        "For f(x) = x³ the central difference at x is 3x² + h², times dy. Divide what you get by "
        "dy: is it 3x² + 3hx + h² (one side only), twice too large, or right at x[0] and off at a "
        "later entry of batch norm's case (one that was moved before was not put back)?",
        "dx = np.zeros_like(x)\nfor i in np.ndindex(x.shape):\n"
        "    up, down = x.copy(), ___\n    up[i] += ___\n    down[i] -= ___\n"
        "    dx[i] = np.sum((f(___) - f(___)) * ___) / ___\nreturn dx",
    ),
    points=2,
    minutes=8,
    difficulty=3,
    ask="A smaller h makes the formula better and, below some h, the result worse. Why?",
)
def numgrad(f, x, dy, h):
    """Measure the gradient of sum(f(x) * dy) in x by central differences of step h. -> like x"""
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        dx[i] = np.sum((f(up) - f(down)) * dy) / (2 * h)
    return dx


@numgrad.alternative
def numgrad_in_place(f, x, dy, h):
    dx = np.empty(x.shape)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    for _ in it:
        i = it.multi_index
        before = x[i]
        x[i] = before + h
        up = np.array(f(x))
        x[i] = before - h
        down = np.array(f(x))
        x[i] = before
        dx[i] = ((up - down) * dy).sum() / h / 2
    return dx


@numgrad.alternative
def numgrad_by_unit_vectors(f, x, dy, h):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in units]
    return np.array([np.sum(s * dy) for s in slopes]).reshape(x.shape)


@numgrad.alternative
def numgrad_on_lists(f, x, dy, h):
    flat, out = x.ravel().tolist(), []

    def loss(values):
        y = np.asarray(f(np.array(values).reshape(x.shape)))
        return math.fsum((y * dy).ravel())

    for i, v in enumerate(flat):
        before, after = flat[:i], flat[i + 1 :]
        change = loss([*before, v + h, *after]) - loss([*before, v - h, *after])
        out.append(change / (2 * h))
    return np.reshape(out, x.shape)


@numgrad.alternative
def numgrad_by_einsum(f, x, dy, h):
    jacobian = []
    for i in range(x.size):
        step = np.zeros(x.size)
        step[i] = h
        step = step.reshape(x.shape)
        jacobian.append(np.ravel(f(x + step)) - np.ravel(f(x - step)))
    return np.einsum("ij,j->i", jacobian, np.ravel(dy)).reshape(x.shape) / (2 * h)
