"""Where the channels are: the check that x has them there, and parameters put on their axis."""

from torch import Tensor

from coursekit.errors import ShapeError
from coursekit.norms.checks import check_floating, check_rank, check_real, check_tensor


def check_channel_axis(x, axis: int, C: int) -> int:
    """Refuse an x without C channels on that axis; return the axis, counted from the front.

    Raises:
        ShapeError: x has no such axis, or not C channels on it.
        ArgumentError: x is no tensor of real floating point numbers.
    """
    check_tensor(x)
    check_floating(x)
    check_rank(x, max(2, axis + 1, -axis), "(N, C, *spatial)")
    if x.shape[axis] != C:
        raise ShapeError(
            f"this layer was made for {C} channels; x of shape "
            f"{tuple(x.shape)} has {x.shape[axis]} on axis {axis}. "
            "Set channel_axis if the channels are elsewhere"
        )
    return axis % x.ndim


def spread(p, x: Tensor, axis: int):
    """Reshape p (C,), or None, so that it broadcasts against x with its channels on that axis."""
    if p is None:
        return None
    check_real(p, "this layer's parameters")
    shape = [1] * x.ndim
    shape[axis] = len(p)
    return p.view(shape)
