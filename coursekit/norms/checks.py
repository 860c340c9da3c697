"""What a normalization needs before it can start, said in the learner's words.

Most read only `.shape`, `.ndim` and `.dtype`, so that NumPy arrays and torch tensors share them.
"""

from math import inf, prod

import numpy as np

from coursekit.errors import ArgumentError, ShapeError


def check_array(a, name: str = "x") -> None:
    """Refuse what is no NumPy array, and complex numbers in one.

    Raises:
        ArgumentError: a is something else.
    """
    if not isinstance(a, np.ndarray | np.generic):
        raise ArgumentError(
            f"{name} must be a NumPy array; got {_kind(a)}. The same methods for torch tensors are "
            "in coursekit.layers"
        )
    check_real(a, name)


def check_tensor(x, name: str = "x") -> None:
    """Refuse what is no torch tensor, without importing torch.

    Raises:
        ArgumentError: x is something else.
    """
    if not hasattr(x, "is_leaf"):
        raise ArgumentError(
            f"{name} must be a torch tensor; got {_kind(x)}. Convert it first: "
            f"torch.from_numpy({name}). The same methods for NumPy arrays are in coursekit.norms"
        )


def _kind(a) -> str:
    return f"{type(a).__module__}.{type(a).__name__}".removeprefix("builtins.")


def check_real(a, name: str = "x") -> None:
    """Refuse complex numbers: the square of one is not its power.

    Raises:
        ArgumentError: a is complex.
    """
    if "complex" in str(a.dtype):
        raise ArgumentError(
            f"{name} must be real; got {a.dtype}. A complex norm whitens real and imaginary part "
            "together; here, give the two parts as channels, or scale by their common power"
        )


def check_floating(x, name: str = "x") -> None:
    """Refuse integers, whose mean is not an integer, and complex numbers.

    Raises:
        ArgumentError: x does not hold real floating point numbers.
    """
    check_real(x, name)
    dtype = str(x.dtype)  # "float32" or "torch.float32"
    if "float" not in dtype:
        raise ArgumentError(
            f"{name} must hold floating point numbers to have a mean and a variance; got {dtype}. "
            f"Convert it first: {name}.astype(float), or {name}.float() in torch"
        )


def within(value, least, most) -> bool:
    """Say whether value is a number between the two; None, text and NaN are not."""
    try:
        return bool(least <= value <= most)
    except TypeError:
        return False


def check_eps(eps: float) -> None:
    """Refuse an eps that is no number >= 0: the square root of var + eps would not exist.

    Raises:
        ArgumentError: eps is not a finite number >= 0.
    """
    if not within(eps, 0, inf) or eps == inf:
        raise ArgumentError(
            f"eps is added to the variance under the square root, so it must be >= 0; got {eps}. "
            "The usual value is 1e-5"
        )


def check_momentum(momentum: float | None) -> None:
    """Refuse a momentum that is not a weight.

    Raises:
        ArgumentError: momentum is outside [0, 1].
    """
    if momentum is not None and not within(momentum, 0, 1):
        raise ArgumentError(
            f"momentum is the weight of the new batch, so it must be in [0, 1]; got {momentum}. "
            "PyTorch's default is 0.1, which Keras and Flax call 0.9"
        )


def check_rank(x, least: int, form: str) -> None:
    """Refuse an x with fewer than `least` axes; `form` says what was expected.

    Raises:
        ShapeError: x has too few axes.
        ArgumentError: x is no array.
    """
    if not hasattr(x, "ndim"):
        check_array(x)
    if x.ndim < least:
        raise ShapeError(
            f"x must be {form}, so at least {least} axes; got shape {tuple(x.shape)}. "
            "Add the missing axes with reshape"
        )


def check_channels(p, C: int, x, name: str = "gamma and beta") -> None:
    """Refuse per-channel parameters that are not (C,).

    Raises:
        ShapeError: p is not (C,).
    """
    if tuple(p.shape) != (C,):
        raise ShapeError(
            f"x of shape {tuple(x.shape)} has C = {C} channels, so {name} must be ({C},); "
            f"got {tuple(p.shape)}"
        )


def check_groups(C: int, groups: int) -> None:
    """Refuse a number of groups that does not divide the channels.

    Raises:
        ArgumentError: groups < 1, or C is not a multiple of groups.
    """
    if groups < 1 or C % groups:
        divisors = [g for g in range(1, C + 1) if C % g == 0]
        raise ArgumentError(
            f"C = {C} channels must split into equal groups; got groups = {groups}. "
            f"Choose one of {', '.join(map(str, divisors[:12]))}{', ...' if divisors[12:] else ''}"
        )


def check_enough(shape, axes, shared: str, instead: str = "a larger batch or image") -> None:
    """Refuse statistics over a single value: its variance is 0 and the output would always be beta.

    Raises:
        ShapeError: `axes` of an array of this shape hold fewer than two values.
    """
    if (m := prod([shape[axis] for axis in axes])) < 2:
        raise ShapeError(
            f"normalizing needs more than one value per {shared}; "
            f"x of shape {tuple(shape)} has {m}. "
            f"Use {instead}, or a norm that averages over other axes"
        )


def check_ghost(N: int, ghost: int) -> None:
    """Refuse a ghost batch size that does not divide the batch.

    Raises:
        ShapeError: ghost < 1, or N is not a multiple of ghost.
    """
    if ghost < 1 or N % ghost:
        raise ShapeError(
            f"a batch of N = {N} samples does not split into ghost batches of {ghost}; "
            "choose a divisor of N, or drop the incomplete last batch (drop_last=True)"
        )


def check_renorm_limits(r_max: float, d_max: float) -> None:
    """Refuse limits that contradict themselves.

    Raises:
        ArgumentError: r_max < 1 or d_max < 0.
    """
    if not (within(r_max, 1, inf) and within(d_max, 0, inf)):
        raise ArgumentError(
            f"batch renorm needs r_max >= 1 and d_max >= 0; got r_max = {r_max}, d_max = {d_max}. "
            "r_max = 1, d_max = 0 is plain batch norm"
        )
