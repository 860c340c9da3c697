"""The exercise BatchNorm of the lesson full_layer."""

# To mypy a buffer is a Tensor or a Module, and a parameter may be None.
# mypy: disable-error-code="operator,union-attr,has-type,arg-type,assignment,index"

import torch
from torch import nn

from coursekit.checking import exercise, in_parts
from coursekit.exercises.full_layer import life


class BatchNorm(nn.Module):
    """Normalize each channel of (N, C, *spatial): torch.nn.BatchNorm1d, 2d and 3d in one class.

    Args:
        num_features: C.
        eps: added to the variance, inside the root.
        momentum: weight of the new batch in the running statistics; None averages all batches
            equally.
        affine: learn weight (gamma) and bias (beta), both (C,); else both are None.
        track_running_stats: keep the buffers running_mean, running_var (C,), which start at 0 and
            1, and num_batches_tracked; else all three are None and evaluation uses the batch too.

    In training the batch normalizes, its variance divided by m, the number of values in a channel;
    running_var takes the one divided by m - 1. self.training tells the mode, nothing else does.
    """

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        track = track_running_stats
        self.register_buffer("running_mean", torch.zeros(num_features) if track else None)
        self.register_buffer("running_var", torch.ones(num_features) if track else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if track else None)

    def forward(self, x):
        axes = [0, *range(2, x.ndim)]
        if self.training or self.running_mean is None:
            mean = x.mean(axes)
            var = x.var(axes, correction=0)
        else:
            mean, var = self.running_mean, self.running_var
        if self.training and self.running_mean is not None:
            self.track(mean, x.var(axes, correction=1))
        shape = [1, -1] + [1] * (x.ndim - 2)  # (C,) -> broadcasts against x
        y = (x - mean.view(shape)) / torch.sqrt(var + self.eps).view(shape)
        if self.weight is None:
            return y
        return self.weight.view(shape) * y + self.bias.view(shape)

    @torch.no_grad()  # or the buffers would keep every past batch's graph alive
    def track(self, mean, var):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean += momentum * (mean - self.running_mean)
        self.running_var += momentum * (var - self.running_var)


layer = exercise(
    **in_parts(
        init=(1, life.owned),
        forward=(1, life.forward),
        backward=(1, life.backward),
        buffers=(1, life.buffers),
        evaluation=(1, life.evaluated),
        state_dict=(1, life.saved),
    ),
    hints=(
        "Start from BatchNorm1d of lesson 07: the mode, the two pairs of statistics and the "
        "update are the same. New are the axes, and who owns what: parameters are learned, "
        "buffers are saved and moved with the layer.",
        "After one batch, is running_var.requires_grad False, and is running_var in state_dict()? "
        "In eval() with gradients enabled, does your layer still use the stored statistics? For "
        "images (5, 3, 4, 2), how many values does each mean average?",
        'self.register_buffer("running_mean", ___)\n...\naxes = [0, *range(___, x.ndim)]\n'
        "shape = [1, -1] + [1] * (x.ndim - 2)\n"
        "with torch.no_grad():\n"
        "    self.num_batches_tracked += 1\n"
        "    momentum = 1 / self.num_batches_tracked.item() if ___ else self.momentum\n"
        "    self.running_mean += momentum * (___ - self.running_mean)\n"
        "    self.running_var += momentum * (x.var(axes, correction=___) - self.running_var)\n"
        "y = (x - mean.view(shape)) / torch.sqrt(___).view(shape)",
    ),
    minutes=30,
    difficulty=4,
    ask="You train with bn.requires_grad_(False). Do running_mean and running_var still move?",
)(BatchNorm)
