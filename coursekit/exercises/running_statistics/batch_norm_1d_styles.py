"""Other right answers to the exercise BatchNorm1d."""

import math
from typing import Any

import numpy as np

from coursekit.exercises.running_statistics.batch_norm_1d import layer

STORED = ("weight", "bias", "running_mean", "running_var")


@layer.alternative
class LayerWithArraysInPlace:
    """Statistics moved in place, forward apart from __call__."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.weight = np.full(num_features, 1.0)
        self.bias = self.weight * 0
        self.running_mean, self.running_var = self.bias.copy(), self.weight.copy()
        self.train()

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def forward(self, x):
        if not self.training:
            scale = self.weight / np.sqrt(self.running_var + self.eps)
            return x * scale + (self.bias - self.running_mean * scale)
        N, centred = len(x), x - x.mean(0, keepdims=True)
        var = np.einsum("nd,nd->d", centred, centred) / N
        self.running_mean += self.momentum * (x.mean(0) - self.running_mean)
        self.running_var *= 1 - self.momentum
        self.running_var += self.momentum * var * N / (N - 1)
        return centred * (self.weight * (var + self.eps) ** -0.5) + self.bias

    __call__ = forward

    def state_dict(self):
        return {k: v for k, v in vars(self).items() if isinstance(v, np.ndarray)}

    def load_state_dict(self, state):
        self.weight[:], self.bias[:] = state["weight"], state["bias"]
        self.running_mean[:], self.running_var[:] = state["running_mean"], state["running_var"]


@layer.alternative
class LayerWithOneDict:
    """Everything that is saved lives in one dict; attributes look into it."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.settings, self.training = (eps, momentum), True
        self.saved: dict[str, Any] = {
            "weight": np.ones(num_features), "bias": np.zeros(num_features),
            "running_mean": np.zeros(num_features), "running_var": np.ones(num_features),
        }  # fmt: skip

    running_mean = property(lambda self: self.saved["running_mean"])
    running_var = property(lambda self: self.saved["running_var"])

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        eps, momentum = self.settings
        s = self.saved
        if self.training:
            moments = x.mean(0), x.var(0)
            m = len(x)
            new = {"running_mean": moments[0], "running_var": moments[1] / (1 - 1 / m)}
            self.saved = s | {k: s[k] + momentum * (v - s[k]) for k, v in new.items()}
        else:
            moments = s["running_mean"], s["running_var"]
        return (x - moments[0]) / (moments[1] + eps) ** 0.5 * s["weight"] + s["bias"]

    def state_dict(self):
        return dict(self.saved)

    def load_state_dict(self, state):
        self.saved = {k: np.array(state[k], dtype=float) for k in self.saved}


@layer.alternative
class LayerByColumns:
    """One feature at a time, on plain numbers, statistics kept as lists."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training, self.D = eps, momentum, True, num_features
        self.weight, self.bias = [1.0] * num_features, [0.0] * num_features
        self.running_mean, self.running_var = [0.0] * num_features, [1.0] * num_features

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        return np.array([self.feature(j, x[:, j].tolist()) for j in range(self.D)]).T

    def feature(self, j, column):
        mean, var = self.running_mean[j], self.running_var[j]
        if self.training:
            N, old, m = len(column), (mean, var), self.momentum
            mean = sum(column) / N
            squares = sum((v - mean) ** 2 for v in column)
            var = squares / N
            self.running_mean[j] = old[0] * (1 - m) + mean * m
            self.running_var[j] = old[1] * (1 - m) + squares / (N - 1) * m
        std = math.sqrt(var + self.eps)
        return [self.weight[j] * (v - mean) / std + self.bias[j] for v in column]

    def state_dict(self):
        return {k: list(getattr(self, k)) for k in STORED}

    def load_state_dict(self, state):
        for k in STORED:
            setattr(self, k, np.asarray(state[k]).tolist())
