"""Three norms in torch, by the contracts of a peer's tasks: both check the same functions."""

import numpy as np
import torch

from coursekit.checking import exercise
from coursekit.checking.edits import source_of

HINTS = ("Which axes?", "Is the variance biased?", "y = ___")


def tensor(values):
    return torch.tensor(np.asarray(values), dtype=torch.float32)


def batch(rng, n=6):
    """x (N, 3) whose channels differ in mean and scale, gamma (3,), beta (3,)."""
    x = rng.standard_normal((n, 3)) * [1.0, 20.0, 0.1] + [3.0, -50.0, 0.5]
    return tensor(x), tensor(rng.uniform(0.5, 2, 3)), tensor(rng.standard_normal(3))


def trains_then_tests(answer, rng):
    """Two steps of training, test mode, and once with the defaults; statistics are read back."""
    x, gamma, beta = batch(rng)
    mean, var = answer.hold(tensor([1.0, 2.0, 3.0])), answer.hold(tensor([2.0, 0.5, 4.0]))
    for step in range(2):
        answer.doing = f"step {step + 1}"
        y = answer(x + step, gamma, beta, mean, var, eps=0.1, momentum=0.3, training=True)
        yield f"output in step {step + 1}", y
        yield f"running_mean after step {step + 1}", mean.read(), "state"
        yield f"running_var after step {step + 1}", var.read(), "state"
    answer.doing = "test mode"
    yield "output in test mode", answer(x, gamma, beta, mean, var, eps=0.1, training=False)
    yield "running_mean after test mode", mean.read(), "state"
    yield "running_var after test mode", var.read(), "state"
    answer.doing = "the defaults"
    yield "output with the defaults", answer(x, gamma, beta, mean, var)
    yield "running_mean with the defaults", mean.read(), "state"


@exercise(script=trains_then_tests, hints=HINTS, writes=("running_mean", "running_var"))
def my_batch_norm(x, gamma, beta, running_mean, running_var, eps=1e-5, momentum=0.1, training=True):
    """(N, D) -> (N, D); in training mode the running statistics (D,) are moved in place."""
    if training:
        mean, var = x.mean(dim=0), x.var(dim=0, unbiased=False)
        running_mean.mul_(1 - momentum).add_(momentum * mean.detach())
        running_var.mul_(1 - momentum).add_(momentum * var.detach())
    else:
        mean, var = running_mean, running_var
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta


@my_batch_norm.alternative
def by_hand(x, gamma, beta, running_mean, running_var, eps=1e-5, momentum=0.1, training=True):
    mean, var = running_mean, running_var
    if training:
        mean = x.sum(0) / len(x)
        var = ((x - mean) ** 2).mean(0)
        with torch.no_grad():
            running_mean += momentum * (mean - running_mean)
            running_var += momentum * (var - running_var)
    return (x - mean) * torch.rsqrt(var + eps) * gamma + beta


@my_batch_norm.alternative
def kept_axes(x, gamma, beta, running_mean, running_var, eps=1e-5, momentum=0.1, training=True):
    if not training:
        return (x - running_mean) / (running_var + eps) ** 0.5 * gamma + beta
    var, mean = torch.var_mean(x, dim=0, correction=0)
    running_mean.copy_(torch.lerp(running_mean, mean.detach(), momentum))
    running_var.copy_(torch.lerp(running_var, var.detach(), momentum))
    return torch.addcmul(beta, (x - mean) / (var + eps).sqrt(), gamma)


def edit(exercise, name, words, *swaps):
    """A named mistake: these texts of the right answer exchanged."""
    source = source_of(exercise.right)
    for old, new in swaps:
        assert old in source, old
        source = source.replace(old, new)
    scope = {"torch": torch}
    exec(source.replace(f"def {exercise.name}(", f"def {name}("), scope)
    exercise.mistake(words)(scope[name])


UNBIASED = (", unbiased=False", "")
OUTSIDE = ("torch.sqrt(var + eps)", "(torch.sqrt(var) + eps)")
edit(my_batch_norm, "unbiased", "The variance is divided by N − 1; N is asked for.", UNBIASED)
edit(my_batch_norm, "eps_outside", "eps stands outside of the root.", OUTSIDE)
edit(my_batch_norm, "eps_missing", "eps is nowhere.", ("var + eps", "var"))
edit(my_batch_norm, "no_affine", "gamma and beta are nowhere.", ("gamma * ", ""), (" + beta", ""))
edit(my_batch_norm, "always_the_batch", "Test mode uses the batch's own statistics.",
     ("if training:", "if True:"))  # fmt: skip
edit(my_batch_norm, "momentum_swapped", "momentum is the share of the new statistics.",
     ("mul_(1 - momentum)", "mul_(momentum)"), ("momentum * mean", "(1 - momentum) * mean"),
     ("momentum * var", "(1 - momentum) * var"))  # fmt: skip


def of_the_last_axis(rng):
    """x over its last axis: matrices and more, one around 1000, with and without an eps."""
    for label, shape in (("a matrix (4, 5)", (4, 5)), ("two matrices (2, 3, 6)", (2, 3, 6))):
        x = rng.standard_normal(shape) * rng.uniform(0.5, 9, shape[-1]) + 2
        scale, shift = rng.uniform(0.5, 2, shape[-1]), rng.standard_normal(shape[-1])
        yield label, tensor(x), tensor(scale), tensor(shift), 0.1
    yield "values around 1000", tensor(x + 1000), tensor(scale), tensor(shift), 1e-5


def layer_cases(rng):
    for label, *arguments in of_the_last_axis(rng):
        yield label, tuple(arguments)


def rms_cases(rng):
    for label, x, scale, _, eps in of_the_last_axis(rng):
        yield label, (x, scale, eps)


@exercise(cases=layer_cases, hints=HINTS)
def my_layer_norm(x, gamma, beta, eps=1e-5):
    """(..., D) -> (..., D): normalized over the last axis."""
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, keepdim=True, unbiased=False)
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta


@my_layer_norm.alternative
def layer_by_moments(x, gamma, beta, eps=1e-5):
    centred = x - x.sum(-1, keepdim=True) / x.shape[-1]
    return centred * torch.rsqrt(centred.pow(2).mean(-1, keepdim=True) + eps) * gamma + beta


@my_layer_norm.alternative
def layer_by_std(x, gamma, beta, eps=1e-5):
    std = (x.std(-1, keepdim=True, correction=0) ** 2 + eps).sqrt()
    return torch.addcmul(beta, (x - x.mean(-1, keepdim=True)) / std, gamma)


edit(my_layer_norm, "unbiased", "The variance is divided by D − 1; D is asked for.", UNBIASED)
edit(my_layer_norm, "eps_outside", "eps stands outside of the root.", OUTSIDE)
edit(my_layer_norm, "first_axis", "It is the first axis that is normalized, and not the last.",
     ("dim=-1", "dim=0"))  # fmt: skip
edit(my_layer_norm, "no_affine", "gamma and beta are nowhere.", ("gamma * ", ""), (" + beta", ""))


@exercise(cases=rms_cases, hints=HINTS)
def rms_norm(x, weight, eps=1e-6):
    """(..., D) -> (..., D): divided by the root mean square of the last axis."""
    rms = torch.sqrt(x.pow(2).mean(dim=-1, keepdim=True) + eps)
    return x / rms * weight


@rms_norm.alternative
def rms_by_rsqrt(x, weight, eps=1e-6):
    return x * torch.rsqrt((x * x).sum(-1, keepdim=True) / x.shape[-1] + eps) * weight


@rms_norm.alternative
def rms_by_norm(x, weight, eps=1e-6):
    size = x.norm(dim=-1, keepdim=True) / x.shape[-1] ** 0.5
    return weight * x / (size**2 + eps) ** 0.5


edit(rms_norm, "centred", "RMS norm subtracts no mean.",
     ("x.pow(2).mean", "(x - x.mean(-1, True)).pow(2).mean"))  # fmt: skip
edit(rms_norm, "no_root", "It is divided by the mean square; its root is asked for.",
     ("torch.sqrt(x.pow(2).mean(dim=-1, keepdim=True) + eps)",
      "(x.pow(2).mean(dim=-1, keepdim=True) + eps)"))  # fmt: skip
edit(rms_norm, "eps_outside", "eps stands outside of the root.",
     ("keepdim=True) + eps)", "keepdim=True)) + eps"))  # fmt: skip
edit(rms_norm, "no_weight", "The weight is nowhere.", (" * weight", ""))
