"""The heart of every layer: normalize over some axes, scale, shift, with a backward of its own.

Why not leave the gradient to autograd? The formula is as short as the forward pass, and on the CPU
it is about three times as fast: autograd walks back through every operation, each with a new array.
"""

from math import prod

import torch
from torch import Tensor, nn
from torch.autograd import Function

from coursekit.errors import ShapeError
from coursekit.norms.checks import check_eps, check_floating

HALF = (torch.float16, torch.bfloat16)


def statistics(x: Tensor, axes: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
    """Find the mean and the biased variance over `axes`, which keep length 1, and x - mean.

    Two passes lose no digits when the mean is large. `x.var()` is as exact, but more than ten times
    slower on the CPU.
    """
    mean = x.mean(axes, keepdim=True)
    centered = x - mean
    var = centered.square().mean(axes, keepdim=True)
    return mean, var, centered


class _AffineNorm(Function):
    """y = weight * (x - mean) / sqrt(var + eps) + bias."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, weight, bias, axes, eps):
        mean, var, centered = statistics(x, axes)
        x_hat = centered.mul_(torch.rsqrt(var + eps))
        y = x_hat.mul_(weight).add_(bias)  # in place: fresh memory costs more than arithmetic
        return y, mean, var

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, weight, _, ctx.axes, ctx.eps = inputs
        _, mean, var = output
        ctx.save_for_backward(x, weight, mean, var)
        ctx.mark_non_differentiable(mean, var)

    @staticmethod
    def backward(ctx, dy, *_):
        """Mirror `norms.affine_norm_backward`; gradients of weight and bias sum over their axes.

        Values that share a weight are summed before they are scaled by it: the means over an image
        then cost no pass of their own.
        """
        x, weight, mean, var = ctx.saved_tensors
        if torch.is_grad_enabled():  # this gradient will be differentiated: let autograd see x
            mean, var = statistics(x, ctx.axes)[:2]
        inv_std = torch.rsqrt(var + ctx.eps)
        x_hat = (x - mean).mul_(inv_std)
        dx_hat = dy * weight
        one_weight = _one_weight(x, weight, ctx.axes)
        total, along = dy.sum_to_size(one_weight), (dy * x_hat).sum_to_size(one_weight)
        m1 = _mean(dx_hat if total.shape == x.shape else total * weight, x, ctx.axes)
        m2 = _mean(along * weight, x, ctx.axes)
        dx = torch.addcmul(dx_hat.sub_(m1), x_hat, m2, value=-1).mul_(inv_std)
        return dx, along.sum_to_size(weight.shape), total.sum_to_size(weight.shape), None, None


def _one_weight(x: Tensor, weight: Tensor, axes: tuple[int, ...]) -> list[int]:
    """The shape of x, with length 1 on those of the axes along which the weight is the same."""
    lengths = [1] * (x.ndim - weight.ndim) + list(weight.shape)
    return [1 if a in axes and lengths[a] == 1 else n for a, n in enumerate(x.shape)]


def _mean(part: Tensor, x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The mean over x's axes, of which part already holds sums."""
    return part.sum(axes, keepdim=True) / prod(x.shape[axis] for axis in axes)


def affine_norm(x, weight, bias, axes, eps):
    """Normalize x over `axes`, then scale and shift; differentiable as often as you like.

    Half precision is widened to float32 inside: its sums stall and its squares overflow.

    Args:
        x: any shape.
        weight, bias: the same shape, which broadcasts against x; or both None.
        axes: the axes to share statistics over.
        eps: added to the variance, inside the square root.

    Returns:
        y like x; mean and var (biased), as constants, with length 1 on `axes`.

    Raises:
        ArgumentError: x holds integers.
    """
    wide = widen(x)
    weight = wide.new_ones(()) if weight is None else weight
    bias = wide.new_zeros(()) if bias is None else bias
    y, mean, var = _AffineNorm.apply(wide, weight, bias, axes, eps)
    return y.to(x.dtype), mean, var


def widen(x: Tensor) -> Tensor:
    """Return x in at least float32.

    Raises:
        ArgumentError: x holds integers.
    """
    check_floating(x)
    return x.float() if x.dtype in HALF else x


class LastAxesNorm(nn.Module):
    """Parameters shaped like x's last axes, and the check that x ends in them."""

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5):
        super().__init__()
        check_eps(eps)
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else normalized_shape
        self.normalized_shape, self.eps = tuple(shape), eps

    def _last_axes(self, x: Tensor) -> tuple[int, ...]:
        k = len(self.normalized_shape)
        if x.shape[-k:] != self.normalized_shape:
            raise ShapeError(
                f"this layer normalizes last axes of shape {self.normalized_shape}; "
                f"got x of shape {tuple(x.shape)}"
            )
        return tuple(range(x.ndim - k, x.ndim))

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does."""
        return f"{self.normalized_shape}, eps={self.eps}"
