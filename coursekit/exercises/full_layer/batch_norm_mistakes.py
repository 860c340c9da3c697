"""Wrong answers to the exercise BatchNorm that are more than an edit: statistics for each part."""

# mypy: disable-error-code="operator,union-attr"

import torch

from coursekit.exercises.full_layer.batch_norm_module import BatchNorm, layer


class Parted(BatchNorm):
    """BatchNorm whose mean and variance are those of parts of a channel, over `axes`."""

    def forward(self, x):
        axes, shape = self.axes(x.ndim), [1, -1] + [1] * (x.ndim - 2)
        mean, var = x.mean(axes, keepdim=True), x.var(axes, keepdim=True, correction=0)
        m, rest = x.numel() // mean.numel(), [0, *range(2, x.ndim)]
        if self.training and self.running_mean is not None:
            self.track(mean.mean(rest), (var * m / (m - 1)).mean(rest))
        elif self.running_mean is not None:
            mean, var = self.running_mean.view(shape), self.running_var.view(shape)
        y = (x - mean) / torch.sqrt(var + self.eps)
        return y if self.weight is None else self.weight.view(shape) * y + self.bias.view(shape)


@layer.mistake(
    "You averaged over the batch only, so each pixel got its own statistics. A channel shares one "
    "mean over N, H and W."
)
class per_pixel(Parted):
    def axes(self, ndim):
        return (0,)


@layer.mistake(
    "You averaged over the spatial axes only, so each channel of each sample got its own "
    "statistics: that is instance norm. Average over the batch too."
)
class instance_axes(Parted):
    def axes(self, ndim):
        return tuple(range(2, ndim))
