"""Other right answers to the exercise BatchNorm."""

# To mypy a buffer is a Tensor or a Module, and a parameter may be None.
# mypy: disable-error-code="operator,union-attr,has-type,arg-type,assignment,index"

import torch
from torch import nn

from coursekit.exercises.full_layer.batch_norm_module import BatchNorm, layer


@layer.alternative
class WithEinsum(nn.Module):
    """Flattened to (C, m), sums by einsum, buffers moved by lerp."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.settings = eps, momentum
        for name, start in {"weight": 1.0, "bias": 0.0}.items():
            value = nn.Parameter(torch.full((num_features,), start)) if affine else None
            self.register_parameter(name, value)
        for name, value in {
            "running_mean": torch.zeros(num_features),
            "running_var": torch.ones(num_features),
            "num_batches_tracked": torch.zeros((), dtype=torch.long),
        }.items():
            self.register_buffer(name, value if track_running_stats else None)

    def forward(self, x):
        eps, momentum = self.settings
        rows = x.transpose(0, 1).flatten(1)  # (C, m)
        m = rows.shape[1]
        mean, var = self.running_mean, self.running_var
        if self.training or mean is None:
            mean = torch.einsum("cm->c", rows) / m
            centred = rows - mean[:, None]
            var = torch.einsum("cm,cm->c", centred, centred) / m
        if self.training and self.running_mean is not None:
            self.num_batches_tracked.add_(1)
            share = momentum if momentum is not None else 1 / int(self.num_batches_tracked)
            self.running_mean.lerp_(mean.detach(), share)
            self.running_var.lerp_(var.detach() * (m / (m - 1)), share)
        scale = torch.rsqrt(var + eps)
        scale = scale if self.weight is None else self.weight * scale
        out = torch.einsum("cm,c->cm", rows - mean[:, None], scale)
        out = out if self.bias is None else out + self.bias[:, None]
        swapped = x.shape[1], x.shape[0], *x.shape[2:]
        return out.reshape(swapped).transpose(0, 1)


@layer.alternative
class WithReboundBuffers(BatchNorm):
    """Buffers replaced by new tensors, statistics by torch.var_mean with kept axes."""

    def forward(self, x):
        axes = tuple(i for i in range(x.dim()) if i != 1)
        wide = (1, x.size(1)) + (1,) * (x.dim() - 2)
        if not self.training and self.running_mean is not None:
            mean, var = self.running_mean.reshape(wide), self.running_var.reshape(wide)
        else:
            var, mean = torch.var_mean(x, axes, correction=0, keepdim=True)
            if self.training and self.running_mean is not None:
                m = x.numel() // x.size(1)
                self.num_batches_tracked = self.num_batches_tracked + 1
                new = self.momentum
                new = 1.0 / float(self.num_batches_tracked) if new is None else new
                unbiased = var.detach().flatten() * m / (m - 1)
                self.running_mean = (1 - new) * self.running_mean + new * mean.detach().flatten()
                self.running_var = (1 - new) * self.running_var + new * unbiased
        x_hat = (x - mean) * (var + self.eps).pow(-0.5)
        if self.weight is not None:
            x_hat = torch.addcmul(self.bias.reshape(wide), self.weight.reshape(wide), x_hat)
        return x_hat


class _Normalize(torch.autograd.Function):
    """x_hat with the backward pass of lesson 06, over the last axis."""

    @staticmethod
    def forward(ctx, x, eps):
        centred = x - x.mean(-1, keepdim=True)
        inv_std = (centred.square().mean(-1, keepdim=True) + eps).rsqrt()
        ctx.save_for_backward(centred * inv_std, inv_std)
        return centred * inv_std

    @staticmethod
    def backward(ctx, g):
        x_hat, inv_std = ctx.saved_tensors
        along = (g * x_hat).mean(-1, keepdim=True)
        return inv_std * (g - g.mean(-1, keepdim=True) - x_hat * along), None


@layer.alternative
class WithItsOwnBackward(BatchNorm):
    """Channels last, and a backward pass of its own."""

    def forward(self, x):
        rows = x.movedim(1, 0)
        if self.running_mean is not None and not self.training:
            each = (-1,) + (1,) * (x.ndim - 1)
            std = (self.running_var + self.eps).sqrt()
            rows = (rows - self.running_mean.view(each)) / std.view(each)
        else:
            flat = rows.reshape(len(rows), -1)
            if self.running_mean is not None:
                self.track(flat.mean(1), flat.var(1))
            rows = _Normalize.apply(flat, self.eps).view(rows.shape)
        x_hat = rows.movedim(0, -1)
        if self.weight is not None:
            x_hat = x_hat * self.weight + self.bias
        return x_hat.movedim(-1, 1)


@layer.alternative
class OnTopOfTorchs(nn.modules.batchnorm._BatchNorm):
    """The oracle: torch's own layer. In a learner's source its name is refused."""

    def _check_input_dim(self, x):
        pass
