"""What a normalization needs before it can start, said in the learner's words.

The checks read only `.shape`, `.ndim` and `.dtype`, so NumPy arrays and torch tensors share them.
"""

from math import prod

from coursekit.errors import ArgumentError, ShapeError


def check_floating(x, name: str = "x") -> None:
    """Refuse integers: their mean is not an integer.

    Raises:
        ArgumentError: x holds neither floating point nor complex numbers.
    """
    dtype = str(x.dtype)  # "float32" or "torch.float32"
    if not any(kind in dtype for kind in ("float", "complex")):
        raise ArgumentError(
            f"{name} must hold floating point numbers to have a mean and a variance; got {dtype}. "
            f"Convert it first: {name}.astype(float), or {name}.float() in torch"
        )


def check_eps(eps: float) -> None:
    """Refuse a negative or NaN eps: the square root of var + eps would not exist.

    Raises:
        ArgumentError: eps is not a number >= 0.
    """
    if not eps >= 0:
        raise ArgumentError(
            f"eps is added to the variance under the square root, so it must be >= 0; got {eps}. "
            "The usual value is 1e-5"
        )


def check_momentum(momentum: float | None) -> None:
    """Refuse a momentum that is not a weight.

    Raises:
        ArgumentError: momentum is outside [0, 1].
    """
    if momentum is not None and not 0 <= momentum <= 1:
        raise ArgumentError(
            f"momentum is the weight of the new batch, so it must be in [0, 1]; got {momentum}. "
            "PyTorch's default is 0.1, which Keras and Flax call 0.9"
        )


def check_rank(x, least: int, form: str) -> None:
    """Refuse an x with fewer than `least` axes; `form` says what was expected.

    Raises:
        ShapeError: x has too few axes.
    """
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


def check_enough(shape, axes, shared: str) -> None:
    """Refuse statistics over a single value: its variance is 0 and the output would always be beta.

    Raises:
        ShapeError: `axes` of an array of this shape hold fewer than two values.
    """
    if (m := prod(shape[axis] for axis in axes)) < 2:
        raise ShapeError(
            f"normalizing needs more than one value per {shared}; "
            f"x of shape {tuple(shape)} has {m}. "
            "Use a larger batch or image, or a norm that averages over other axes"
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
    if not (r_max >= 1 and d_max >= 0):
        raise ArgumentError(
            f"batch renorm needs r_max >= 1 and d_max >= 0; got r_max = {r_max}, d_max = {d_max}. "
            "r_max = 1, d_max = 0 is plain batch norm"
        )
