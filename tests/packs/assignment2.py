"""Another course's homework, as a pack: batch norm with a parameter dict and an opaque cache.

The contract is that of a well-known NumPy assignment: forward(x, gamma, beta, bn_param) -> (out,
cache), where bn_param holds the mode and is updated in place with the running statistics, and
backward(dout, cache), where only the learner knows what a cache is.
"""

import numpy as np

from coursekit.checking import exercise


def inputs(rng):
    """x (5, 3) with channels of different mean and scale, gamma, beta."""
    x = rng.standard_normal((5, 3)) * [1.0, 20.0, 1e-2] + [3.0, -50.0, 0.1]
    return x, rng.uniform(0.5, 2, 3), rng.standard_normal(3)


def train_then_test(answer, rng):
    """Three steps of training, then test mode; the running statistics are read back each time."""
    x, gamma, beta = inputs(rng)
    running = {"running_mean": np.zeros(3), "running_var": np.ones(3)}
    param = answer.hold({"mode": "train", "eps": 0.1, "momentum": 0.63, **running})
    forward = answer.keep(1)
    for step in range(3):
        answer.doing = f"training step {step + 1}"
        out, _ = forward(x + step, gamma, beta, param)
        yield f"out in training step {step + 1}", out
        stored = param.read()
        for name in running:
            yield f"{name} after training step {step + 1}", stored[name], "state"
    answer.doing = "test mode"
    param = answer.hold({**stored, "mode": "test", "running_mean": np.full(3, 2.0)})
    out, _ = forward(x, gamma, beta, param)
    yield "out in test mode", out
    yield "running_mean after test mode", param.read()["running_mean"], "state"


@exercise(
    script=train_then_test,
    hints=("Two modes, one formula.", "Which statistics did test mode use?", "if mode == ___:"),
    points=2,
)
def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalize x (N, D); returns out (N, D) and whatever backward needs."""
    eps, momentum = bn_param["eps"], bn_param["momentum"]
    if bn_param["mode"] == "train":
        mean, var = x.mean(0), x.var(0)
        for name, new in (("running_mean", mean), ("running_var", var)):
            bn_param[name] = momentum * bn_param[name] + (1 - momentum) * new
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var + eps)


@batchnorm_forward.alternative
def stores_in_place(x, gamma, beta, bn_param):
    eps, momentum = bn_param["eps"], bn_param["momentum"]
    if bn_param["mode"] == "train":
        mean, var = x.mean(0), x.var(0)
        bn_param["running_mean"] += (1 - momentum) * (mean - bn_param["running_mean"])
        bn_param["running_var"] += (1 - momentum) * (var - bn_param["running_var"])
        bn_param["steps"] = bn_param.get("steps", 0) + 1
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, None


@batchnorm_forward.mistake("eps is missing under the root.")
def no_eps(x, gamma, beta, bn_param):
    eps, bn_param["eps"] = bn_param["eps"], 0.0
    out, _ = batchnorm_forward.right(x, gamma, beta, bn_param)
    bn_param["eps"] = eps
    return out, None


@batchnorm_forward.mistake("Test mode used the batch's own statistics.")
def batch_statistics_in_test(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    param = bn_param if mode == "train" else {**bn_param, "mode": "train"}
    return batchnorm_forward.right(x, gamma, beta, param)


@batchnorm_forward.mistake("gamma and beta are forgotten in test mode.")
def no_affine_in_test(x, gamma, beta, bn_param):
    if bn_param["mode"] == "train":
        return batchnorm_forward.right(x, gamma, beta, bn_param)
    return batchnorm_forward.right(x, np.ones(3), np.zeros(3), bn_param)


@batchnorm_forward.mistake("The running statistics are never stored in bn_param.")
def never_stored(x, gamma, beta, bn_param):
    return batchnorm_forward.right(x, gamma, beta, {**bn_param})


@batchnorm_forward.mistake("The running variance holds the standard deviation.")
def running_std(x, gamma, beta, bn_param):
    out, cache = batchnorm_forward.right(x, gamma, beta, {**bn_param})
    if bn_param["mode"] == "train":
        momentum = bn_param["momentum"]
        for name, new in (("running_mean", x.mean(0)), ("running_var", x.std(0))):
            bn_param[name] = momentum * bn_param[name] + (1 - momentum) * new
    return out, cache


@batchnorm_forward.mistake("momentum weighs the new statistics; it is the old ones' share.")
def momentum_swapped(x, gamma, beta, bn_param):
    momentum = bn_param["momentum"]
    bn_param["momentum"] = 1 - momentum
    done = batchnorm_forward.right(x, gamma, beta, bn_param)
    bn_param["momentum"] = momentum
    return done


def with_its_own_cache(answer, rng):
    """The cache comes from the learner's own forward, and goes back to them unopened."""
    x, gamma, beta = inputs(rng)
    param = {"mode": "train", "eps": 0.1, "momentum": 0.9}
    param |= {"running_mean": np.zeros(3), "running_var": np.ones(3)}
    _, cache = answer.other("batchnorm_forward").keep(1)(x, gamma, beta, param)
    dx, dgamma, dbeta = answer(rng.standard_normal((5, 3)), cache)
    yield "dbeta", dbeta, "gradients"
    yield "dgamma", dgamma, "gradients"
    yield "dx", dx, "gradients"


@exercise(
    script=with_its_own_cache,
    hints=("The mean and the variance depend on x too.", "Is dx.sum(0) zero?", "dx = ___"),
    points=3,
    credit={"gradients": 0.25},
)
def batchnorm_backward(dout, cache):
    """Gradients dx (N, D), dgamma (D,), dbeta (D,)."""
    x_hat, gamma, var_eps = cache
    g = dout * gamma
    dx = (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / np.sqrt(var_eps)
    return dx, (dout * x_hat).sum(0), dout.sum(0)


@batchnorm_backward.mistake("You treated the mean and the variance as constants.")
def constants(dout, cache):
    x_hat, gamma, var_eps = cache
    return dout * gamma / np.sqrt(var_eps), (dout * x_hat).sum(0), dout.sum(0)


@batchnorm_backward.mistake("dgamma sums dout · x_hat; you averaged.")
def averaged(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward.right(dout, cache)
    return dx, dgamma / len(dout), dbeta


@batchnorm_backward.mistake("The gradient through the variance is missing.")
def no_variance_path(dout, cache):
    x_hat, gamma, var_eps = cache
    g = dout * gamma
    return (g - g.mean(0)) / np.sqrt(var_eps), (dout * x_hat).sum(0), dout.sum(0)
