"""The exercise influence_of_sample of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import draws, exercise


def layer_norm(x):
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)


def plain_batch_norm(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)


def nudges(rng):
    """A judge's function, a batch, and the sample to move.

    A square batch first: there, a column taken for a row is silent, and can be told by its values.
    """
    x = rng.uniform(1, 3, (5, 3)) * [1, -1, 2]
    yield "f is batch norm, i = 1 of 3 samples", (plain_batch_norm, x[:3], 1)
    yield "f is batch norm, i = 1 of 5 samples", (plain_batch_norm, x, 1)
    yield "f is layer norm, i = 4", (layer_norm, x, 4)
    yield "f(x) = x², i = 0", (lambda x: x**2, x, 0)
    yield "f is batch norm, 2 samples", (plain_batch_norm, x[:2], 0)
    yield "f subtracts the batch mean, i = 2 of 3", (lambda x: x - x.mean(0), x[:3], 2)


def any_influence(rng):
    """Whatever f of a table, and any of its samples."""
    N, D = draws.sizes(rng, 2)
    x = draws.columns(rng, N, D, 1e-3, 1e3)
    weights = rng.standard_normal((N, N))
    known = [plain_batch_norm, layer_norm, np.tanh, lambda x: x, lambda x: weights @ x]
    return known[rng.integers(len(known))], draws.laid(rng, x), int(rng.integers(N))


@exercise(
    cases=nudges,
    domain=any_influence,
    atol=1e-11,  # differences of outputs of size one, which may be almost equal
    hints=(
        "Two calls of f: one on x, one on a batch in which only row i differs.",
        "What does your function give for f(x) = x? It must be 1, 2, …, D in row i and 0 "
        "elsewhere. And is x still what it was before the call?",
        "moved = x.___()\nmoved[___] += np.arange(1, x.shape[___] + 1)\nreturn f(___) - f(___)",
    ),
    minutes=4,
    difficulty=2,
    ask="With f = batch norm and 2 samples, your result is almost 0. Where did the change go?",
)
def influence_of_sample(f, x, i):
    """f(x with 1, 2, …, D added to the features of sample i) - f(x), for every sample. -> (N, D)

    f takes a table (N, D) and returns one. i counts from 0, and x stays as it is.
    """
    moved = x.copy()
    moved[i] += np.arange(1, x.shape[1] + 1)
    return f(moved) - f(x)


@influence_of_sample.alternative
def by_one_hot(f, x, i):
    N, D = x.shape
    return f(x + np.outer(np.eye(N)[i], 1 + np.arange(D))) - f(x)


@influence_of_sample.alternative
def by_where(f, x, i):
    here = np.arange(len(x))[:, None] == i
    return np.subtract(f(np.where(here, x + range(1, x.shape[1] + 1), x)), f(x))


@influence_of_sample.alternative
def number_by_number(f, x, i):
    moved = x.tolist()
    for j in range(x.shape[1]):
        moved[i][j] += j + 1
    return f(np.array(moved)) - f(x.copy())
