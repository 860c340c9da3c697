"""The exercise mend_images of the lesson batchnorm_everywhere."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_everywhere.inputs import affine, laid_out


def batches(rng):
    """Images whose sides and channels differ, and one as wide as it has channels."""
    for shape, eps in (
        ((3, 4, 2, 5), 0.1),
        ((2, 3, 5, 4), 0.3),
        ((2, 3, 4, 3), 0.1),
        ((1, 2, 3, 5), 1e-5),
    ):
        label = f"images {shape}, eps = {eps:g}"
        yield label, (laid_out(rng, 1, *shape), *affine(rng, shape[1]), eps)
    yield "images (5, 1, 2, 3), one channel", (laid_out(rng, 1, 5, 1, 2, 3), *affine(rng, 1), 0.1)
    yield "eps left out", (laid_out(rng, 1, 2, 3, 2, 4), *affine(rng, 3))


def any_images(rng):
    N, C, H, W = draws.sizes(rng, 4, high=6)
    x = draws.columns(rng, N * H * W, C, 1e-6, 1e6).reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(x), *draws.affine(rng, C), draws.eps(rng)


@exercise(
    cases=batches,
    domain=any_images,
    hints=(
        "The spot check takes all numbers together. What should be true of each channel alone?",
        "Give it images in which channel 0 is 0 everywhere and channel 1 is 100 everywhere, with "
        "gamma 1 and beta 0. What should come out, and what does? Which numbers stand in row 0?",
        "rows = x.transpose(___).reshape(-1, C)\n...\nreturn rows.reshape(___).transpose(___)",
    ),
    minutes=6,
    difficulty=3,
    planted="not_transposed",
    mend=True,
    ask="With one channel the function as you received it is right. Why?",
)
def mend_images(x, gamma, beta, eps=1e-5):
    """Batch norm of images (N, C, H, W), each channel over N, H and W. gamma, beta (C,) -> same"""
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    rows = (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + eps)
    rows = gamma * rows + beta
    return rows.reshape(N, H, W, C).transpose(0, 3, 1, 2)


@mend_images.alternative
def without_rows(x, gamma, beta, eps=1e-5):
    mean, var = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(-1, 1, 1) * x_hat + beta.reshape(-1, 1, 1)


@mend_images.alternative
def channels_in_front(x, gamma, beta, eps=1e-5):
    front = np.moveaxis(x, 1, 0)
    flat = front.reshape(len(front), -1)
    flat = (flat - flat.mean(1, keepdims=True)) / np.sqrt(flat.var(1, keepdims=True) + eps)
    flat = gamma[:, None] * flat + beta[:, None]
    return np.moveaxis(flat.reshape(front.shape), 0, 1)


@mend_images.alternative
def one_channel_after_another(x, gamma, beta, eps=1e-5):
    y = [
        g * (x[:, c] - x[:, c].mean()) / np.sqrt(x[:, c].var() + eps) + b
        for c, (g, b) in enumerate(zip(gamma, beta, strict=True))
    ]
    return np.stack(y, axis=1)
