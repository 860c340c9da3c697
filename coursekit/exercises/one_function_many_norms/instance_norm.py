"""The exercise instance_norm of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.one_function_many_norms.inputs import (
    affine,
    images,
)
from coursekit.exercises.one_function_many_norms.normalize import normalize as the_exercise

normalize = the_exercise.right


def pictures(rng):
    """First as wide as it has channels: there, lining gamma up with the width is silent."""
    x = images(rng, 2, 4, 3, 4)
    yield "2 images, 4 channels, 3 × 4 pixels, eps = 0.1", (x, *affine(rng, 4), 0.1)
    x = images(rng, 3, 2, 4, 5)
    yield "3 images, 2 channels, 4 × 5 pixels, eps = 0.3", (x, *affine(rng, 2), 0.3)
    x = images(rng, 3, 4, 2, 5)
    x[1, 2] = 7
    yield "a channel of one image that is 7 everywhere, eps = 1e-5", (x, *affine(rng, 4), 1e-5)
    yield "2 images, 3 channels, 2 × 4 pixels, eps left out", (
        images(rng, 2, 3, 2, 4), *affine(rng, 3),
    )  # fmt: skip
    yield "1 image, 3 channels, 2 × 4 pixels, eps = 0.1", (
        images(rng, 1, 3, 2, 4), *affine(rng, 3), 0.1,
    )  # fmt: skip


def any_pictures(rng):
    N, C, H, W = draws.sizes(rng, 4, high=5)
    x = draws.size(rng, 1e-19, 1e3) * images(rng, N, C, H, W)
    x, gamma, beta = draws.floats(rng, x, *draws.affine(rng, C))
    return draws.laid(rng, x), gamma, beta, draws.eps(rng)


@exercise(
    cases=pictures,
    domain=any_pictures,
    hints=(
        "One mean for each channel of each image: which axes of (N, C, H, W) disappear?",
        "Add 100 to one image's channel: does your output change? Halve the contrast of one image "
        "only: do the others move? Neither may. And what shape must gamma have to meet axis 1?",
        "x_hat = normalize(x, axes=(___, ___), eps=eps)\n"
        "return gamma[:, ___, ___] * x_hat + beta[:, ___, ___]",
    ),
    minutes=5,
    difficulty=2,
    ask="What does your function return for images of 1 × 1 pixel, whatever they show?",
)
def instance_norm(x, gamma, beta, eps=1e-5):
    """Normalize each channel of each image. (N, C, H, W), (C,), (C,) -> (N, C, H, W)"""
    x_hat = normalize(x, axes=(2, 3), eps=eps)
    return gamma[:, None, None] * x_hat + beta[:, None, None]


@instance_norm.alternative
def instance_from_scratch(x, gamma, beta, eps=1e-5):
    gamma, beta = (p.reshape(1, -1, 1, 1) for p in (gamma, beta))
    std = np.sqrt(x.var((2, 3), keepdims=True) + eps)
    return (x - x.mean((2, 3), keepdims=True)) / std * gamma + beta


@instance_norm.alternative
def channel_by_channel(x, gamma, beta, eps=1e-5):
    y = np.empty_like(x)
    for n, image in enumerate(x):
        for c, channel in enumerate(image):
            x_hat = (channel - channel.mean()) / np.sqrt(channel.var() + eps)
            y[n, c] = gamma[c] * x_hat + beta[c]
    return y


@instance_norm.alternative
def as_rows_of_pixels(x, gamma, beta, eps=1e-5):
    """(N · C, H · W): each row a channel of an image; gamma is repeated image by image."""
    N, C, H, W = x.shape
    rows = x.reshape(N * C, H * W).T
    rows = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps)
    return (rows * np.tile(gamma, N) + np.tile(beta, N)).T.reshape(x.shape)


@instance_norm.alternative
def channels_last(x, gamma, beta, eps=1e-5):
    x = x.transpose(0, 2, 3, 1)
    x_hat = (x - x.mean((1, 2), keepdims=True)) * (x.var((1, 2), keepdims=True) + eps) ** -0.5
    return (gamma * x_hat + beta).transpose(0, 3, 1, 2)


@instance_norm.alternative
def instance_in_torch(x, gamma, beta, eps=1e-5):
    import torch

    x, gamma, beta = (torch.from_numpy(a) for a in (x, gamma, beta))
    flat = x.flatten(2)
    var, mean = torch.var_mean(flat, dim=2, correction=0, keepdim=True)
    y = (flat - mean) / (var + eps).sqrt() * gamma[:, None] + beta[:, None]
    return y.view_as(x)


@instance_norm.mistake(
    "You flattened x to (N · C, …) and repeated gamma in the wrong order: its first value N "
    "times, then its second. In memory the channels of image 0 come first, so repeat the whole of "
    "gamma, with np.tile."
)
def gamma_repeated_wrongly(x, gamma, beta, eps=1e-5):
    N, C, H, W = x.shape
    rows = normalize(x.reshape(N * C, H * W), (1,), eps)
    gamma, beta = np.repeat(gamma, N)[:, None], np.repeat(beta, N)[:, None]
    return (gamma * rows + beta).reshape(x.shape)
