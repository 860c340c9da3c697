"""The exercise gd_quadratic of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.scaling_inputs.inputs import bowl


def descents(rng):
    H, b = bowl(rng, 2)
    yield "2 weights, 1 step", (H, b, rng.uniform(2, 4, 2), 0.3, 1)
    H, b = bowl(rng, 3)
    yield "3 weights, 4 steps", (H, b, rng.uniform(2, 4, 3), 0.3, 4)
    yield "the same, no step at all", (H, b, rng.uniform(2, 4, 3), 0.3, 0)
    H, b = bowl(rng, 4)
    yield "4 weights, 3 steps, a learning rate that diverges", (H, b, rng.uniform(2, 4, 4), 2.5, 3)


def any_descent(rng):
    """From anywhere, the bottom too, with no step or with some, whatever the learning rate."""
    D = int(rng.integers(1, 6))
    H, b = bowl(rng, D)
    scale = draws.size(rng, 1e-3, 1e3)
    w0 = np.linalg.solve(H, b) if rng.random() < 0.2 else scale * rng.standard_normal(D)
    return H, b, w0, draws.size(rng, 1e-3, 3), int(rng.integers(0, 7))


@exercise(
    cases=descents,
    domain=any_descent,
    hints=(
        "Two lines in a loop: the gradient where you stand, and a step against it. Before the "
        "loop, put the starting point on the path.",
        "Take 0 steps: your path should be w0 alone, shape (1, D). Take 1: is the second row "
        "w0 − lr · (H w0 − b)?",
        "w = w0\npath = [___]\nfor _ in range(steps):\n    gradient = ___ @ w - ___\n"
        "    w = w - ___ * gradient\n    path.append(___)\nreturn np.array(path)",
    ),
    points=2,
    minutes=6,
    difficulty=2,
    ask="Multiply H and b by 10 and divide lr by 10. What happens to the path?",
)
def gd_quadratic(H, b, w0, lr, steps):
    """Gradient descent on ½ wᵀHw − bᵀw: every point visited, w0 first. -> (steps + 1, D)"""
    w = w0
    path = [w]
    for _ in range(steps):
        gradient = H @ w - b
        w = w - lr * gradient
        path.append(w)
    return np.array(path)


@gd_quadratic.alternative
def into_an_array(H, b, w0, lr, steps):
    path = np.empty((steps + 1, len(w0)))
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * (H.dot(path[t]) - b)
    return path


@gd_quadratic.alternative
def by_recursion(H, b, w0, lr, steps):
    if steps == 0:
        return w0[None]
    return np.vstack(
        [w0, by_recursion(H, b, w0 + lr * b - lr * np.einsum("ij,j", H, w0), lr, steps - 1)]
    )


@gd_quadratic.alternative
def in_closed_form(H, b, w0, lr, steps):
    minimum = np.linalg.solve(H, b)
    shrink = np.eye(len(b)) - lr * H
    powers = [np.linalg.matrix_power(shrink, t) for t in range(steps + 1)]
    return np.array([minimum + p @ (w0 - minimum) for p in powers])


@gd_quadratic.alternative
def on_plain_lists(H, b, w0, lr, steps):
    w, path = list(w0), [list(w0)]
    for _ in range(steps):
        slope = [
            sum(h * v for h, v in zip(row, w, strict=True)) - c for row, c in zip(H, b, strict=True)
        ]
        w = [v - lr * s for v, s in zip(w, slope, strict=True)]
        path.append(w)
    return path
