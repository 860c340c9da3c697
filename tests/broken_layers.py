"""A right batch norm layer, and 25 that differ from it by one bug that people have written."""

import torch
from torch import nn


class Layer(nn.Module):
    """A right layer, cut into steps; each bug below gets one of them wrong."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.eps, self.momentum, self.tracked = eps, momentum, track_running_stats
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.make_statistics(num_features)

    def make_statistics(self, C):
        self.register_buffer("running_mean", torch.zeros(C) if self.tracked else None)
        self.register_buffer("running_var", torch.ones(C) if self.tracked else None)
        counter = torch.tensor(0, dtype=torch.long) if self.tracked else None
        self.register_buffer("num_batches_tracked", counter)

    def forward(self, x):
        mean, var = self.moments(x)
        if self.tracked and self.follows():
            self.follow(x, mean, self.variance_to_store(x))
        if not self.by_batch():
            mean, var = self.wide(self.running_mean, x), self.wide(self.running_var, x)
        h = (x - mean) / self.divisor(var)
        return h if self.weight is None else self.affine(h, x)

    def wide(self, p, x):
        return p.view((1, -1) + (1,) * (x.dim() - 2))

    def dims(self, x):
        return [d for d in range(x.dim()) if d != 1]

    def moments(self, x):
        dims = self.dims(x)
        return x.mean(dims, keepdim=True), x.var(dims, unbiased=False, keepdim=True)

    def variance_to_store(self, x):
        return x.var(self.dims(x), unbiased=True, keepdim=True)

    def divisor(self, var):
        return torch.sqrt(var + self.eps)

    def affine(self, h, x):
        return self.wide(self.weight, x) * h + self.wide(self.bias, x)

    def by_batch(self):
        return self.training or not self.tracked

    def follows(self):
        return self.training

    def share(self):
        self.num_batches_tracked += 1
        return 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum

    def follow(self, x, mean, var):
        share = self.share()
        with torch.no_grad():
            self.running_mean.mul_(1 - share).add_(mean.flatten(), alpha=share)
            self.running_var.mul_(1 - share).add_(var.flatten(), alpha=share)


class GammaAndBetaNeverApplied(Layer):
    def affine(self, h, x):
        return h


class BetaForgotten(Layer):
    def affine(self, h, x):
        return h * self.wide(self.weight, x)


class BetaBeforeGamma(Layer):
    def affine(self, h, x):
        return (h + self.wide(self.bias, x)) * self.wide(self.weight, x)


class UnbiasedVarianceToNormalize(Layer):
    def moments(self, x):
        return x.mean(self.dims(x), keepdim=True), x.var(self.dims(x), keepdim=True)


class BiasedRunningVar(Layer):
    def variance_to_store(self, x):
        return x.var(self.dims(x), unbiased=False)


class EpsOutsideTheRoot(Layer):
    def divisor(self, var):
        return torch.sqrt(var) + self.eps


class EpsOmitted(Layer):
    def divisor(self, var):
        return var**0.5


class EpsArgumentIgnored(Layer):
    def divisor(self, var):
        return (var + 1e-5) ** 0.5


class EpsSquared(Layer):
    def divisor(self, var):
        return torch.sqrt(var + self.eps * self.eps)


class MomentumSwapped(Layer):
    def share(self):
        return 1 - super().share()


class RunningVarNeverUpdated(Layer):
    def follow(self, x, mean, var):
        share = self.share()
        with torch.no_grad():
            self.running_mean += share * (mean.flatten() - self.running_mean)


class AverageOfStandardDeviations(Layer):
    def variance_to_store(self, x):
        return x.std(self.dims(x))


class RunningVarStartsAtZero(Layer):
    def make_statistics(self, C):
        super().make_statistics(C)
        if self.tracked:
            self.running_var = torch.zeros(C)


class BatchStatisticsInEval(Layer):
    def by_batch(self):
        return True


class UpdatedInEval(Layer):
    def follows(self):
        return True


class ModeFromGradMode(Layer):
    def by_batch(self):
        return torch.is_grad_enabled() or not self.tracked

    def follows(self):
        return torch.is_grad_enabled()


class NoGradientThroughStatistics(Layer):
    def moments(self, x):
        return super().moments(x.detach())


class NoGradientThroughVariance(Layer):
    def moments(self, x):
        mean, var = super().moments(x)
        return mean, var.data


class GraphKept(Layer):
    def follow(self, x, mean, var):
        share = self.share()
        self.running_mean = self.running_mean * (1 - share) + mean.flatten() * share
        self.running_var = self.running_var * (1 - share) + var.flatten() * share


class NotBuffers(Layer):
    def make_statistics(self, C):
        super().make_statistics(C)
        if self.tracked:
            del self.running_mean, self.running_var
            self.running_mean, self.running_var = torch.zeros(C), torch.ones(C)


class OnePassVariance(Layer):
    def moments(self, x):
        mean = x.mean(self.dims(x), keepdim=True)
        return mean, x.pow(2).mean(self.dims(x), keepdim=True) - mean.pow(2)

    def variance_to_store(self, x):
        m = x.numel() / x.shape[1]
        return self.moments(x)[1] * m / (m - 1)


class PerPixelStatistics(Layer):
    def dims(self, x):
        return [0]

    def follow(self, x, mean, var):
        super().follow(x, *(s.mean([0, *range(2, s.dim())]) for s in (mean, var)))


class NhwcAxes(Layer):
    def dims(self, x):
        return list(range(x.dim() - 1))


class LayerNormAxes(Layer):
    def dims(self, x):
        return list(range(1, x.dim()))


class InstanceNormAxes(PerPixelStatistics):
    def dims(self, x):
        return list(range(2, x.dim()))


BUGS = {  # and the mistake of the exercise BatchNorm that each must be called
    GammaAndBetaNeverApplied: "affine_forgotten",
    BetaForgotten: "bias_forgotten",
    BetaBeforeGamma: "bias_before_weight",
    UnbiasedVarianceToNormalize: "unbiased_variance",
    BiasedRunningVar: "biased_running_var",
    EpsOutsideTheRoot: "eps_outside",
    EpsOmitted: "eps_missing",
    EpsArgumentIgnored: "eps_ignored",
    EpsSquared: "eps_squared",
    MomentumSwapped: "momentum_swapped",
    RunningVarNeverUpdated: "running_var_never_moved",
    AverageOfStandardDeviations: "std_stored",
    RunningVarStartsAtZero: "running_var_starts_at_0",
    BatchStatisticsInEval: "batch_in_eval",
    UpdatedInEval: "moved_in_eval",
    ModeFromGradMode: "mode_from_grad",
    NoGradientThroughStatistics: "statistics_detached",
    NoGradientThroughVariance: "variance_detached",
    GraphKept: "graph_kept",
    NotBuffers: "not_buffers",
    OnePassVariance: "one_pass_variance",
    PerPixelStatistics: "per_pixel",
    NhwcAxes: "channels_last_axes",
    LayerNormAxes: "layer_axes",
    InstanceNormAxes: "instance_axes",
}
