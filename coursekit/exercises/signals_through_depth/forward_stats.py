"""The exercise forward_stats of the lesson signals_through_depth."""

from itertools import pairwise

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.signals_through_depth.inputs import matrix, relu, rows


def networks(rng):
    """Square layers first: there, a matrix the wrong way round is silent."""
    square = [matrix(rng, 4, 4) for _ in range(3)]
    yield "3 layers of 4 x 4, ReLU", (square, rows(rng, 5, 4), relu)
    sizes = [3, 6, 2, 5]
    weights = [matrix(rng, a, b) for a, b in pairwise(sizes)]
    yield "3 layers, 3 to 6 to 2 to 5, ReLU", (weights, rows(rng, 4, 3), relu)
    yield "3 layers, 3 to 6 to 2 to 5, tanh", (weights, rows(rng, 4, 3), np.tanh)
    yield "1 layer of 4 x 4, ReLU, 1 sample", (square[:1], rows(rng, 1, 4), relu)


def any_network(rng):
    """One layer or several, of different widths, and whatever activation."""
    widths = [int(n) for n in rng.permutation(np.arange(1, 8))[: rng.integers(2, 6)]]
    weights = [matrix(rng, a, b) for a, b in pairwise(widths)]
    act = [relu, np.tanh, np.abs, lambda z: z, lambda z: np.where(z > 0, z, 0.1 * z)]
    x = draws.size(rng, 1e-3, 1e3) * rows(rng, int(rng.integers(1, 7)), widths[0])
    return weights, x, act[rng.integers(len(act))]


@exercise(
    cases=networks,
    domain=any_network,
    hints=(
        "One loop over the weights. What comes out of a layer, activation included, is measured, "
        "and is what goes into the next.",
        "Take act = lambda z: z and identity matrices: every row should be the mean and std of x "
        "itself. And is it one number for all samples and units, or one per unit?",
        "h, found = x, []\nfor W in weights:\n    h = ___(h @ ___)\n"
        "    found.append((h.mean(), h.___()))\nreturn np.array(found)",
    ),
    points=2,
    minutes=7,
    difficulty=2,
    ask="With ReLU and He's weights the std nearly stays, and the mean is not 0. What does stay "
    "exactly, on average?",
)
def forward_stats(weights, x, act):
    """Mean and std of each layer's activations, over samples and units. -> (L, 2)"""
    h, found = x, []
    for W in weights:
        h = act(h @ W)  # (N, fan_out)
        found.append((h.mean(), h.std()))
    return np.array(found)


@forward_stats.alternative
def into_a_table(weights, x, act):
    table = np.zeros((len(weights), 2))
    for layer, W in enumerate(weights):
        x = act(np.einsum("ni,io->no", x, W))
        table[layer] = x.mean(), np.sqrt(((x - x.mean()) ** 2).mean())
    return table


@forward_stats.alternative
def by_recursion(weights, x, act):
    if not weights:
        return []
    h = act(np.dot(x, weights[0]))
    return [[h.mean(), h.var() ** 0.5], *by_recursion(weights[1:], h, act)]


@forward_stats.alternative
def all_activations_first(weights, x, act):
    seen = [x]
    for W in weights:
        seen.append(act(seen[-1] @ W))
    return np.stack([[np.mean(h) for h in seen[1:]], [np.std(h) for h in seen[1:]]], axis=1)
