"""The exercise skip_init_block of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import draws, exercise


def block(rng, N, D, H):
    x = rng.uniform(-1, 1, D) + rng.standard_normal((N, D))
    w1, w2 = rng.standard_normal((D, H)) + 0.2, rng.standard_normal((H, D))
    return rng.standard_normal((N, D)) + 0.5, x, w1, w2


def blocks(rng):
    for N, D, H, alpha in ((5, 3, 4, 0.7), (4, 4, 4, -1.5), (3, 4, 2, 0.0), (2, 3, 5, 2.0)):
        label = f"{N} samples × {D} features, {H} in the branch, alpha = {alpha:g}"
        yield label, (*block(rng, N, D, H), alpha)


def any_block(rng):
    N, D, H = draws.sizes(rng, 3, high=7)
    alpha = 0.0 if rng.random() < 0.25 else float(rng.uniform(-2, 2))
    dy, *rest = block(rng, N, D, H)
    return (draws.laid(rng, draws.size(rng, 1e-3, 1e3) * dy), *rest, alpha)


@exercise(
    cases=blocks,
    domain=any_block,
    rtol=1e-8,
    atol=1e-9,
    hints=(
        "Go forward first, and keep what the branch gives before alpha. Backward, dy splits in "
        "two: one part goes along the line as it is, the other through alpha and the branch.",
        "Let alpha be 0. Then y is x, and dx is dy. Which of the other three gradients are 0, and "
        "which one is not, so that the block can wake up?",
        "h = np.maximum(x @ w1, 0)\n"
        "branch = h @ w2\n"
        "y = x + ___ * branch\n"
        "dbranch = ___ * dy\n"
        "dh = dbranch @ ___ * (h > 0)\n"
        "return y, dy + dh @ ___, (dy * ___).sum(), x.T @ ___, h.T @ ___",
    ),
    points=3,
    minutes=9,
    difficulty=3,
    returns=("y", "dx", "dalpha", "dw1", "dw2"),
    ask="Fixup starts w2 at 0 in place of alpha. Which gradients are 0 at the start then?",
)
def skip_init_block(dy, x, w1, w2, alpha):
    """y = x + alpha · relu(x w1) w2, and its gradients. -> y, dx, dalpha, dw1, dw2

    dy and x: (N, D); w1: (D, H); w2: (H, D); alpha and dalpha: one number each.
    """
    h = np.maximum(x @ w1, 0)
    branch = h @ w2
    y = x + alpha * branch
    dbranch = alpha * dy
    dh = dbranch @ w2.T * (h > 0)
    dx = dy + dh @ w1.T
    dalpha = (dy * branch).sum()
    return y, dx, dalpha, x.T @ dh, h.T @ dbranch


@skip_init_block.alternative
def alpha_at_the_end(dy, x, w1, w2, alpha):
    """The branch's own gradients first, multiplied by alpha at the very end."""
    z = x @ w1
    on = (z > 0).astype(float)
    h = z * on
    dh = np.einsum("nd,hd->nh", dy, w2) * on
    y = x + alpha * (h @ w2)
    dalpha = np.vdot(dy, h @ w2)
    return y, dy + alpha * (dh @ w1.T), dalpha, alpha * (x.T @ dh), alpha * (h.T @ dy)


@skip_init_block.alternative
def sample_by_sample(dy, x, w1, w2, alpha):
    y, dx = np.zeros(x.shape), np.zeros(x.shape)
    dalpha, dw1, dw2 = 0.0, np.zeros(w1.shape), np.zeros(w2.shape)
    for n in range(len(x)):
        h = np.where(x[n] @ w1 > 0, x[n] @ w1, 0)
        y[n] = x[n] + alpha * h @ w2
        dh = np.where(h > 0, w2 @ dy[n], 0)
        dx[n] = dy[n] + alpha * w1 @ dh
        dalpha += dy[n] @ (h @ w2)
        dw1 += alpha * np.outer(x[n], dh)
        dw2 += alpha * np.outer(h, dy[n])
    return y, dx, dalpha, dw1, dw2


@skip_init_block.alternative
def dalpha_from_h(dy, x, w1, w2, alpha):
    """dalpha through the slope of w2: ⟨dy, h w2⟩ is ⟨hᵀ dy, w2⟩."""
    h = (x @ w1).clip(min=0)
    along = h.T @ dy
    back = dy @ w2.T
    back[h == 0] = 0
    return (
        x + alpha * h @ w2, dy + alpha * back @ w1.T, (along * w2).sum(),
        alpha * x.T @ back, alpha * along,
    )  # fmt: skip


@skip_init_block.alternative
def by_autograd(dy, x, w1, w2, alpha):
    import torch

    dy, x, w1, w2 = (torch.from_numpy(np.ascontiguousarray(a)) for a in (dy, x, w1, w2))
    alpha = torch.tensor(alpha, dtype=torch.float64)
    leaves = [a.requires_grad_() for a in (x, alpha, w1, w2)]
    y = x + alpha * (torch.relu(x @ w1) @ w2)
    return (y.detach(), *torch.autograd.grad(y, leaves, dy))
