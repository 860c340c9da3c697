"""The heart of every layer: normalize over some axes, scale, shift, with a backward of its own.

Why not leave the gradient to autograd? The formula is as short as the forward pass, and on the CPU
it is about three times as fast: autograd walks back through every operation, each with a new array.
"""

from math import prod
from numbers import Integral
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.forward_ad import unpack_dual

from coursekit.errors import ShapeError
from coursekit.norms.checks import (
    check_eps,
    check_floating,
    check_real,
    check_tensor,
)


class Statistics(NamedTuple):
    """The mean, in two parts, the biased variance, and what is left of x."""

    shift: Tensor  # the mean as it was rounded
    rest: Tensor  # what the rounding left: at a mean of 1e6 up to 0.03 in float32
    var: Tensor
    centered: Tensor  # x - shift - rest


def statistics(x: Tensor, axes: tuple[int, ...]) -> Statistics:
    """Find the statistics of x over `axes`, which keep length 1.

    Two passes lose no digits when the mean is large. `x.var()` is as exact, but more than ten times
    slower on the CPU.
    """
    shift = x.mean(axes, keepdim=True)
    centered = x - shift
    rest = centered.mean(axes, keepdim=True)
    centered = centered - rest
    return Statistics(shift, rest, centered.square().mean(axes, keepdim=True), centered)


def plain_affine_norm(x, weight, bias, axes, eps):
    """Write the formula down and leave the gradients to autograd: for what reads the graph."""
    shift, rest, var, centered = statistics(x, axes)
    return centered * torch.rsqrt(var + eps) * weight + bias, shift + rest, var


class _AffineNorm(Function):
    """y = weight * (x - mean) / sqrt(var + eps) + bias."""

    @staticmethod
    def forward(x, weight, bias, axes, eps):
        """As `plain_affine_norm`, in place: fresh memory costs more than arithmetic."""
        shift = x.mean(axes, keepdim=True)
        centered = x - shift
        rest = centered.mean(axes, keepdim=True)
        centered.sub_(rest)
        var = centered.square().mean(axes, keepdim=True)
        scale = torch.rsqrt(var + eps)
        if _one_weight(x, weight, axes) != list(x.shape):  # then the product is small
            scale, weight = scale * weight, None
        y = centered.mul_(scale)
        y = (y if weight is None else y.mul_(weight)).add_(bias)
        return y, shift, rest, var

    @staticmethod
    def vmap(info, in_dims, x, weight, bias, axes, eps):
        """Give the axis that vmap maps over a place in front of the others."""
        rank = x.ndim - (in_dims[0] is not None)

        def in_front(a, dim, least=0):
            a = a.expand(info.batch_size, *a.shape) if dim is None else a.movedim(dim, 0)
            return a.reshape(len(a), *[1] * (least + 1 - a.ndim), *a.shape[1:])

        x = in_front(x, in_dims[0])
        weight, bias = in_front(weight, in_dims[1], rank), in_front(bias, in_dims[2], rank)
        outer = tuple(axis + 1 for axis in axes)
        return _AffineNorm.apply(x, weight, bias, outer, eps), (0, 0, 0, 0)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, weight, _, ctx.axes, ctx.eps = inputs
        _, shift, rest, var = output
        ctx.save_for_backward(x, weight, shift, rest, var)
        ctx.save_for_forward(x, weight, shift, rest, var)
        ctx.mark_non_differentiable(shift, rest, var)

    @staticmethod
    def backward(ctx, dy, *_):
        """Mirror `norms.affine_norm_backward`; gradients of weight and bias sum over their axes.

        Values that share a weight are summed before they are scaled by it: the means over an image
        then cost no pass of their own.
        """
        x, weight, shift, rest, var = ctx.saved_tensors
        if torch.is_grad_enabled() or unpack_dual(x).tangent is not None:
            return *_gradients(x, weight, dy, ctx.axes, ctx.eps), None, None
        inv_std = torch.rsqrt(var + ctx.eps)
        x_hat = (x - shift).sub_(rest).mul_(inv_std)
        dx_hat = dy * weight
        one_weight = _one_weight(x, weight, ctx.axes)
        total, along = dy.sum_to_size(one_weight), (dy * x_hat).sum_to_size(one_weight)
        m1 = _mean(dx_hat if total.shape == x.shape else total * weight, x, ctx.axes)
        m2 = _mean(along * weight, x, ctx.axes)
        dx = torch.addcmul(dx_hat.sub_(m1), x_hat, m2, value=-1).mul_(inv_std)
        return dx, along.sum_to_size(weight.shape), total.sum_to_size(weight.shape), None, None

    @staticmethod
    def jvp(ctx, dx, dweight, dbias, *_):
        """Carry a direction forward: the projections of `norms.normalize_backward`, in reverse."""
        x, weight, shift, rest, var = ctx.saved_tensors
        inv_std = torch.rsqrt(var + ctx.eps)
        x_hat = (x - shift - rest) * inv_std
        dy = torch.zeros_like(x_hat)
        if dx is not None:
            m1 = dx.mean(ctx.axes, keepdim=True)
            m2 = (dx * x_hat).mean(ctx.axes, keepdim=True)
            dy = dy + weight * inv_std * (dx - m1 - x_hat * m2)
        if dweight is not None:
            dy = dy + dweight * x_hat
        if dbias is not None:
            dy = dy + dbias
        return dy, None, None, None


def _gradients(x, weight, dy, axes, eps):
    """Write the gradients as functions of x, where they will be differentiated themselves."""
    _, _, var, centered = statistics(x, axes)
    inv_std = torch.rsqrt(var + eps)
    x_hat, dx_hat = centered * inv_std, dy * weight
    m1 = dx_hat.mean(axes, keepdim=True)
    m2 = (dx_hat * x_hat).mean(axes, keepdim=True)
    dx = inv_std * (dx_hat - m1 - x_hat * m2)
    return dx, (dy * x_hat).sum_to_size(weight.shape), dy.sum_to_size(weight.shape)


def _one_weight(x: Tensor, weight: Tensor, axes: tuple[int, ...]) -> list[int]:
    """The shape of x, with length 1 on those of the axes along which the weight is the same."""
    lengths = [1] * (x.ndim - weight.ndim) + list(weight.shape)
    return [1 if a in axes and lengths[a] == 1 else n for a, n in enumerate(x.shape)]


def _mean(part: Tensor, x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The mean over x's axes, of which part already holds sums."""
    return part.sum(axes, keepdim=True) / prod([x.shape[axis] for axis in axes])


def affine_norm(x, weight, bias, axes, eps):
    """Normalize x over `axes`, then scale and shift; differentiable as often as you like.

    Half precision is widened to float32 inside: its sums stall and its squares overflow. A compiler
    gets the plain formula, which it fuses itself; it takes no backward of our own.

    Args:
        x: any shape.
        weight, bias: the same shape, which broadcasts against x; or both None.
        axes: the axes to share statistics over, counted from the front.
        eps: added to the variance, inside the square root.

    Returns:
        y like x; mean and var (biased), as constants, with length 1 on `axes`.

    Raises:
        ArgumentError: x does not hold real floating point numbers.
    """
    wide = widen(x)
    for p in (weight, bias):
        if p is not None:
            check_real(p, "this layer's parameters")
    weight = wide.new_ones(()) if weight is None else weight
    bias = wide.new_zeros(()) if bias is None else bias
    if torch.compiler.is_compiling():
        y, mean, var = plain_affine_norm(wide, weight, bias, axes, eps)
        return y.to(x.dtype), mean.detach(), var.detach()
    y, shift, rest, var = _AffineNorm.apply(wide, weight, bias, axes, eps)
    return y.to(x.dtype), shift + rest, var


def widen(x: Tensor, name: str = "x") -> Tensor:
    """Return x in at least float32.

    Raises:
        ArgumentError: x is no tensor of real floating point numbers.
    """
    check_tensor(x, name)
    check_floating(x, name)
    return x.float() if x.dtype.itemsize < 4 else x


def scale_and_shift(x, mean, scale, shift):
    """Return (x - mean) * scale + shift: to subtract first costs a sweep and keeps the digits.

    In place where that is possible: fresh memory costs more than arithmetic.
    """
    centered = x - mean
    if torch.is_grad_enabled() or torch.compiler.is_compiling() or _transformed():
        return centered * scale + shift
    return centered.mul_(scale).add_(shift)


def _transformed() -> bool:
    """Say whether torch.func is at work: under vmap, scale and shift may have an axis more."""
    return torch._C._are_functorch_transforms_active()


class LastAxesNorm(nn.Module):
    """Parameters shaped like x's last axes, and the check that x ends in them."""

    eps: float | None

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5):
        super().__init__()
        check_eps(eps)
        one = isinstance(normalized_shape, Integral)
        shape: Any = (normalized_shape,) if one else normalized_shape
        self.normalized_shape, self.eps = tuple(shape), eps

    def _last_axes(self, x: Tensor) -> tuple[int, ...]:
        check_tensor(x)
        for p in self.parameters(recurse=False):
            check_real(p, "this layer's parameters")
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
