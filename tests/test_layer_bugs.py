"""Layers as people write them: 25 known batch norm bugs, each refused by name; no false alarm."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from coursekit import exercises, layers
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.panel import text

EXERCISE = exercises.load("full_layer")["BatchNorm"]
ONE_D = exercises.load("running_statistics")["BatchNorm1d"]
assert isinstance(EXERCISE, Exercise) and isinstance(ONE_D, Exercise)


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


BUGS = {
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


def check(layer, seed=0):
    return judge(EXERCISE, Local(layer, name="BatchNorm"), seed=seed)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_each_of_the_25_bugs_is_refused(bug):
    result = check(bug)
    assert len(BUGS) == 25 and not result.passed and result.score < result.max, text(result)


@pytest.mark.parametrize("seed", range(3))
def test_at_least_23_of_the_25_are_named_by_the_first_diagnosis(seed):
    wrong = {b.__name__: check(b, seed).diagnosis for b, name in BUGS.items()
             if check(b, seed).diagnosis != name}  # fmt: skip
    assert len(wrong) <= 2, wrong


# Right layers, each in a style of its own, none of them the exercise's.


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


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("layer", RIGHT, ids=lambda layer: layer.__name__)
def test_a_right_layer_in_any_style_raises_no_alarm(layer, seed):
    result = check(layer, seed)
    assert result.passed, text(result)


def test_torchs_layer_loads_the_exercises_state_and_gives_its_own_back():
    rng = torch.Generator().manual_seed(0)
    mine, theirs = EXERCISE.right(3, eps=0.1), nn.BatchNorm2d(3, eps=0.1)
    for layer in mine, theirs:
        layer.load_state_dict({"weight": torch.randn(3, generator=rng)}, strict=False)
        for _ in range(3):
            layer(5 + torch.randn(4, 3, 2, 2, generator=rng))
    x = torch.randn(2, 3, 4, 4, generator=rng)
    for giver, taker in (mine, nn.BatchNorm2d(3, eps=0.1)), (theirs, EXERCISE.right(3, eps=0.1)):
        taker.load_state_dict(giver.state_dict())
        torch.testing.assert_close(taker.eval()(x), giver.eval()(x))


def test_the_numpy_layer_of_lesson_07_computes_what_torchs_does():
    rng = np.random.default_rng(0)
    mine, theirs = ONE_D.right(4, 0.3, 0.37), nn.BatchNorm1d(4, 0.3, 0.37).double()
    for step in range(6):
        if step == 4:
            mine.eval(), theirs.eval()
        x = rng.normal(3, 2, (5, 4))
        expected = theirs(torch.from_numpy(x)).detach().numpy()
        np.testing.assert_allclose(mine(x), expected, rtol=1e-10)
    for name, value in mine.state_dict().items():
        np.testing.assert_allclose(value, theirs.state_dict()[name].numpy(), rtol=1e-10)
