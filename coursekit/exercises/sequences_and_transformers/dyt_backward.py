"""The exercise dyt_backward of the lesson sequences_and_transformers."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.sequences_and_transformers.inputs import scale, tokens


def passes(rng):
    for shape, alpha in (((3, 4), 0.5), ((4, 4), 0.3), ((2, 3, 5), 0.2), ((1, 3), 2.0)):
        x = tokens(rng, *shape) / 2
        dy = rng.standard_normal(shape) + 0.5
        label = " × ".join(map(str, shape)) + f", alpha = {alpha:g}"
        yield label, (dy, x, alpha, scale(rng, shape[-1]))


def any_pass(rng):
    *others, D = draws.sizes(rng, int(rng.integers(1, 5)), high=6)
    x = draws.size(rng, 0.01, 3) * rng.standard_normal((*others, D))
    dy = rng.standard_normal(x.shape)
    return draws.laid(rng, dy), draws.laid(rng, x), draws.size(rng, 0.1, 2), scale(rng, D)


@exercise(
    cases=passes,
    domain=any_pass,
    rtol=1e-8,  # 1 − tanh² loses digits where tanh is nearly 1
    atol=1e-10,  # and sums over tokens cancel
    hints=(
        "With z = αx the derivative of tanh z is 1 − tanh² z. Both x and α stand in z, so each "
        "gets the other as a factor.",
        "α is one number for the whole layer. Over which axes must its gradient be summed, and "
        "which shape is left? γ and β belong to features: what is left there?",
        "t = np.tanh(alpha * x)\n"
        "dz = ___ * dy * (1 - ___)\n"
        "others = tuple(range(dy.ndim - 1))\n"
        "return ___ * dz, (dz * ___).sum(), (dy * ___).sum(others), dy.sum(others)",
    ),
    points=3,
    minutes=8,
    difficulty=3,
    ask="No average stands in these four gradients. What follows for a batch of one?",
)
def dyt_backward(dy, x, alpha, gamma):
    """Gradients of y = gamma · tanh(alpha · x) + beta. -> dx, dalpha, dgamma, dbeta

    dy and x are (..., D), gamma is (D,), alpha and dalpha are one number each.
    """
    t = np.tanh(alpha * x)
    dz = gamma * dy * (1 - t**2)
    others = tuple(range(dy.ndim - 1))
    return alpha * dz, (dz * x).sum(), (dy * t).sum(others), dy.sum(others)


@dyt_backward.alternative
def by_cosh(dy, x, alpha, gamma):
    slope = np.cosh(alpha * x) ** -2.0
    D = x.shape[-1]
    dgamma = (dy * np.tanh(x * alpha)).reshape(-1, D).sum(0)
    dalpha = np.vdot(dy * slope, gamma * x)
    return dy * gamma * alpha * slope, dalpha, dgamma, dy.reshape(-1, D).sum(0)


@dyt_backward.alternative
def token_by_token(dy, x, alpha, gamma):
    dx, dalpha = np.zeros_like(x), 0.0
    dgamma, dbeta = np.zeros(x.shape[-1]), np.zeros(x.shape[-1])
    for place in np.ndindex(x.shape[:-1]):
        t = np.tanh(alpha * x[place])
        slope = dy[place] * gamma * (1 - t) * (1 + t)
        dx[place] = slope * alpha
        dalpha += float(slope @ x[place])
        dgamma += dy[place] * t
        dbeta += dy[place]
    return dx, dalpha, dgamma, dbeta


@dyt_backward.alternative
def by_autograd(dy, x, alpha, gamma):
    import torch

    x, dy = torch.from_numpy(np.ascontiguousarray(x)), torch.from_numpy(np.ascontiguousarray(dy))
    x.requires_grad_()
    alpha = torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
    gamma = torch.tensor(gamma, requires_grad=True)
    beta = torch.zeros_like(gamma, requires_grad=True)
    return torch.autograd.grad(gamma * torch.tanh(alpha * x) + beta, [x, alpha, gamma, beta], dy)
