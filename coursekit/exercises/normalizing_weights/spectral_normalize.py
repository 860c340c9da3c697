"""The exercise spectral_normalize of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.normalizing_weights.inputs import any_weights, weights


def start(rng, out):
    """(out,): an arrow that no singular vector lies along, not of length 1."""
    return 2 * (rng.uniform(0.5, 1, out) + 0.3 * rng.standard_normal(out))


def matrices(rng):
    for shape, steps in (((4, 4), 1), ((3, 5), 2), ((5, 3, 2, 4), 1), ((2, 3, 4), 3), ((6, 2), 2)):
        w = weights(rng, *shape)
        label = " × ".join(map(str, shape)) + f", steps = {steps}"
        yield label, (w, start(rng, len(w)), steps)
    w = weights(rng, 3, 2) / 1000
    yield "3 × 2, weights of a thousandth, steps left out", (w, start(rng, 3))
    w = weights(rng, 4, 3)
    yield "4 × 3, from the u of one step before", (w, w @ rng.uniform(0.5, 1, 3), 1)


def any_matrix(rng):
    w = any_weights(rng)
    return w, start(rng, len(w)), int(rng.integers(1, 6))


@exercise(
    cases=matrices,
    domain=any_matrix,
    rtol=1e-8,
    hints=(
        "Write w as a table, one row for each output. Then go back and forth: u through the turned "
        "table gives v, v through the table gives u, each time cut to length 1.",
        "Take w = [[2, 0], [0, 1]] and u = (1, 1). After one step v is (2, 1) / √5 and u points "
        "along (4, 1). To which axis does u turn, and what does that axis get multiplied by?",
        "matrix = w.reshape(len(w), -1)\n"
        "for _ in range(___):\n"
        "    v = ___ @ u\n"
        "    v = v / ___\n"
        "    u = ___ @ v\n"
        "    u = u / ___\n"
        "sigma = u @ ___ @ v",
    ),
    points=3,
    minutes=8,
    difficulty=3,
    returns=("w_bar", "u"),
    ask="Why is one step enough in training, if u is kept from one step to the next?",
)
def spectral_normalize(w, u, steps=1):
    """Divide w by its largest singular value, found by power iteration. -> w_bar like w, u (out,)

    w: (out, *fan_in), read as a matrix (out, n); u: (out,), of any length. A step makes v = Wᵀu and
    then u = Wv, both of length 1; the value is uᵀWv after `steps` of them, 1 or more.
    """
    matrix = w.reshape(len(w), -1)
    for _ in range(steps):
        v = matrix.T @ u
        v = v / np.linalg.norm(v)
        u = matrix @ v
        u = u / np.linalg.norm(u)
    sigma = u @ matrix @ v
    return w / sigma, u


@spectral_normalize.alternative
def the_value_is_a_length(w, u, steps=1):
    """u points along Wv, so uᵀWv is the length of Wv."""
    flat = w.reshape(w.shape[0], -1)
    for _ in range(steps):
        v = u @ flat
        v /= np.sqrt((v**2).sum())
        u = flat @ v
        sigma = np.sqrt((u**2).sum())
        u = u / sigma
    return w / sigma, u


@spectral_normalize.alternative
def by_a_power_of_the_matrix(w, u, steps=1):
    flat = w.reshape(len(w), -1)
    square = flat @ flat.T
    square = square / np.linalg.norm(square)
    before = np.linalg.matrix_power(square, steps - 1) @ u
    v = before @ flat / np.linalg.norm(before @ flat)
    along = flat @ v
    return w * (1 / np.linalg.norm(along)), along / np.linalg.norm(along)


@spectral_normalize.alternative
def steps_by_recursion(w, u, steps=1):
    def unit(a):
        return a / np.hypot.reduce(a)

    flat = w.reshape(len(w), -1)
    v = unit(np.einsum("oi,o->i", flat, u))
    u = unit(np.einsum("oi,i->o", flat, v))
    if steps > 1:
        return steps_by_recursion(w, u, steps - 1)
    return w / np.einsum("o,oi,i", u, flat, v), u


@spectral_normalize.alternative
def spectral_in_torch(w, u, steps=1):
    import torch
    import torch.nn.functional as F

    w, u = (torch.from_numpy(np.ascontiguousarray(a)) for a in (w, u))
    matrix = w.flatten(1)
    for _ in range(steps):
        v = F.normalize(matrix.mT @ u, dim=0, eps=0.0)
        u = F.normalize(matrix @ v, dim=0, eps=0.0)
    return w / torch.dot(u, matrix @ v), u
