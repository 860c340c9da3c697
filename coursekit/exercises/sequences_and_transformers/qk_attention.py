"""The exercise qk_attention of the lesson sequences_and_transformers."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.sequences_and_transformers.inputs import scale, tokens
from coursekit.exercises.sequences_and_transformers.rms_norm import rms_norm as the_exercise

rms_norm = the_exercise.right


def heads(rng):
    """Every head with queries of its own size."""
    for N, H, T, d, eps in ((2, 3, 4, 4, 0.1), (3, 2, 3, 5, 1.0), (1, 2, 5, 3, 0.3)):
        own = np.geomspace(0.3, 3, H)[:, None, None]
        q, k, v = own * tokens(rng, N, H, T, d), tokens(rng, N, H, T, d), tokens(rng, N, H, T, d)
        label = f"{N} sentences, {H} heads, {T} tokens of {d} features, eps = {eps:g}"
        yield label, (q, k, v, scale(rng, d), scale(rng, d), eps)
    q, k, v = (tokens(rng, 1, 2, 3, 4) for _ in range(3))
    yield "eps left out", (q, k, v, scale(rng, 4), scale(rng, 4))
    q, k, v = (tokens(rng, 2, 3, 4, 5) for _ in range(3))
    yield "gammas of size 50, eps = 0.1", (q, k, v, 50 * scale(rng, 5), 50 * scale(rng, 5), 0.1)


def any_heads(rng):
    N, H, T, d = draws.sizes(rng, 4, high=6)
    size = draws.size(rng, 1e-3, 1e3)
    q, k = size * tokens(rng, N, H, T, d), draws.size(rng, 1e-3, 1e3) * tokens(rng, N, H, T, d)
    v = tokens(rng, N, H, T, d)
    return draws.laid(rng, q), k, v, draws.affine(rng, d)[0], draws.affine(rng, d)[1], 0.1


@exercise(
    cases=heads,
    domain=any_heads,
    hints=(
        "Two lines are new: q and k each pass through `rms_norm` before they meet. The rest is "
        "attention as it was, with its √d.",
        "Multiply q by 100 and let eps be tiny. Nothing may change. Does it? Then multiply v by "
        "100: now the output must grow a hundredfold.",
        "q, k = rms_norm(q, ___, eps), rms_norm(k, ___, eps)\n"
        "logits = q @ k.swapaxes(-1, -2) / ___\n"
        "weights = np.exp(logits - logits.max(-1, keepdims=True))\n"
        "weights = weights / weights.sum(___, keepdims=True)\n"
        "return weights @ ___",
    ),
    points=3,
    minutes=9,
    difficulty=3,
    ask="Exchange gamma_q and gamma_k: nothing changes. How many scales does a head really have?",
)
def qk_attention(q, k, v, gamma_q, gamma_k, eps=1e-5):
    """Attention with normalized queries and keys. q, k, v: (N, heads, T, d), gammas (d,) -> like v

    Each query and each key is RMS-normalized over its own d features; no mask.
    """
    d = q.shape[-1]
    q = rms_norm(q, gamma_q, eps)
    k = rms_norm(k, gamma_k, eps)
    logits = q @ k.swapaxes(-1, -2) / np.sqrt(d)
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)
    return weights @ v


@qk_attention.alternative
def by_einsum(q, k, v, gamma_q, gamma_k, eps=1e-5):
    q = gamma_q * q / np.sqrt(np.mean(q * q, axis=-1, keepdims=True) + eps)
    k = gamma_k * k / np.sqrt(np.mean(k * k, axis=-1, keepdims=True) + eps)
    logits = np.einsum("nhtd,nhsd->nhts", q, k) * q.shape[-1] ** -0.5
    weights = np.exp(logits - logits.max(-1)[..., None])
    return np.einsum("nhts,nhsd->nhtd", weights / weights.sum(-1)[..., None], v)


@qk_attention.alternative
def both_scales_at_the_query(q, k, v, gamma_q, gamma_k, eps=1e-5):
    """A feature's two scales meet in one product, so either side may carry both."""
    q, k = rms_norm(q, gamma_q * gamma_k, eps), rms_norm(k, 1.0, eps)
    logits = q @ np.moveaxis(k, -1, -2) / np.sqrt(k.shape[-1])
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (weights @ v) / weights.sum(axis=-1, keepdims=True)


@qk_attention.alternative
def head_by_head(q, k, v, gamma_q, gamma_k, eps=1e-5):
    y = np.zeros_like(v)
    for n in range(len(q)):
        for h in range(q.shape[1]):
            a, b = rms_norm(q[n, h], gamma_q, eps), rms_norm(k[n, h], gamma_k, eps)
            scores = a @ b.T / q.shape[-1] ** 0.5
            for t, row in enumerate(scores):
                share = np.exp(row - row.max())
                y[n, h, t] = (share / share.sum()) @ v[n, h]
    return y


@qk_attention.alternative
def keys_on_the_left(q, k, v, gamma_q, gamma_k, eps=1e-5):
    """The table of logits turned: one column for each query."""
    q = rms_norm(q, gamma_q, eps) / np.sqrt(q.shape[-1])
    logits = rms_norm(k, gamma_k, eps) @ q.swapaxes(-1, -2)
    weights = np.exp(logits - logits.max(-2, keepdims=True))
    return (weights / weights.sum(-2, keepdims=True)).swapaxes(-1, -2) @ v


@qk_attention.alternative
def attention_in_torch(q, k, v, gamma_q, gamma_k, eps=1e-5):
    import torch

    given = (rms_norm(q, gamma_q, eps), rms_norm(k, gamma_k, eps), v)
    q, k, v = (torch.from_numpy(np.ascontiguousarray(a)) for a in given)
    return torch.nn.functional.scaled_dot_product_attention(q, k, v)
