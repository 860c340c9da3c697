"""The benchmark's homework as a pack: five torch exercises of two points each."""

import torch

from coursekit.checking import exercise

HINTS = ("Which axis do the values of one channel lie on?", "Is var.shape (D,)?", "x.mean(___)")
EPS = 0.1


def batches(rng):
    """x (N, D) with channels of different mean and scale, in both precisions."""
    for n, d, dtype in ((5, 3, torch.float64), (7, 4, torch.float32), (2, 6, torch.float64)):
        x = torch.from_numpy(rng.standard_normal((n, d))) * (torch.arange(d) + 0.5) + 3
        yield f"x {(n, d)}, {str(dtype)[6:]}", x.to(dtype)


def vector(rng, x):
    return torch.from_numpy(rng.uniform(0.5, 2, x.shape[1])).to(x.dtype)


def only_x(rng):
    for label, x in batches(rng):
        yield label, (x,)


def forward_cases(rng):
    for label, x in batches(rng):
        yield label, (x, vector(rng, x), vector(rng, x), EPS)


def running_cases(rng):
    for label, x in batches(rng):
        yield label, (vector(rng, x), vector(rng, x), x, 0.37)


def backward_cases(rng):
    for label, x in batches(rng):
        dy = torch.from_numpy(rng.standard_normal(tuple(x.shape))).to(x.dtype)
        yield label, (dy, x, vector(rng, x), EPS)


@exercise(cases=only_x, hints=HINTS, points=2)
def bn_stats(x):
    """Mean and biased variance of each channel of x (N, D); both (D,)."""
    return x.mean(0), x.var(0, correction=0)


@bn_stats.mistake("You divided the variance by N - 1.")
def unbiased(x):
    return x.mean(0), x.var(0)


@exercise(cases=forward_cases, hints=HINTS, points=2)
def bn_forward(x, gamma, beta, eps):
    """Batch norm of x (N, D)."""
    return gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + eps) + beta


@bn_forward.mistake("eps stands outside the root.")
def eps_outside(x, gamma, beta, eps):
    return gamma * (x - x.mean(0)) / (x.std(0, correction=0) + eps) + beta


@exercise(cases=running_cases, hints=HINTS, points=2)
def bn_running(running_mean, running_var, x, momentum):
    """The running statistics (D,) after one more batch x (N, D); the variance is unbiased."""
    mean = (1 - momentum) * running_mean + momentum * x.mean(0)
    return mean, (1 - momentum) * running_var + momentum * x.var(0)


@bn_running.mistake("The momentum weighs the old value; it should weigh the new one.")
def swapped(running_mean, running_var, x, momentum):
    return bn_running.right(running_mean, running_var, x, 1 - momentum)


@exercise(cases=forward_cases, hints=HINTS, points=2)
def ln_forward(x, gamma, beta, eps):
    """Layer norm of x (N, D)."""
    var = x.var(1, keepdim=True, correction=0)
    return gamma * (x - x.mean(1, keepdim=True)) / torch.sqrt(var + eps) + beta


@ln_forward.mistake("You normalized over the batch.")
def over_the_batch(x, gamma, beta, eps):
    return bn_forward.right(x, gamma, beta, eps)


@exercise(cases=backward_cases, hints=HINTS, points=2)
def bn_backward(dy, x, gamma, eps):
    """Gradients dx (N, D), dgamma (D,), dbeta (D,) of batch norm."""
    root = torch.sqrt(x.var(0, correction=0) + eps)
    x_hat = (x - x.mean(0)) / root
    g = dy * gamma
    dx = (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / root
    return dx, (dy * x_hat).sum(0), dy.sum(0)


@bn_backward.mistake("You treated the mean and the variance as constants.")
def constants(dy, x, gamma, eps):
    root = torch.sqrt(x.var(0, correction=0) + eps)
    return dy * gamma / root, (dy * (x - x.mean(0)) / root).sum(0), dy.sum(0)
