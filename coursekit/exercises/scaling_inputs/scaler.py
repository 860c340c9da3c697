"""What a scaler is: the two numbers per feature that scale other data like the training set."""

from typing import NamedTuple

import numpy as np


class Scaler(NamedTuple):
    """mean (D,) and std (D,) of a training set."""

    mean: np.ndarray
    std: np.ndarray


def named(value):
    """Name the members of a returned pair; leave anything else as it came."""
    pair = isinstance(value, tuple | list) and len(value) == 2
    return Scaler(*value) if pair else value
