"""The exercise BatchNorm of the lesson full_layer."""

# To mypy a buffer is a Tensor or a Module, and a parameter may be None.
# mypy: disable-error-code="operator,union-attr,has-type,arg-type,assignment,index"

import torch
from torch import nn

from coursekit.checking import exercise
from coursekit.checking.local import copy
from coursekit.exercises.full_layer.inputs import (
    LIBRARY_BATCH_NORMS,
    another,
    cotangent,
    dtypes,
    far_from_zero,
    images,
    kind_of,
    parameters,
    statistics,
)


def a_layers_life(answer, rng):
    """Outputs, gradients, what is stored, evaluation, copies and saves, then special settings."""
    answer.doing = "BatchNorm(3, eps=0.3, momentum=0.37)"
    layer = answer(3, eps=0.3, momentum=0.37)
    yield "a new layer", kind_of(layer), "structure"
    if not hasattr(layer, "vjp"):
        return
    yield "a new layer's weight and bias", parameters(layer)
    yield from trained(answer, layer, rng)
    yield from evaluated(answer, layer, rng)
    yield from copied(answer, layer, rng)
    yield from saved(answer, layer, rng)
    yield from with_defaults(answer, rng)
    yield from with_settings(answer, rng)
    yield from other_ranks(answer, rng)


def trained(answer, layer, rng):
    """Three batches: outputs first, then gradients, then what they left behind."""
    answer.doing = "training, images (3, 3, 2, 3)"
    yield answer.doing, layer(images(rng, 3, 3, 2, 3))
    after = [statistics(layer)]
    loaded = {"weight": torch.tensor([1.5, -0.7, 2.0]), "bias": torch.tensor([0.5, 1.0, -1.5])}
    layer.do("load_state_dict", loaded, False)
    answer.doing = "training, images (5, 3, 4, 2), weight and bias set"
    x = images(rng, 5, 3, 4, 2)
    found = layer.vjp(x, cotangent(rng, x))
    yield answer.doing, found.pop("y")
    after.append(statistics(layer))
    answer.doing = "training under no_grad, images (2, 3, 4, 2)"
    yield answer.doing, layer(images(rng, 2, 3, 4, 2), no_grad=True)
    yield "gradients of the (5, 3, 4, 2) batch", found, "gradients"
    after.append(statistics(layer))
    for i, (stored, constant) in enumerate(after, 1):
        yield f"stored after batch {i}", stored, "state"
        yield f"stored after batch {i}, as constants", constant, "state"


def evaluated(answer, layer, rng):
    """Evaluation depends on no batch mate, has gradients of its own, and leaves no trace."""
    answer.doing = "eval()"
    layer.do("eval")
    x = images(rng, 4, 3, 3, 2)
    answer.doing = "evaluating under no_grad"
    yield "evaluating 4 images", layer(x, no_grad=True), "state"
    answer.doing = "evaluating with gradients"
    found = layer.vjp(x, cotangent(rng, x))
    yield "evaluating the same with gradients", found.pop("y"), "state"
    yield "gradients in evaluation", found, "gradients"
    answer.doing = "evaluating one image"
    yield "evaluating the first image alone", layer(x[:1]), "state"
    yield "stored after evaluating", statistics(layer)[0], "state"


def copied(answer, layer, rng):
    """A deep copy trains on by itself; the layer goes back to training."""
    answer.doing = "copy.deepcopy(layer)"
    twin = layer.copy()
    twin.do("train")
    yield "a deep copy in training", twin(images(rng, 3, 3, 2)), "state"
    yield "stored after the copy trained", statistics(layer)[0], "state"
    yield "stored in the copy", statistics(twin)[0], "state"
    answer.doing = "training again after eval()"
    layer.do("train")
    yield "training again after eval()", layer(images(rng, 4, 3, 2))
    yield "stored after training again", statistics(layer)[0], "state"


def saved(answer, layer, rng):
    """state_dict() into a new layer, and from torch.nn.BatchNorm2d into it; dtypes follow."""
    answer.doing = "state_dict()"
    state = copy(layer.do("state_dict"))
    yield "state_dict()", state, "state"
    if not isinstance(state, dict):
        return
    answer.doing = "loading the state_dict() into a new layer"
    other = another(answer, 3, eps=0.3)
    other.do("load_state_dict", state)
    other.do("eval")
    x = images(rng, 2, 3, 3, 2)
    yield "a new layer with the state of the old one", other(x), "state"
    answer.doing = "loading torch.nn.BatchNorm2d's state_dict()"
    theirs = nn.BatchNorm2d(3)
    theirs(images(rng, 5, 3, 2, 2))
    other.do("load_state_dict", {k: v.clone() for k, v in theirs.state_dict().items()})
    yield "a layer with torch.nn.BatchNorm2d's state", other(x), "state"
    answer.doing = "double()"
    other.do("double")
    y = other(x.double())
    yield "after double()", y.float() if hasattr(y, "float") else y, "state"
    yield "dtype of the output after double()", dtypes({"output": y}), "state"
    yield "dtypes of the state after double()", dtypes(other.do("state_dict")), "state"


def with_defaults(answer, rng):
    """The default eps and momentum, tiny inputs, and a mean so large that squares lose the rest."""
    answer.doing = "BatchNorm(2), inputs of size 0.003"
    small = another(answer, 2)
    yield "default eps, inputs of size 0.003", small(0.003 * images(rng, 4, 2, 3))
    yield "default momentum", statistics(small)[0], "state"
    small.do("eval")
    yield "default eps in evaluation", small(0.003 * images(rng, 4, 2, 3)), "state"
    answer.doing = "BatchNorm(2), float32 around 4096"
    far = another(answer, 2)
    far.do("load_state_dict", {"weight": torch.tensor([0.05, 0.05])}, False)
    yield "float32 around 4096, weight 0.05", far(far_from_zero(rng, 4, 2, 2, 1))


def with_settings(answer, rng):
    """momentum=None, affine=False, track_running_stats=False."""
    answer.doing = "BatchNorm(3, momentum=None)"
    average = another(answer, 3, eps=0.3, momentum=None)
    for i, N in enumerate((3, 5, 2), 1):
        average(images(rng, N, 3, 2))
        yield f"momentum=None after {i} batches", statistics(average)[0], "state"
    answer.doing = "BatchNorm(3, affine=False)"
    plain = another(answer, 3, eps=0.3, affine=False)
    yield "affine=False", plain(images(rng, 5, 3, 2))
    yield "affine=False: weight and bias", parameters(plain), "state"
    answer.doing = "BatchNorm(3, track_running_stats=False)"
    forgetful = another(answer, 3, eps=0.3, track_running_stats=False)
    yield "track_running_stats=False", forgetful(images(rng, 5, 3, 2))
    forgetful.do("eval")
    yield "track_running_stats=False in evaluation", forgetful(images(rng, 4, 3, 2)), "state"
    state = forgetful.do("state_dict")
    names = sorted(state) if isinstance(state, dict) else state
    yield "track_running_stats=False: what is saved", names, "state"


def other_ranks(answer, rng):
    """Tables, sequences and volumes; at last two values for each channel."""
    layer = another(answer, 3, eps=0.3, momentum=0.37)
    for shape in (6, 3), (4, 3, 5), (2, 3, 2, 3, 2), (2, 3):
        answer.doing = f"training, x of shape {shape}"
        yield answer.doing, layer(images(rng, *shape))
        yield f"stored after shape {shape}", statistics(layer)[0], "state"


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
    script=a_layers_life,
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
    points=6,
    minutes=30,
    difficulty=4,
    forbidden=LIBRARY_BATCH_NORMS,
    credit={"gradients": 0.25, "state": 0.5},
    ask="You train with bn.requires_grad_(False). Do running_mean and running_var still move?",
)(BatchNorm)


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
