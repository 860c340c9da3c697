"""The expected wrong answers to the exercise batch_norm_nd."""

import numpy as np

from coursekit.exercises.batchnorm_everywhere.batch_norm_nd import batch_norm_nd
from coursekit.exercises.batchnorm_everywhere.inputs import along


def others(x, channel_axis) -> tuple[int, ...]:
    """The axes that are averaged over."""
    return tuple(a for a in range(x.ndim) if a != channel_axis % x.ndim)


EPS = {  # under the root, and after it
    "inside": lambda eps: (eps, 0),
    "outside": lambda eps: (0, eps),
    "missing": lambda eps: (0, 0),
    "1e-5": lambda eps: (1e-5, 0),
    "squared": lambda eps: (eps**2, 0),
}


@batch_norm_nd.mistake(
    "reshape(-1, C) cuts memory into pieces of C; it moves no axis. Unless the channels are last, "
    "the columns then mix channels. Move the axis to the end first (np.moveaxis)."
)
def reshaped_without_moving(x, gamma, beta, channel_axis=1, eps=1e-5):
    rows = x.reshape(-1, x.shape[channel_axis])
    x_hat = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps)
    return (gamma * x_hat + beta).reshape(x.shape)


@batch_norm_nd.mistake("You scaled and shifted x before normalizing; do it after.")
def affine_first(x, gamma, beta, channel_axis=1, eps=1e-5):
    x = along(gamma, x, channel_axis) * x + along(beta, x, channel_axis)
    return batch_norm_nd.right(x, np.ones_like(gamma), np.zeros_like(beta), channel_axis, eps)
