"""The exercise BatchNorm1d of the lesson running_statistics."""

import numpy as np

from coursekit.checking import exercise
from coursekit.checking.local import copy
from coursekit.exercises.running_statistics.inputs import batch, kind_of, statistics


def a_layers_life(answer, rng):
    """Train, evaluate, train on, save and load, with what is stored looked at after each step."""
    answer.doing = "a new layer of 4 features, eps = 0.3, momentum = 0.37"
    layer, other = answer(4, 0.3, 0.37), answer(4, 0.3, 0.37)
    yield "a new layer", kind_of(layer), "structure"
    if not (hasattr(layer, "vjp") and hasattr(other, "vjp")):
        return
    yield "a new layer's state_dict()", copy(layer.do("state_dict")), "state"
    yield "training, batch 1", layer(batch(rng, 5, 4))
    yield "stored after batch 1", statistics(layer), "state"
    answer.doing = "loading weight and bias"
    loaded = {
        "weight": np.array([1.5, -0.7, 2.0, 0.6]),
        "bias": np.array([0.5, 1.0, -1.5, 2.0]),
        "running_mean": rng.normal(size=4),
        "running_var": rng.uniform(0.5, 2, 4),
    }
    layer.do("load_state_dict", loaded)
    for i, N in (2, 7), (3, 2):
        answer.doing = f"training, batch {i} of {N} samples, weight and bias set"
        yield answer.doing, layer(batch(rng, N, 4))
        yield f"stored after batch {i}", statistics(layer), "state"
    yield from evaluated(answer, layer, rng)
    answer.doing = "training again after eval()"
    layer.do("train")
    yield answer.doing, layer(batch(rng, 3, 4))
    yield "stored after training again", statistics(layer), "state"
    answer.doing = "state_dict()"
    state = copy(layer.do("state_dict"))
    yield "state_dict()", state, "state"
    if isinstance(state, dict):
        answer.doing = "a second layer loads the first one's state_dict()"
        other.do("load_state_dict", state)
        other.do("eval")
        yield "a second layer with the first one's state", other(batch(rng, 3, 4)), "state"
        yield from with_defaults(answer, rng)


def evaluated(answer, layer, rng):
    """Evaluation depends on no batch mate, and leaves no trace."""
    answer.doing = "eval()"
    yield "training before eval()", {"training": layer.get("training")}, "state"
    layer.do("eval")
    yield "training after eval()", {"training": layer.get("training")}, "state"
    x = batch(rng, 4, 4)
    answer.doing = "evaluating 4 samples"
    yield "evaluating 4 samples", layer(x), "state"
    answer.doing = "evaluating one sample"
    yield "evaluating the first of them alone", layer(x[:1]), "state"
    yield "evaluating the 4 samples again", layer(x), "state"
    yield "stored after evaluating", statistics(layer), "state"


def with_defaults(answer, rng):
    """The default eps and momentum, on features for which they count."""
    answer.doing = "a layer with default eps and momentum"
    small = answer(3)
    if hasattr(small, "vjp"):
        yield "default eps, scales from 0.001", small(batch(rng, 4, 3))
        yield "default momentum", statistics(small), "state"
        small.do("eval")
        yield "default eps in eval", small(1e-3 * batch(rng, 4, 3)), "state"


class BatchNorm1d:
    """Normalize (N, D) by the batch in training, by running statistics in evaluation.

    Args: num_features, eps=1e-5, momentum=0.1 (the weight of the new batch).

    Attributes:
        training: True at first; train() and eval() set it.
        weight, bias: (D,), gamma and beta; ones and zeros at first.
        running_mean, running_var: (D,), zeros and ones at first. Calling the layer in training
            moves them; the variance that is stored divides by N − 1.

    state_dict() returns the four arrays by name; load_state_dict(state) takes them back.
    """

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.weight, self.bias = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean = self._moved(self.running_mean, mean)
            self.running_var = self._moved(self.running_var, x.var(axis=0, ddof=1))
        return self.weight * (x - mean) / np.sqrt(var + self.eps) + self.bias

    def _moved(self, running, new):
        return (1 - self.momentum) * running + self.momentum * new

    def state_dict(self):
        names = ("weight", "bias", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, np.array(value))


layer = exercise(
    script=a_layers_life,
    hints=(
        "Two pairs of statistics, one formula. In training take the batch's and let the stored "
        "ones follow; in evaluation take the stored ones and leave them alone.",
        "After one batch with momentum 0.37, is running_var 0.63 · 1 + 0.37 · (the batch's "
        "variance with N − 1)? Does evaluating twice give the same output twice? And does a layer "
        "that loads the state of another evaluate like it?",
        'self.saved = ["weight", ___, ___, ___]  # in __init__; the rest in __call__\n'
        "if self.training:\n"
        "    mean, var = x.mean(0), ___\n"
        "    self.running_mean = (1 - ___) * self.running_mean + ___ * mean\n"
        "    self.running_var = ___ * self.running_var + ___ * x.var(0, ddof=___)\n"
        "else:\n    mean, var = ___, ___\n"
        "return self.weight * (x - mean) / np.sqrt(___) + self.bias",
    ),
    points=4,
    minutes=18,
    difficulty=3,
    credit={"state": 0.5},
    ask="Your layer normalizes with N and stores with N − 1. At which batch size does eval() then "
    "scale by more than 1 % less than train()?",
)(BatchNorm1d)
