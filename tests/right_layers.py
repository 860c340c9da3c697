"""Right batch norm layers, each in a style of its own, none of them the exercise's."""

import torch
from broken_layers import Layer
from torch import nn
from torch.nn import functional as F

from coursekit import layers


class Functional(Layer):
    """Calls torch's function on buffers of its own."""

    def forward(self, x):
        new = self.share() if self.training and self.tracked else 0.0
        given = self.running_mean, self.running_var, self.weight, self.bias
        return F.batch_norm(x, *given, self.by_batch(), new, self.eps)


class ChannelByChannel(Layer):
    """A Python loop over channels, plain sums, statistics stacked at the end."""

    def forward(self, x):
        columns, means, variances = [], [], []
        for c in range(x.shape[1]):
            values = x[:, c]
            m = values.numel()
            mean = values.sum() / m
            var = ((values - mean) * (values - mean)).sum() / m
            means.append(mean.detach())
            variances.append(var.detach() * m / (m - 1))
            if not self.by_batch():
                mean, var = self.running_mean[c], self.running_var[c]
            column = (values - mean) * (var + self.eps).reciprocal().sqrt()
            if self.weight is not None:
                column = column * self.weight[c] + self.bias[c]
            columns.append(column)
        if self.tracked and self.training:
            self.follow(x, torch.stack(means), torch.stack(variances))
        return torch.stack(columns, dim=1)


class InDouble(Layer):
    """Widens to float64 inside and folds everything into one scale and one shift."""

    def forward(self, x):
        wide = x.double()
        mean, var = (s.flatten() for s in self.moments(wide))
        if self.tracked and self.training:
            self.follow(x, mean.float(), self.variance_to_store(wide).float())
        if not self.by_batch():
            mean, var = self.running_mean.double(), self.running_var.double()
        scale = (var + self.eps) ** -0.5
        scale = scale if self.weight is None else scale * self.weight
        shift = -mean * scale if self.bias is None else self.bias - mean * scale
        return torch.addcmul(self.wide(shift, x), wide, self.wide(scale, x)).to(x.dtype)


class MergedInHalves(Layer):
    """Moments of two halves of the batch, merged as synchronized batch norm merges them."""

    def moments(self, x):
        halves = x.chunk(2) if len(x) > 1 else (x,)
        count, mean, m2 = 0, 0.0, 0.0
        for part in halves:
            n = part.numel() / part.shape[1]
            own = part.mean(self.dims(x), keepdim=True)
            delta, total = own - mean, count + n
            mean = mean + delta * (n / total)
            squares = (part - own).square().sum(self.dims(x), keepdim=True)
            m2, count = m2 + squares + delta.square() * (count * n / total), total
        return mean, m2 / count


class Rows(Layer):
    """Channels last, one matrix of rows, torch.var_mean; parameters declared by name."""

    def forward(self, x):
        order = (0, *range(2, x.dim()), 1)
        rows = x.permute(order).reshape(-1, x.size(1))
        var, mean = torch.var_mean(rows, 0, correction=0)
        if self.tracked and self.training:
            self.follow(x, mean, rows.var(0))
        if not self.by_batch():
            mean, var = self.running_mean, self.running_var
        out = (rows - mean).div((var + self.eps).sqrt())
        if self.weight is not None:
            out = out.mul(self.weight).add(self.bias)
        return out.view([x.shape[i] for i in order]).movedim(-1, 1)


class WrittenOut(torch.autograd.Function):
    """Forward and backward of the batch's part, gradients of weight and bias included."""

    @staticmethod
    def forward(ctx, x, weight, bias, eps, dims):
        wide = [1, -1, *[1] * (x.dim() - 2)]
        centred = x - x.mean(dims, keepdim=True)
        inv_std = (centred.pow(2).mean(dims, keepdim=True) + eps).rsqrt()
        ctx.save_for_backward(centred * inv_std, inv_std, weight.view(wide))
        ctx.dims = dims
        return centred * inv_std * weight.view(wide) + bias.view(wide)

    @staticmethod
    def backward(ctx, dy):
        h, inv_std, weight = ctx.saved_tensors
        m = dy.numel() / dy.shape[1]
        db, dw = dy.sum(ctx.dims, keepdim=True), (dy * h).sum(ctx.dims, keepdim=True)
        dx = weight * inv_std * (dy - (db + h * dw) / m)
        return dx, dw.flatten(), db.flatten(), None, None


class OwnBackward(Layer):
    def forward(self, x):
        if not self.by_batch():
            return super().forward(x)
        if self.tracked:
            self.follow(x, x.mean(self.dims(x)), self.variance_to_store(x))
        one, zero = x.new_ones(x.shape[1]), x.new_zeros(x.shape[1])
        given = (one, zero) if self.weight is None else (self.weight, self.bias)
        return WrittenOut.apply(x, *given, self.eps, self.dims(x))


class TorchsOwn(nn.modules.batchnorm._BatchNorm):
    def _check_input_dim(self, x):
        pass


RIGHT = (
    Layer, Functional, ChannelByChannel, InDouble, MergedInHalves, Rows, OwnBackward, TorchsOwn,
    layers.BatchNorm,
)  # fmt: skip
