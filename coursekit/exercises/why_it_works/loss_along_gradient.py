"""The exercise loss_along_gradient of the lesson why_it_works."""

import numpy as np

from coursekit.checking import draws, exercise


def bowl(A, b):
    """A quadratic loss and its gradient."""

    def f(w):
        return 0.5 * w @ A @ w - b @ w, A @ w - b

    return f


def wave(a):
    """A loss that bends both ways."""

    def f(w):
        return np.sum(np.cos(a * w)) + 0.1 * w @ w, -a * np.sin(a * w) + 0.2 * w

    return f


def landscapes(rng):
    """Gradients far from length 1, which turn along the way."""
    A = np.array([[3.0, 1.0, 0.0], [1.0, 0.5, 0.2], [0.0, 0.2, 2.0]])
    w = rng.uniform(1, 2, 3) * [1, -1, 1]
    yield "a bowl, 3 weights, 4 lengths", (bowl(A, rng.uniform(1, 2, 3)), w, [0.05, 0.2, 0.4, 1.0])
    yield "a wave, 2 weights, 3 lengths", (wave(np.array([2.0, 3.0])), w[:2], [0.1, 0.3, 0.7])
    yield (
        "a wave, 4 weights, lengths not in order",
        (
            wave(rng.uniform(1, 3, 4)),
            rng.uniform(0.5, 2, 4),
            [0.6, 0.1, 0.3, 0.9, 0.2],
        ),
    )
    yield "a bowl, 1 weight, 1 length", (bowl(np.array([[2.0]]), np.ones(1)), 3 * np.ones(1), [0.3])


def any_landscape(rng):
    """A bowl or a wave, in any number of weights."""
    D = int(rng.integers(1, 7))
    A = rng.standard_normal((D, D))
    f = bowl(A @ A.T + np.eye(D), rng.uniform(1, 2, D)) if rng.random() < 0.5 else None
    f = f or wave(rng.uniform(0.5, 3, D))
    w = draws.size(rng, 0.1, 10) * rng.uniform(0.5, 2, D) * draws.sign(rng, D)
    return f, w, [draws.size(rng, 1e-2, 2) for _ in range(int(rng.integers(1, 6)))]


@exercise(
    cases=landscapes,
    domain=any_landscape,
    returns=("losses", "changes"),
    hints=(
        "One gradient, at w, sets the direction. Then visit points on the straight line, and ask f "
        "for both of its values at each.",
        "Take f(w) = w², w = 1, length 0.5: one step lands in the minimum, so the loss is 0 and "
        "the gradient has changed by all of its length, 1. Does your answer depend on the order of "
        "the lengths? It must not.",
        "_, g = f(w)\nlosses, changes = [], []\nfor length in lengths:\n"
        "    loss, there = f(w - ___)\n    losses.append(loss)\n"
        "    changes.append(np.linalg.norm(___) / np.linalg.norm(___))\n"
        "return np.array(losses), np.array(changes)",
    ),
    points=2,
    minutes=9,
    difficulty=3,
    ask="On which loss would `changes` be 0 at every length?",
)
def loss_along_gradient(f, w, lengths):
    """Loss, and relative change of the gradient, at w - length * gradient. -> 2 × (K,)"""
    _, g = f(w)  # f: weights (D,) -> loss, gradient (D,)
    losses, changes = [], []
    for length in lengths:
        loss, there = f(w - length * g)
        losses.append(loss)
        changes.append(np.linalg.norm(there - g) / np.linalg.norm(g))
    return np.array(losses), np.array(changes)


@loss_along_gradient.alternative
def all_points_first(f, w, lengths):
    g = f(w)[1]
    points = w[None] - np.outer(lengths, g)
    seen = [f(point) for point in points]
    moved = np.stack([gradient for _, gradient in seen]) - g
    return [float(loss) for loss, _ in seen], np.sqrt((moved**2).sum(1) / (g**2).sum())


@loss_along_gradient.alternative
def on_plain_numbers(f, w, lengths):
    _, g = f(w)
    size = sum(float(v) ** 2 for v in g) ** 0.5
    rows = []
    for step in lengths:
        loss, h = f(np.array([a - step * b for a, b in zip(w, g, strict=True)]))
        gap = sum((float(p) - float(q)) ** 2 for p, q in zip(h, g, strict=True)) ** 0.5
        rows.append((float(loss), gap / size))
    return tuple(np.array(rows).T)


@loss_along_gradient.alternative
def by_unit_direction(f, w, lengths):
    start = np.array(w, dtype=float)
    g = np.asarray(f(start.copy())[1])
    size = np.sqrt(np.dot(g, g))
    direction = -g / size
    found = [f(start + length * size * direction) for length in lengths]
    return (
        np.array([loss for loss, _ in found]),
        np.array([np.linalg.norm((there - g) / size) for _, there in found]),
    )
