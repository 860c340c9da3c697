"""The exercise lsuv_scale of the lesson signals_through_depth."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.signals_through_depth.inputs import matrix, rows


def layers(rng):
    yield "6 samples, 4 inputs, 3 units", (matrix(rng, 4, 3), rows(rng, 6, 4))
    yield "4 samples, 4 inputs, 4 units", (matrix(rng, 4, 4), rows(rng, 4, 4))
    yield "weights 1000 times too small", (matrix(rng, 3, 5) / 1000, rows(rng, 7, 3))
    yield "after a ReLU: no input is negative", (matrix(rng, 3, 2), np.abs(rows(rng, 5, 3)))


def any_layer(rng):
    """Outputs that are not all the same."""
    N, D, K = draws.sizes(rng, 3)
    x = draws.size(rng, 1e-6, 1e6) * rows(rng, N + 1, D)
    return draws.laid(rng, draws.size(rng, 1e-6, 1e6) * matrix(rng, D, K)), draws.laid(rng, x)


@exercise(
    cases=layers,
    domain=any_layer,
    hints=(
        "No formula for fan_in and no assumption: send x through, look how far the outputs "
        "spread, and correct W by that factor.",
        "Send x through what you return: is (x @ yours).std() 1? Is yours still W up to one "
        "factor?",
        "z = ___ @ ___\nreturn W / z.___()",
    ),
    points=1,
    minutes=4,
    difficulty=1,
    ask="Ten layers are to be scaled this way. In which order, and why?",
)
def lsuv_scale(W, x):
    """W times one factor, so that x @ W has std 1 over samples and units. (D, K), (N, D) -> (D, K)

    The factor is above 0, and the std divides by all N · K values, which are not all the same.
    x is a batch of what enters the layer. W itself stays as it is.
    """
    z = x @ W  # (N, K)
    return W / z.std()


@lsuv_scale.alternative
def by_variance(W, x):
    z = np.einsum("nd,dk->nk", x, W)
    return W * ((z - z.mean()) ** 2).mean() ** -0.5


@lsuv_scale.alternative
def until_it_fits(W, x):
    W = W.copy()
    for _ in range(10):
        W /= np.sqrt(np.var(x @ W))
    return W


@lsuv_scale.alternative
def on_plain_lists(W, x):
    z = [float(v) for row in x.dot(W) for v in row]
    mean = sum(z) / len(z)
    std = (sum((v - mean) ** 2 for v in z) / len(z)) ** 0.5
    return [[float(w) / std for w in row] for row in W]
