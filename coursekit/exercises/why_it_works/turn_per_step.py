"""The exercise turn_per_step of the lesson why_it_works."""

from itertools import pairwise

import numpy as np

from coursekit.checking import draws, exercise


def walks(rng):
    """Weights that turn by a few degrees or by more than a right angle, and change their length."""
    for label, (T, D), size in (
        ("5 moments of 3 weights", (5, 3), 0.4),
        ("4 moments of 2 weights, wide turns", (4, 2), 3.0),
        ("3 moments of 3 weights", (3, 3), 0.8),
        ("2 moments of 6 weights", (2, 6), 0.3),
    ):
        w = rng.uniform(2, 3, D) * rng.choice([-1.0, 1.0], D)
        steps = size * rng.uniform(1, 2, (T, D)) * rng.choice([-1.0, 1.0], (T, D))
        steps[:, 0] = np.abs(steps[:, 0]) * -np.sign(w[0])
        yield label, (w + np.cumsum(steps, axis=0),)
    w = rng.uniform(1, 2, (1, 7))
    yield "60 moments of 7 weights that only shrink", (w * 0.97 ** np.arange(60)[:, None],)
    turned = np.where(np.arange(60) // 2 % 2, -1, 1)
    w = np.array([1.0, 6.0]) / (turned * np.arange(1, 61))[:, None]
    yield "60 moments of 2 weights that shrink, and turn right round", (w,)
    u = rng.uniform(1, 2, 3)
    yield "a step back through the origin", (np.stack([u, -0.5 * u, 2 * u]),)


def any_walk(rng):
    T, D = int(rng.integers(2, 7)), int(rng.integers(2, 8))
    size = draws.size(rng, 1e-6, 1e6)
    w = size * rng.standard_normal((T, D)) * draws.size(rng, 0.05, 1)
    return (draws.laid(rng, w + 2 * size * draws.sign(rng, D)),)


@exercise(
    cases=walks,
    domain=any_walk,
    atol=1e-4,  # degrees: an arc cosine near 1 knows a small angle to a millionth of one
    hints=(
        "The angle between two vectors follows from their dot product and both lengths. Here the "
        "two are the weights before a step and after it.",
        "From (1, 0) to (0, 2) it is 90 degrees, and from there to (0, 1) it is 0. Does 0 come out "
        "as nan? A cosine of 1.0000000000000002 is rounding, and arccos knows no such thing.",
        "unit = w / np.linalg.norm(w, axis=___, keepdims=True)\n"
        "cosine = (unit[1:] * unit[___]).sum(axis=___)\n"
        "return np.degrees(np.arccos(np.clip(cosine, ___, ___)))",
    ),
    points=2,
    minutes=8,
    difficulty=3,
    ask="A step of gradient descent before a norm is at right angles to w. Which of the angle's "
    "sine, tangent and cosine is its length over that of w?",
)
def turn_per_step(w):
    """The angle between weights before and after each step, in degrees. w (T, D) -> (T - 1,)"""
    unit = w / np.linalg.norm(w, axis=1, keepdims=True)
    cosine = (unit[1:] * unit[:-1]).sum(axis=1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))  # rounding may leave [-1, 1]


@turn_per_step.alternative
def by_half_angles(w):
    unit = w / np.sqrt((w**2).sum(1))[:, None]
    apart = np.linalg.norm(unit[1:] - unit[:-1], axis=1)
    together = np.linalg.norm(unit[1:] + unit[:-1], axis=1)
    return np.rad2deg(2 * np.arctan2(apart, together))


@turn_per_step.alternative
def pair_by_pair(w):
    found = []
    for a, b in pairwise(w):
        cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
        found.append(float(np.arccos(max(-1.0, min(1.0, cosine)))) * 180 / np.pi)
    return found


@turn_per_step.alternative
def by_einsum(w):
    dot = np.einsum("td,td->t", w[1:], w[:-1])
    square = np.einsum("td,td->t", w, w)
    cosine = np.minimum(dot / np.sqrt(square[1:] * square[:-1]), 1.0)
    return np.degrees(np.arccos(np.maximum(cosine, -1.0)))
