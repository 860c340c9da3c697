"""BatchNorm with a switch for each way of getting it wrong."""

# mypy: disable-error-code="operator,union-attr,has-type,arg-type"

import torch
from torch import nn

from coursekit.exercises.full_layer.batch_norm_module import BatchNorm

AXES = {  # of x's number of axes
    "right": lambda ndim: (0, *range(2, ndim)),
    "per pixel": lambda ndim: (0,),
    "channels last": lambda ndim: tuple(range(ndim - 1)),
    "layer": lambda ndim: tuple(range(1, ndim)),
    "instance": lambda ndim: tuple(range(2, ndim)),
    "global": lambda ndim: tuple(range(ndim)),
    "images": lambda ndim: (0, 2, 3),
}
STD = {  # of var, eps: what x - mean is divided by
    "right": lambda var, eps: (var + eps).sqrt(),
    "outside": lambda var, eps: var.sqrt() + eps,
    "missing": lambda var, eps: var.sqrt(),
    "squared": lambda var, eps: (var + eps**2).sqrt(),
    "ignored": lambda var, eps: (var + 1e-5).sqrt(),
    "subtracted": lambda var, eps: (var - eps).sqrt(),
    "twice": lambda var, eps: (var + eps).sqrt() + eps,
    "no root": lambda var, eps: var + eps,
}
AFFINE = {  # of x_hat, weight, bias and whether this is training
    "right": lambda h, w, b, training: w * h + b,
    "absent": lambda h, w, b, training: h + 0 * (w + b),
    "no weight": lambda h, w, b, training: h + b + 0 * w,
    "no bias": lambda h, w, b, training: w * h + 0 * b,
    "beta first": lambda h, w, b, training: w * (h + b),
    "absent in eval": lambda h, w, b, training: w * h + b if training else h + 0 * (w + b),
}
STEPS = {
    "right": lambda old, new, m: (1 - m) * old + m * new,
    "swapped": lambda old, new, m: m * old + (1 - m) * new,
    "overwritten": lambda old, new, m: new,
    "no decay": lambda old, new, m: old + m * new,
    "no parentheses": lambda old, new, m: 1 - m * old + m * new,
    "always 0.1": lambda old, new, m: 0.9 * old + 0.1 * new,
}
STORE = {  # of the biased and the unbiased variance, and eps
    "right": lambda var, unbiased, eps: unbiased,
    "biased": lambda var, unbiased, eps: var,
    "std": lambda var, unbiased, eps: unbiased.sqrt(),
    "biased std": lambda var, unbiased, eps: var.sqrt(),
    "with eps": lambda var, unbiased, eps: unbiased + eps,
    "inverse": lambda var, unbiased, eps: 1 / (var + eps).sqrt(),
}


BOTH = ("running_mean", "running_var")
PLAIN = {  # the statistics that are no buffers
    "plain": BOTH,
    "parameters": BOTH,
    "nothing saved": BOTH,
    "plain mean": ("running_mean",),
    "plain var": ("running_var",),
}
ALONE: dict[str, str] = dict.fromkeys(
    "scaled var std step store mode also graph start average".split(), "right"
)  # sets every switch that pairs use, so that what is added to it is tried alone


class Wrong(BatchNorm):
    """BatchNorm, wrong where a switch says so."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        **switches,
    ):
        self.switches = switches
        affine = affine or self.way("settings") == "affine ignored"
        track = track_running_stats or self.way("settings") == "track ignored"
        super().__init__(num_features, eps, momentum, affine, track)
        self.switches = switches
        if track:
            self._start(self.way("start"))

    def way(self, switch):
        return self.switches.get(switch, "right")

    def _start(self, start):
        if start == "var 0":
            self.running_var.zero_()
        if start in ("no counter", "nothing saved"):
            del self.num_batches_tracked
            self.num_batches_tracked = 0
        if start in PLAIN:
            for name in PLAIN[start]:
                value = getattr(self, name)
                delattr(self, name)
                frozen = start == "parameters"
                setattr(self, name, nn.Parameter(value, requires_grad=False) if frozen else value)

    def forward(self, x):
        training = torch.is_grad_enabled() if self.way("mode") == "grad" else self.training
        tracked = self.running_mean is not None
        axes = AXES[self.way("axes")](x.ndim)
        mean = x.mean(axes, keepdim=True)
        var = self._variance(x, mean, axes)
        m = x.numel() // mean.numel()
        m = len(x) if self.way("m") == "N" else m
        unbiased = var * m / (m - 1)
        of_batch = training or not tracked or self.way("mode") == "batch in eval"
        store = mean, STORE[self.way("store")](var, unbiased, self.eps), x
        if tracked and (training or self.way("also") == "moves in eval"):
            self._store(*store)
        if self.way("mode") == "stored in training":
            of_batch = not tracked
        wide = [1, -1] + [1] * (x.ndim - 2)
        if not of_batch:
            mean, var = self.running_mean.view(wide), self.running_var.view(wide)
        elif self.way("var") == "unbiased":
            var = unbiased
        h = self._normalized(x, mean, var, of_batch)
        if tracked and not training and self.way("also") == "moves after eval":
            self._store(*store)
        if self.weight is None:
            return h
        return AFFINE[self.way("scaled")](h, self.weight.view(wide), self.bias.view(wide), training)

    def _variance(self, x, mean, axes):
        if self.way("var") == "one pass":
            return (x * x).mean(axes, keepdim=True) - mean * mean
        return ((x - mean) ** 2).mean(axes, keepdim=True)

    def _normalized(self, x, mean, var, of_batch):
        if self.way("graph") in ("none", "no mean"):
            mean = mean.detach()
        if self.way("graph") in ("none", "no var"):
            var = var.detach()
        where = self.way("std")
        where = where.removesuffix(" in eval") if not of_batch or " in eval" not in where else None
        return (x - mean) / STD[where or "right"](var, self.eps)

    def _store(self, mean, var, x):
        if self.way("counted") == "right":
            self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            seen = int(self.num_batches_tracked)
            momentum = {"0.1": 0.1, "late": 1 / (seen + 1), "unhandled": None}.get(
                self.way("average"), 1 / max(seen, 1)
            )
        if self.way("axes") in ("per pixel", "instance"):
            mean, var = (s.mean([0, *range(2, s.ndim)]) for s in (mean, var))
        for _ in range(2 if self.way("times") == "twice" else 1):
            for name, new in ("running_mean", mean.flatten()), ("running_var", var.flatten()):
                if name != self.way("never"):
                    new = new if self.way("graph").startswith("kept") else new.detach()
                    old = getattr(self, name)
                    moved = STEPS[self.way("step")](old, new, momentum)
                    if self.way("graph") == "kept in place":
                        old.copy_(moved)
                        continue
                    old_is_parameter = isinstance(old, nn.Parameter)
                    setattr(self, name, nn.Parameter(moved, False) if old_is_parameter else moved)


class Overwriting(BatchNorm):
    """Right values, but x comes back centred."""

    def forward(self, x):
        y = super().forward(x)
        with torch.no_grad():
            x -= x.mean([0, *range(2, x.ndim)], keepdim=True)
        return y
