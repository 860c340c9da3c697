"""The exercise residual_block of the lesson sequences_and_transformers."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.sequences_and_transformers.inputs import scale, tokens

PLACES = ("pre", "post", "out", "peri")


def branch(weight):
    """A small network, other than a linear map."""

    def f(x):
        return 1 + np.tanh(x @ weight)

    return f


def rms(gamma, eps=0.1):
    """A norm."""

    def norm(x):
        return gamma * x / np.sqrt((x**2).mean(-1, keepdims=True) + eps)

    return norm


def centred(x):
    """Another norm, with a mean."""
    x = x - x.mean(-1, keepdims=True)
    return 0.5 + 2 * x / np.sqrt((x**2).mean(-1, keepdims=True) + 0.1)


def blocks(rng):
    for place in PLACES:
        x, weight = 2 * tokens(rng, 3, 4), rng.standard_normal((4, 4))
        yield f"3 tokens × 4 features, {place}", (x, branch(weight), rms(scale(rng, 4)), place)
    for place in PLACES:
        x, weight = 2 * tokens(rng, 2, 3, 5), rng.standard_normal((5, 5))
        yield f"2 sentences, another norm, {place}", (x, branch(weight), centred, place)


def any_block(rng):
    *others, D = draws.sizes(rng, int(rng.integers(2, 4)), low=2, high=6)
    x = draws.size(rng, 0.1, 100) * tokens(rng, *others, D)
    norm = centred if rng.random() < 0.3 else rms(draws.affine(rng, D)[0])
    place = PLACES[rng.integers(len(PLACES))]
    return draws.laid(rng, x), branch(rng.standard_normal((D, D))), norm, place


@exercise(
    cases=blocks,
    domain=any_block,
    hints=(
        "Draw four pictures: a straight line from x to the output, a box f beside it, a plus where "
        "they meet again. Then put the norms in.",
        "In three of the four, x itself goes into the sum. In the fourth, `post`, the norm stands "
        "on the line, behind the plus. Where does yours stand for `pre`: before f only, or on the "
        "line as well?",
        'if place == "pre":\n    return x + ___\nif place == "post":\n    return norm(___)\n'
        'if place == "out":\n    return x + ___\nreturn x + norm(___)',
    ),
    minutes=6,
    difficulty=2,
    ask="In which of the four does x reach the output unchanged?",
)
def residual_block(x, f, norm, place):
    """One residual block around a branch f, its norms as `place` says. (..., D) -> (..., D)

    place: "pre" before the branch, "post" behind the sum, "out" behind the branch, "peri" before
    and behind the branch. f and norm are functions of x.
    """
    if place == "pre":
        return x + f(norm(x))
    if place == "post":
        return norm(x + f(x))
    if place == "out":
        return x + norm(f(x))
    return x + norm(f(norm(x)))


@residual_block.alternative
def step_by_step(x, f, norm, place):
    inside = norm(x) if place in ("pre", "peri") else x
    change = f(inside)
    if place in ("out", "peri"):
        change = norm(change)
    total = np.add(x, change)
    return norm(total) if place == "post" else total


@residual_block.alternative
def table_of_places(x, f, norm, place):
    return {
        "pre": lambda: f(norm(x)) + x,
        "post": lambda: norm(f(x) + x),
        "out": lambda: norm(f(x)) + x,
        "peri": lambda: norm(f(norm(x))) + x,
    }[place]()


@residual_block.alternative
def matched(x, f, norm, place):
    match place:
        case "post":
            return norm(x + f(x))
        case "pre":
            return x + f(norm(x))
    before = norm(x) if place == "peri" else x.copy()
    return x + norm(f(before))
