"""Copies of arguments, made before an answer gets them, and whether it left them as they were."""

import numpy as np
from numpy import array_equal  # by name: see compare

from coursekit.checking.modules import copy_module, is_module, same_module, same_tensor


def copy(value):
    """Arrays, tensors and modules inside lists, tuples and dicts copied; everything else as it is.

    Raises:
        ExerciseError: a module that could not cross into a box.
    """
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(copy(v) for v in value))
    if isinstance(value, list | tuple):
        return type(value)(copy(v) for v in value)
    if isinstance(value, dict):
        return {k: copy(v) for k, v in value.items()}
    if hasattr(value, "detach") and hasattr(value, "requires_grad"):  # a tensor, torch unimported
        return value.detach().clone().requires_grad_(value.requires_grad)
    return copy_module(value) if is_module(value) else value


def same(a, b) -> bool:
    """True if two copies of one argument still hold the same values."""
    if isinstance(a, np.ndarray):
        if not isinstance(b, np.ndarray) or a.shape != b.shape or a.dtype != b.dtype:
            return False
        return array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, list | tuple):
        return isinstance(b, type(a)) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        keys = isinstance(b, dict) and a.keys() == b.keys()
        return keys and all(same(a[k], b[k]) for k in a)
    if isinstance(a, bool | int | float | complex | str | bytes | np.generic | None):
        return type(a) is type(b) and bool(a == b or (a != a and b != b))
    if hasattr(a, "detach"):
        return hasattr(b, "detach") and same_tensor(a, b)
    return not is_module(a) or (is_module(b) and same_module(a, b))
