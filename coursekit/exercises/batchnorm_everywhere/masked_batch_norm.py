"""The exercise masked_batch_norm of the lesson batchnorm_everywhere."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.one_function_many_norms.inputs import tokens


def padded(rng, lengths, T, D, padding=0.0):
    """Sentences of these lengths, T positions with D features each, and which of them are real."""
    mask = np.arange(T) < np.array(lengths)[:, None]
    return np.where(mask[..., None], tokens(rng, len(lengths), T, D), padding), mask


def sentences(rng):
    """Padding of zeros and of leftovers, a batch without any, a feature that never changes."""
    x, mask = padded(rng, (5, 2, 3), 5, 4)
    yield "3 sentences of 5, 2 and 3 tokens, eps = 0.1", (x, mask, 0.1)
    x, mask = padded(rng, (1, 4), 4, 3, padding=50.0)
    yield "padding of 50, left from an earlier batch, eps = 0.3", (x, mask, 0.3)
    x, mask = padded(rng, (3, 3, 3, 3), 3, 2)
    yield "no padding at all, eps = 0.1", (x, mask, 0.1)
    x, mask = padded(rng, (2, 6, 1), 6, 3)
    x[..., 1] = 7 * mask
    yield "a feature that is 7 in every token, eps = 1e-5", (x, mask, 1e-5)
    x, mask = padded(rng, (4, 0, 2), 4, 3)
    yield "an empty sentence among them, eps = 0.1", (x, mask, 0.1)
    x, mask = padded(rng, (3, 1, 5), 5, 4, padding=np.nan)
    yield "padding of NaN, eps = 0.2", (x, mask, 0.2)
    x, mask = padded(rng, (2, 3), 4, 3)
    yield "a last position that nobody fills, eps left out", (x, mask)


def any_mask(rng):
    """One real token at least, anywhere; in the padding whatever was there."""
    N, T, D = draws.sizes(rng, 3)
    x = draws.columns(rng, N * T, D).reshape(N, T, D)
    mask = rng.random((N, T)) < rng.uniform(0.2, 1)
    mask[rng.integers(N), rng.integers(T)] = True
    x = x if mask.sum() > 1 else rng.standard_normal(x.shape)
    x[~mask] = rng.choice([0.0, 50.0, np.nan, np.inf, 1e12])
    return x, mask, draws.eps(rng)


@exercise(
    cases=sentences,
    domain=any_mask,
    hints=(
        "Only real tokens count: in the sum, in the number you divide by, and in the variance.",
        "Make the batch longer by positions of pure padding: does your output for the real tokens "
        "stay as it was? Now fill the padding with 50. Still?",
        "real = mask[..., None]\nM = mask.sum()\n"
        "mean = np.where(real, x, 0).sum((0, 1)) / ___\n"
        "var = np.where(real, ___, 0).sum((0, 1)) / ___\n"
        "return np.where(real, (x - mean) / np.sqrt(___), ___)",
    ),
    points=2,
    minutes=10,
    difficulty=3,
    ask="A batch holds one real token and no other. What comes out for it, and why?",
)
def masked_batch_norm(x, mask, eps=1e-5):
    """Normalize each feature over the real tokens of the batch; padding comes out as 0.

    x: (N, T, D), mask: (N, T), True where a token is real. -> (N, T, D)
    """
    real = mask[..., None]  # (N, T, 1)
    M = mask.sum()
    mean = np.where(real, x, 0).sum((0, 1)) / M  # (D,)
    var = np.where(real, (x - mean) ** 2, 0).sum((0, 1)) / M
    return np.where(real, (x - mean) / np.sqrt(var + eps), 0)


@masked_batch_norm.alternative
def on_the_real_rows(x, mask, eps=1e-5):
    rows = x[mask]  # (M, D)
    y = np.zeros_like(x)
    y[mask] = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps)
    return y


@masked_batch_norm.alternative
def by_where_arguments(x, mask, eps=1e-5):
    where = np.broadcast_to(mask[..., None], x.shape)
    mean, var = (f(x, axis=(0, 1), where=where) for f in (np.mean, np.var))
    return np.divide(x - mean, np.sqrt(var + eps), out=np.zeros_like(x), where=where)


@masked_batch_norm.alternative
def masked_by_loops(x, mask, eps=1e-5):
    N, T, D = x.shape
    y = np.zeros(x.shape)
    places = [(n, t) for n in range(N) for t in range(T) if mask[n, t]]
    for d in range(D):
        values = [x[n, t, d] for n, t in places]
        mean = sum(values) / len(values)
        var = sum((v - mean) ** 2 for v in values) / len(values)
        for n, t in places:
            y[n, t, d] = (x[n, t, d] - mean) / (var + eps) ** 0.5
    return y


@masked_batch_norm.alternative
def masked_in_torch(x, mask, eps=1e-5):
    import torch

    t, padding = torch.from_numpy(x), ~torch.from_numpy(mask).unsqueeze(2)
    M = mask.sum()
    mean = t.masked_fill(padding, 0).sum((0, 1)) / M
    centred = (t - mean).masked_fill(padding, 0)
    return centred * torch.rsqrt(centred.pow(2).sum((0, 1)) / M + eps)


@masked_batch_norm.alternative
def by_numpys_masked_arrays(x, mask, eps=1e-5):
    hidden = np.ma.masked_array(x, np.broadcast_to(~mask[..., None], x.shape))
    rows = hidden.reshape(-1, x.shape[2])
    y = (hidden - rows.mean(0)) / np.ma.sqrt(rows.var(0) + eps)
    return y.filled(0)
