"""The exercise batch_norm_nd of the lesson batchnorm_everywhere."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_everywhere.inputs import affine, laid_out
from coursekit.exercises.batchnorm_forward.inputs import far_from_zero


def layouts(rng):
    """Tables to volumes; first images as wide as they have channels, where slips are silent."""
    for label, shape, axis, eps in (
        ("images (3, 4, 2, 4), axis 1, eps = 0.1", (3, 4, 2, 4), 1, 0.1),
        ("images (3, 2, 5, 4), axis -1, eps = 0.3", (3, 4, 2, 5), -1, 0.3),
        ("a table (5, 3), axis 1, eps = 0.1", (5, 3), 1, 0.1),
        ("signals (4, 3, 6), axis 1, eps = 0.1", (4, 3, 6), 1, 0.1),
        ("sentences (2, 5, 3), axis 2, eps = 0.1", (2, 3, 5), 2, 0.1),
        ("volumes (2, 3, 6, 4, 5), axis 1, eps = 0.1", (2, 3, 6, 4, 5), 1, 0.1),
        ("images (2, 3, 4, 5), axis -3, eps = 0.1", (2, 3, 4, 5), -3, 0.1),
        ("channels in front (3, 4, 2, 5), axis 0, eps = 0.1", (4, 3, 2, 5), 0, 0.1),
    ):
        yield label, (laid_out(rng, axis, *shape), *affine(rng, shape[1]), axis, eps)
    x = laid_out(rng, 1, 3, 4, 2, 5)
    x[:, 2] = 7
    yield "a channel that is 7 everywhere, eps = 1e-5", (x, *affine(rng, 4), 1, 1e-5)
    x = far_from_zero(rng, 4, 3, 4, 2)
    gamma, beta = (p.astype(np.float32) for p in affine(rng, 3))
    yield "float32 around 4096, axis 1, eps = 1e-5", (x, gamma / 1000, beta, 1, 1e-5)
    yield "images (2, 3, 2, 4), axis and eps left out", (
        laid_out(rng, 1, 2, 3, 2, 4), *affine(rng, 3),
    )  # fmt: skip


def any_layout(rng):
    """Any rank from 2 on, the channels at any axis, counted from either end."""
    rank = int(rng.integers(2, 6))
    shape = draws.sizes(rng, rank, high=6)
    axis = int(rng.integers(rank))
    C = shape[axis]
    rest = shape[:axis] + shape[axis + 1 :]
    x = draws.columns(rng, int(np.prod(rest)), C).reshape(*rest, C)
    x, gamma, beta = draws.floats(rng, np.moveaxis(x, -1, axis), *draws.affine(rng, C))
    axis -= rank * int(rng.integers(2))
    return np.ascontiguousarray(x), gamma, beta, axis, draws.eps(rng)


@exercise(
    cases=layouts,
    domain=any_layout,
    hints=(
        "A channel keeps its own mean. Every axis but the channels' is averaged over, however many "
        "there are.",
        "Which axes do you average over for (3, 2, 5, 4) with channel_axis = -1? They must be 0, 1 "
        "and 2: is -1 among the numbers that range gives? And what shape must gamma have to meet "
        "axis 1 of four?",
        "channel_axis %= ___\n"
        "axes = tuple(a for a in range(x.ndim) if a != ___)\n"
        "mean, var = x.mean(axes, keepdims=True), x.var(___, keepdims=___)\n"
        "shape = [1] * x.ndim\nshape[___] = -1\n"
        "return gamma.reshape(shape) * (x - mean) / np.sqrt(___) + ___",
    ),
    points=2,
    minutes=12,
    difficulty=3,
    ask="A Keras image batch has shape (32, 28, 28, 3). Which channel_axis is that, and what would "
    "your function do with the default?",
)
def batch_norm_nd(x, gamma, beta, channel_axis=1, eps=1e-5):
    """Normalize each channel over all other axes, then scale and shift. Any rank -> the same

    The C channels stand at channel_axis, which may be negative; gamma and beta are (C,).
    """
    channel_axis %= x.ndim
    axes = tuple(a for a in range(x.ndim) if a != channel_axis)
    mean = x.mean(axes, keepdims=True)
    var = ((x - mean) ** 2).mean(axes, keepdims=True)
    shape = [1] * x.ndim
    shape[channel_axis] = -1  # (C,) -> broadcasts against x
    return gamma.reshape(shape) * (x - mean) / np.sqrt(var + eps) + beta.reshape(shape)


@batch_norm_nd.alternative
def moved_to_the_end_and_back(x, gamma, beta, channel_axis=1, eps=1e-5):
    last = np.moveaxis(x, channel_axis, -1)
    rows = last.reshape(-1, last.shape[-1])
    y = gamma * (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps) + beta
    return np.moveaxis(y.reshape(last.shape), -1, channel_axis)


@batch_norm_nd.alternative
def nd_by_channels(x, gamma, beta, channel_axis=1, eps=1e-5):
    y = np.empty_like(x)
    for c in range(x.shape[channel_axis]):
        place: list[slice | int] = [slice(None)] * x.ndim
        place[channel_axis] = c
        values = x[tuple(place)]
        x_hat = (values - values.mean()) / np.sqrt(values.var() + eps)
        y[tuple(place)] = gamma[c] * x_hat + beta[c]
    return y


@batch_norm_nd.alternative
def nd_in_torch(x, gamma, beta, channel_axis=1, eps=1e-5):
    import torch

    t = torch.from_numpy(x).movedim(channel_axis, 0)
    flat = t.flatten(1)
    var, mean = torch.var_mean(flat, dim=1, correction=0, keepdim=True)
    x_hat = (flat - mean) * torch.rsqrt(var + eps)
    y = torch.from_numpy(gamma)[:, None] * x_hat + torch.from_numpy(beta)[:, None]
    return y.reshape(t.shape).movedim(0, channel_axis)


@batch_norm_nd.alternative
def nd_by_swapping_axes(x, gamma, beta, channel_axis=1, eps=1e-5):
    front = np.swapaxes(x, 0, channel_axis)
    others = tuple(range(1, x.ndim))
    centred = front - front.mean(others, keepdims=True)
    std = np.sqrt(np.square(centred).mean(others, keepdims=True) + eps)
    shape = (-1, *[1] * (x.ndim - 1))
    y = centred / std * gamma.reshape(shape) + beta.reshape(shape)
    return y.swapaxes(0, channel_axis)
