"""The exercise rms_norm_backward of the lesson sequences_and_transformers."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.sequences_and_transformers.inputs import scale, tokens


def remembered(rng, x, gamma, eps):
    """dy, and what the forward pass remembers of x."""
    inv_rms = 1 / np.sqrt((x**2).mean(-1, keepdims=True) + eps)
    return rng.standard_normal(x.shape) + 0.5, x * inv_rms, gamma, inv_rms


def passes(rng):
    for shape, eps in (((4, 4), 0.1), ((3, 5), 1.0), ((2, 3, 5), 0.1), ((1, 6), 0.5)):
        label = " × ".join(map(str, shape)) + f", eps = {eps:g}"
        yield label, remembered(rng, tokens(rng, *shape), scale(rng, shape[-1]), eps)
    one = np.ones(4)
    yield "gamma of ones, 3 × 4, eps = 0.1", remembered(rng, tokens(rng, 3, 4), one, 0.1)


def any_pass(rng):
    *others, D = draws.sizes(rng, int(rng.integers(1, 5)), high=6)
    x = draws.size(rng, 1e-3, 1e3) * tokens(rng, *others, D)
    given = remembered(rng, x, draws.affine(rng, D)[0], draws.eps(rng))
    dy, x_hat, gamma, inv_rms = draws.floats(rng, *given)
    return draws.laid(rng, dy), draws.laid(rng, x_hat), gamma, inv_rms


@exercise(
    cases=passes,
    domain=any_pass,
    atol=1e-11,  # with one feature dx is what eps leaves of a difference of equal numbers
    hints=(
        "It is layer norm's backward pass with one of its two averages left out: that of the mean.",
        "Set gamma to ones and eps to 0. Then the sum of dx · x̂ over a token's features must be 0, "
        "because a longer x gives the same output. Is yours? And is the sum of dx itself left "
        "alone?",
        "dx_hat = ___ * dy\n"
        "along = (dx_hat * ___).mean(-1, keepdims=True)\n"
        "dx = ___ * (dx_hat - ___ * along)\n"
        "others = tuple(range(dy.ndim - 1))\n"
        "return dx, (dy * ___).sum(others)",
    ),
    points=3,
    minutes=8,
    difficulty=3,
    ask="Layer norm's dx sums to 0 over the features. Why does RMS norm's not?",
)
def rms_norm_backward(dy, x_hat, gamma, inv_rms):
    """Gradients of RMS norm. (..., D), (..., D), (D,), (..., 1) -> dx (..., D), dgamma (D,)"""
    dx_hat = gamma * dy
    along = (dx_hat * x_hat).mean(-1, keepdims=True)
    dx = inv_rms * (dx_hat - x_hat * along)
    others = tuple(range(dy.ndim - 1))
    return dx, (dy * x_hat).sum(others)


@rms_norm_backward.alternative
def by_sums(dy, x_hat, gamma, inv_rms):
    D, g = dy.shape[-1], dy * gamma
    dx = inv_rms / D * (D * g - x_hat * (g * x_hat).sum(-1, keepdims=True))
    return dx, (dy * x_hat).reshape(-1, D).sum(0)


@rms_norm_backward.alternative
def jacobian_of_each_token(dy, x_hat, gamma, inv_rms):
    D = dy.shape[-1]
    dx = np.empty_like(dy)
    for place in np.ndindex(dy.shape[:-1]):
        h = x_hat[place]
        dx[place] = inv_rms[place][0] * (np.eye(D) - np.outer(h, h) / D) @ (gamma * dy[place])
    return dx, np.einsum("nd,nd->d", dy.reshape(-1, D), x_hat.reshape(-1, D))


@rms_norm_backward.alternative
def through_the_mean_square(dy, x_hat, gamma, inv_rms):
    """Node by node: y = gamma · x · s, and s = (mean square + eps) ** −1/2."""
    x, g = x_hat / inv_rms, gamma * dy
    ds = (g * x).sum(-1, keepdims=True)
    dmean_square = -0.5 * inv_rms**3 * ds
    dx = g * inv_rms + dmean_square * 2 * x / x.shape[-1]
    return dx, np.sum(dy * x_hat, axis=tuple(range(dy.ndim - 1)))


@rms_norm_backward.alternative
def backward_in_torch(dy, x_hat, gamma, inv_rms):
    import torch

    given = (dy, x_hat, gamma, inv_rms)
    dy, h, gamma, inv = (torch.from_numpy(np.ascontiguousarray(a)) for a in given)
    g = gamma * dy
    dx = inv * torch.addcmul(g, h, (g * h).mean(-1, keepdim=True), value=-1)
    return dx, (dy * h).reshape(-1, dy.shape[-1]).sum(0)
