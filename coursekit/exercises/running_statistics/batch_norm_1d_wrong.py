"""BatchNorm1d with a switch for each way of getting it wrong."""

import numpy as np

from coursekit.exercises.running_statistics.batch_norm_1d import BatchNorm1d
from coursekit.exercises.running_statistics.batch_norm_1d import layer as layer_1d
from coursekit.exercises.running_statistics.update_running import STEPS

EPS = {  # (under the root, after it) in training and in evaluation
    "right": lambda eps: ((eps, 0), (eps, 0)),
    "outside": lambda eps: ((0, eps), (0, eps)),
    "missing": lambda eps: ((0, 0), (0, 0)),
    "ignored": lambda eps: ((1e-5, 0), (1e-5, 0)),
    "outside in eval": lambda eps: ((eps, 0), (0, eps)),
    "missing in eval": lambda eps: ((eps, 0), (0, 0)),
    "twice in eval": lambda eps: ((eps, 0), (2 * eps, 0)),
    "outside in training": lambda eps: ((0, eps), (eps, 0)),
}
STORE = {  # of x, mean, eps: what moves running_mean, running_var
    "right": lambda x, eps: (x.mean(0), x.var(0, ddof=1)),
    "biased": lambda x, eps: (x.mean(0), x.var(0)),
    "std": lambda x, eps: (x.mean(0), x.std(0, ddof=1)),
    "biased std": lambda x, eps: (x.mean(0), x.std(0)),
    "with eps": lambda x, eps: (x.mean(0), x.var(0, ddof=1) + eps),
    "squares": lambda x, eps: (x.mean(0), (x**2).mean(0)),
    "x_hat": lambda x, eps: of_x_hat(x, eps),
    "1 / std": lambda x, eps: (x.mean(0), 1 / np.sqrt(x.var(0) + eps)),
}
AFFINE = {  # of x_hat, weight, bias and whether this is training
    "right": lambda h, w, b, training: w * h + b,
    "absent": lambda h, w, b, training: h,
    "absent in eval": lambda h, w, b, training: w * h + b if training else h,
    "no bias in eval": lambda h, w, b, training: w * h + b if training else w * h,
    "beta first": lambda h, w, b, training: w * (h + b),
}


def of_x_hat(x, eps):
    h = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    return h.mean(0), h.var(0, ddof=1)


class Wrong(BatchNorm1d):
    """BatchNorm1d with a switch for each way of getting it wrong."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, **switches):
        super().__init__(num_features, eps, momentum)
        self.switches = switches
        if self.way("start") == "var 0":
            self.running_var = np.zeros(num_features)
        if self.way("start") == "eval":
            self.training = False
        if self.way("start") == "(1, D)":
            self.running_mean = np.zeros((1, num_features))
            self.running_var = np.ones((1, num_features))

    def way(self, switch):
        return self.switches.get(switch, "right")

    def train(self):
        self.training = self.way("mode") != "train() forgotten"

    def eval(self):
        self.training = self.way("mode") == "eval() forgotten"

    def __call__(self, x):
        mode = self.way("mode")
        of_batch = self.training != (mode == "turned") or mode == "batch in eval"
        of_batch = of_batch and mode != "stored in training"
        moves = (
            self.training or mode == "moves first in eval" or self.way("also") == "moves in eval"
        )
        stored_first = mode in ("stored in training", "moves first in eval")
        if moves and stored_first:
            self._store(x)
        y = self._normalized(x, of_batch)
        for _ in range(moves + (moves and self.way("times") == "twice") - stored_first):
            self._store(x)
        return y

    def _normalized(self, x, of_batch):
        ddof = 1 if self.way("forward") == "unbiased" else 0
        axis = {"layer axes": 1, "global": None}.get(self.way("forward"), 0)
        mean, var = x.mean(axis, keepdims=True), x.var(axis, ddof=ddof, keepdims=True)
        if not of_batch:
            mean, var = self.running_mean, self.running_var
            var = var * len(x) / (len(x) - 1) if self.way("power") == "corrected" else var
        inside, outside = EPS[self.way("eps_is")](self.eps)[not of_batch]
        root = 1 if not of_batch and self.way("power") == "no root in eval" else 0.5
        h = (x - mean) / ((var + inside) ** root + outside)
        return AFFINE[self.way("affine")](h, self.weight, self.bias, self.training)

    def _store(self, x):
        mean, var = STORE[self.way("store")](x, self.eps)
        step, which = STEPS[self.way("step")], self.way("which")
        if which != "var":
            self.running_mean = step(self.running_mean, mean, self.momentum)
        if which != "mean":
            self.running_var = step(self.running_var, var, self.momentum)

    def state_dict(self):
        state = super().state_dict()
        if self.way("saved") == "parameters only":
            return {k: state[k] for k in ("weight", "bias")}
        if self.way("saved") == "statistics only":
            return {k: state[k] for k in ("running_mean", "running_var")}
        return state

    def load_state_dict(self, state):
        if self.way("loaded") == "parameters only":
            state = {k: v for k, v in state.items() if k in ("weight", "bias")}
        if self.way("loaded") == "statistics only":
            state = {k: v for k, v in state.items() if k not in ("weight", "bias")}
        super().load_state_dict(state)


class Overwriting(BatchNorm1d):
    """Right values; x comes back centred."""

    def __call__(self, x):
        y = super().__call__(x)
        x -= x.mean(0) if self.training else self.running_mean
        return y


@layer_1d.variant
def _(num_features, eps=1e-5, momentum=0.1, **switches):
    return Wrong(num_features, eps, momentum, **switches)


@layer_1d.mistake(
    "x -= mean writes into the caller's batch. The network still needs x; make a new array."
)
def input_overwritten(num_features, eps=1e-5, momentum=0.1):
    return Overwriting(num_features, eps, momentum)
