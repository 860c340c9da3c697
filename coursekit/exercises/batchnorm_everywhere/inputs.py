"""Inputs that several exercises of the lesson draw."""

import numpy as np

from coursekit.exercises.one_function_many_norms.inputs import affine as affine
from coursekit.exercises.one_function_many_norms.inputs import images


def laid_out(rng, channel_axis, *shape):
    """(N, C, *spatial) drawn channel by channel, then moved so that C stands at channel_axis."""
    return np.ascontiguousarray(np.moveaxis(images(rng, *shape), 1, channel_axis))


def along(p, x, channel_axis):
    """(C,) in the shape in which it meets x, whose channels stand at channel_axis."""
    shape = [1] * x.ndim
    shape[channel_axis] = -1
    return p.reshape(shape)
