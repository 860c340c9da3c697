"""The exercise ghost_batch_norm of the lesson noise_and_small_batches."""

import numpy as np

from coursekit.checking import draws, exercise


def rows(rng, N, D):
    """(N, D): columns of their own size and mean; rows drift from the first to the last."""
    drift = np.linspace(-2, 2, N)[:, None] * rng.uniform(0.5, 1, D)
    return np.geomspace(0.3, 20, D) * (rng.uniform(1, 3, D) + drift + rng.standard_normal((N, D)))


def affine(rng, D):
    """gamma of either sign and never 1, beta never 0: (D,) both."""
    gamma = rng.uniform(0.5, 2, D)
    gamma[1::2] *= -1
    return gamma, rng.uniform(0.5, 2, D)


def batches(rng):
    """Whole groups, a short last one, one row over, and the two ends; eps large, then left out."""
    yield "12 rows × 4 features in groups of 3, eps = 0.3", (
        rows(rng, 12, 4), *affine(rng, 4), 3, 0.3,
    )  # fmt: skip
    yield "11 rows × 3 features in groups of 4, so that 3 are left, eps = 0.1", (
        rows(rng, 11, 3), *affine(rng, 3), 4, 0.1,
    )  # fmt: skip
    yield "10 rows × 5 features in groups of 4, so that 2 are left, eps left out", (
        rows(rng, 10, 5), *affine(rng, 5), 4,
    )  # fmt: skip
    yield "7 rows × 4 features in groups of 3, so that 1 is left, eps = 0.3", (
        rows(rng, 7, 4), *affine(rng, 4), 3, 0.3,
    )  # fmt: skip
    yield "6 rows × 2 features in groups of 2, eps left out", (
        rows(rng, 6, 2), *affine(rng, 2), 2,
    )  # fmt: skip
    yield "5 rows × 3 features, all in one group of 8, eps = 0.1", (
        rows(rng, 5, 3), *affine(rng, 3), 8, 0.1,
    )  # fmt: skip


def any_batch(rng):
    """Any number of rows in groups of any size, also larger than the batch."""
    N, D = draws.sizes(rng, 2, high=12)
    x = draws.columns(rng, N, D, 1e-3, 1e3, far=10)
    x, gamma, beta = draws.floats(rng, x, *draws.affine(rng, D))
    return draws.laid(rng, x), gamma, beta, int(rng.integers(1, 9)), draws.eps(rng, x)


@exercise(
    cases=batches,
    domain=any_batch,
    hints=(
        "It is the batch norm of lesson 04, called once for each group. Which rows does the first "
        "call get, which the second, and which the last?",
        "Take 7 rows in groups of 3. The last row is a group by itself, so its x_hat is 0: is its "
        "output beta? And do the first three rows come out with mean beta, feature by feature?",
        "parts = []\nfor start in range(0, ___, ___):\n    part = x[start : ___]\n"
        "    mean, var = part.mean(axis=___), part.var(axis=___)\n"
        "    parts.append((part - ___) / np.sqrt(___))\n"
        "return gamma * np.concatenate(parts) + beta",
    ),
    points=2,
    minutes=8,
    difficulty=2,
    ask="With groups of 2, what can x_hat be? What of a feature gets through to the next layer?",
)
def ghost_batch_norm(x, gamma, beta, group, eps=1e-5):
    """Batch norm of every `group` neighbouring rows of x by themselves. (N, D) -> (N, D)

    gamma and beta are (D,). If N is no multiple, the last group holds the rows that are left.
    """
    parts = []
    for start in range(0, len(x), group):
        part = x[start : start + group]
        mean, var = part.mean(axis=0), part.var(axis=0)
        parts.append((part - mean) / np.sqrt(var + eps))
    return gamma * np.concatenate(parts) + beta


@ghost_batch_norm.alternative
def whole_groups_in_a_view(x, gamma, beta, group, eps=1e-5):
    whole = len(x) - len(x) % group
    pieces = [x[:whole].reshape(-1, group, x.shape[1]), x[whole:][None]]
    y = []
    for piece in pieces:
        if piece.size:
            centred = piece - piece.mean(1, keepdims=True)
            std = np.sqrt((centred**2).mean(1, keepdims=True) + eps)
            y.append((centred / std).reshape(-1, x.shape[1]))
    return np.vstack(y) * gamma + beta


@ghost_batch_norm.alternative
def by_a_table_of_members(x, gamma, beta, group, eps=1e-5):
    """Average within groups by multiplying with a matrix (N, N) that knows who is with whom."""
    number = np.arange(len(x)) // group
    together = (number[:, None] == number) * 1.0
    together = (together / together.sum(1, keepdims=True)).astype(x.dtype)
    centred = x - together @ x
    return gamma * centred / np.sqrt(together @ centred**2 + eps) + beta


@ghost_batch_norm.alternative
def split_at_multiples(x, gamma, beta, group, eps=1e-5):
    y = np.empty_like(x)
    for members in np.split(np.arange(len(x)), range(group, len(x), group)):
        mean, std = x[members].mean(0), np.sqrt(x[members].var(0) + eps)
        y[members] = gamma * ((x[members] - mean) / std) + beta
    return y


@ghost_batch_norm.alternative
def ghosts_in_torch(x, gamma, beta, group, eps=1e-5):
    import torch

    gamma, beta = torch.from_numpy(gamma), torch.from_numpy(beta)
    done = []
    for part in torch.from_numpy(x).split(group):
        var, mean = torch.var_mean(part, dim=0, correction=0)
        done.append(torch.addcmul(beta, (part - mean) * torch.rsqrt(var + eps), gamma))
    return torch.cat(done)


@ghost_batch_norm.mistake(
    "Your groups take every k-th row, as cards are dealt. A group holds neighbours: rows 0 to "
    "group − 1 are the first one."
)
def dealt_like_cards(x, gamma, beta, group, eps=1e-5):
    y, k = np.empty_like(x), -(-len(x) // group)
    for i in range(k):
        y[i::k] = (x[i::k] - x[i::k].mean(0)) / np.sqrt(x[i::k].var(0) + eps)
    return gamma * y + beta


@ghost_batch_norm.mistake(
    "The rows that were left joined the last whole group, which became larger than asked for. "
    "They are a group of their own."
)
def rest_joined_the_last(x, gamma, beta, group, eps=1e-5):
    ends = list(range(group, len(x), group))
    if len(x) % group and len(ends):
        ends = ends[:-1]
    parts = np.split(x, ends)
    return gamma * np.vstack([(p - p.mean(0)) / np.sqrt(p.var(0) + eps) for p in parts]) + beta
