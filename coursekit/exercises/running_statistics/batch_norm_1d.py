"""The exercise BatchNorm1d of the lesson running_statistics."""

import numpy as np

from coursekit.checking import AnswerError, exercise, in_parts
from coursekit.checking.local import copy
from coursekit.exercises.running_statistics.inputs import batch, kind_of, statistics

LOADED = {
    "weight": np.array([1.5, -0.7, 2.0, 0.6]),
    "bias": np.array([0.5, 1.0, -1.5, 2.0]),
    "running_mean": np.array([0.3, -1.2, 0.8, 2.5]),
    "running_var": np.array([0.7, 1.9, 0.5, 1.4]),
}


def new(answer):
    """A layer of 4 features.

    Raises:
        AnswerError: what came is no layer.
    """
    answer.doing = "a new layer of 4 features, eps = 0.3, momentum = 0.37"
    layer = answer(4, 0.3, 0.37)
    if not hasattr(layer, "vjp"):
        raise AnswerError("TypeError", f"a layer was asked for, {type(layer).__name__} came")
    return layer


def state(answer, rng):
    """What a new layer holds, and that all of it is saved and loaded."""
    answer.doing = "a new layer of 4 features, eps = 0.3, momentum = 0.37"
    layer = answer(4, 0.3, 0.37)
    yield "a new layer", kind_of(layer), "structure"
    if not hasattr(layer, "vjp"):
        return
    yield "training of a new layer", {"training": layer.get("training")}, "state"
    answer.doing = "state_dict()"
    yield "a new layer's state_dict()", copy(layer.do("state_dict")), "state"
    answer.doing = "load_state_dict(), all four arrays"
    layer.do("load_state_dict", LOADED)
    yield "running statistics after loading", statistics(layer), "state"
    answer.doing = "state_dict() after loading"
    saved = copy(layer.do("state_dict"))
    yield answer.doing, saved, "state"
    if isinstance(saved, dict):
        answer.doing = "a second layer loads the first one's state_dict()"
        other = new(answer)
        other.do("load_state_dict", saved)
        yield "state_dict() of the second layer", copy(other.do("state_dict")), "state"


def forward(answer, rng):
    """Outputs in training, and that they go by the batch alone."""
    layer = new(answer)
    answer.doing = "training, batch 1"
    yield answer.doing, layer(batch(rng, 5, 4))
    answer.doing = "loading weight and bias"
    layer.do("load_state_dict", LOADED)
    for i, N in (2, 7), (3, 2):
        answer.doing = f"training, batch {i} of {N} samples, weight and bias set"
        yield answer.doing, layer(batch(rng, N, 4))
    answer.doing = "training again after eval()"
    layer.do("eval")
    layer.do("train")
    yield answer.doing, layer(batch(rng, 3, 4))
    answer.doing = "a layer with default eps"
    yield "default eps, scales from 0.001", answer(3)(batch(rng, 4, 3))


def stored(answer, rng):
    """What training leaves behind."""
    layer = new(answer)
    answer.doing = "training, batch 1"
    layer(batch(rng, 5, 4))
    yield "stored after batch 1", statistics(layer), "state"
    answer.doing = "loading other statistics"
    layer.do("load_state_dict", LOADED)
    for i, N in (2, 7), (3, 2):
        answer.doing = f"training, batch {i} of {N} samples"
        layer(batch(rng, N, 4))
        yield f"stored after batch {i}", statistics(layer), "state"
    answer.doing = "a layer with default momentum"
    small = answer(3)
    small(batch(rng, 4, 3))
    yield "default momentum", statistics(small), "state"


def evaluated(answer, rng):
    """Evaluation uses what is stored, whoever stands beside a sample, and moves nothing."""
    layer = new(answer)
    layer.do("load_state_dict", LOADED)
    answer.doing = "eval()"
    layer.do("eval")
    yield "training after eval()", {"training": layer.get("training")}, "state"
    x = batch(rng, 4, 4)
    answer.doing = "evaluating 4 samples"
    yield "evaluating 4 samples", layer(x), "state"
    answer.doing = "evaluating one sample"
    yield "evaluating the first of them alone", layer(x[:1]), "state"
    yield "evaluating the 4 samples again", layer(x), "state"
    yield "stored after evaluating", statistics(layer), "state"
    answer.doing = "train()"
    layer.do("train")
    yield "training after train()", {"training": layer.get("training")}, "state"
    answer.doing = "a layer with default eps, its stored variance 0.00002"
    small = answer(3)
    small.do("load_state_dict", {
        "weight": np.ones(3), "bias": np.zeros(3),
        "running_mean": np.zeros(3), "running_var": np.full(3, 2e-5),
    })  # fmt: skip
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
    **in_parts(
        state=(1, state), forward=(1, forward), statistics=(1, stored), evaluation=(1, evaluated)
    ),
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
    minutes=18,
    difficulty=3,
    ask="Your layer normalizes with N and stores with N − 1. At which batch size does eval() then "
    "scale by more than 1 % less than train()?",
)(BatchNorm1d)
