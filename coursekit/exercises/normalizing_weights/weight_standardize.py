"""The exercise weight_standardize of the lesson normalizing_weights."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.normalizing_weights.inputs import any_weights, lengths, weights


def some_weights(rng):
    yield "4 outputs × 4 inputs, eps = 0.1", (weights(rng, 4, 4), lengths(rng, 4), 0.1)
    yield "3 outputs × 5 inputs, eps = 0.5", (weights(rng, 3, 5), lengths(rng, 3), 0.5)
    yield "5 outputs × 3 channels × 2 × 4, eps = 0.1", (
        weights(rng, 5, 3, 2, 4), lengths(rng, 5), 0.1,
    )  # fmt: skip
    w = weights(rng, 3, 4)
    w[1] = 2
    yield "an output whose weights are all 2, eps = 0.1", (w, lengths(rng, 3), 0.1)
    yield "2 outputs × 3 channels × 4, eps left out", (weights(rng, 2, 3, 4), lengths(rng, 2))
    yield "1 output × 6 inputs, eps = 0.1", (weights(rng, 1, 6), lengths(rng, 1), 0.1)


def any_call(rng):
    w = any_weights(rng)
    return w, lengths(rng, len(w)), draws.eps(rng)


@exercise(
    cases=some_weights,
    domain=any_call,
    rtol=1e-8,
    atol=1e-8,
    hints=(
        "It is batch norm's x̂, with an output's weights in the place of a batch. Then three "
        "factors: the gain of ReLU, the output's g, and one over √n.",
        "For n = 4 inputs, g = 1 and no eps: what is the sum of squares of an output's weights? It "
        "should be the gain squared, 2 / (1 − 1/π) = 2.93, whatever n is.",
        "fan_in = tuple(range(1, w.ndim))\n"
        "w_hat = (w - ___) / np.sqrt(___ + ___)\n"
        "gain = np.sqrt(___ / (1 - ___))\n"
        "return gain * g.reshape(-1, *[1] * len(fan_in)) * w_hat / np.sqrt(w[0].size)",
    ),
    minutes=6,
    difficulty=3,
    ask="A constant is added to all weights of an output. What does the layer notice?",
)
def weight_standardize(w, g, eps=1e-4):
    """Weights of mean 0, as long as ReLU needs them. (out, *fan_in), (out,) -> like w

    w_hat = (w − mean) / √(variance + eps) over the n weights of an output; the result is γ · g ·
    w_hat / √n, where γ = √2 / √(1 − 1/π).
    """
    fan_in = tuple(range(1, w.ndim))
    mean = w.mean(fan_in, keepdims=True)
    var = w.var(fan_in, keepdims=True)
    w_hat = (w - mean) / np.sqrt(var + eps)
    gain = np.sqrt(2 / (1 - 1 / np.pi))
    n = w[0].size
    return gain * g.reshape(mean.shape) * w_hat / np.sqrt(n)


@weight_standardize.alternative
def output_by_output(w, g, eps=1e-4):
    out = np.zeros(w.shape)
    for o, own in enumerate(w):
        centred = own - own.mean()
        size = (np.square(centred).sum() + centred.size * eps) ** 0.5
        out[o] = 2**0.5 / (1 - 1 / np.pi) ** 0.5 * g[o] * centred / size
    return out


@weight_standardize.alternative
def as_a_matrix(w, g, eps=1e-4):
    flat = w.reshape(len(w), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    factor = g * np.sqrt(2 * np.pi / (np.pi - 1)) / np.sqrt(flat.shape[1])
    return (flat * (factor / np.sqrt((flat * flat).mean(1) + eps))[:, None]).reshape(w.shape)


@weight_standardize.alternative
def through_batch_norm(w, g, eps=1e-4):
    """Turned round, the outputs are features and the weights are samples."""
    columns = w.reshape(len(w), -1).T
    hat = (columns - columns.mean(0)) * (columns.var(0) + eps) ** -0.5
    return (hat * g * (2 / (1 - 1 / np.pi) / len(columns)) ** 0.5).T.reshape(w.shape)


@weight_standardize.alternative
def standardize_in_torch(w, g, eps=1e-4):
    import torch

    w, g = torch.from_numpy(np.ascontiguousarray(w)), torch.from_numpy(g)
    axes = tuple(range(1, w.ndim))
    var, mean = torch.var_mean(w, axes, correction=0, keepdim=True)
    scale = g.view(mean.shape) * (2 / (1 - 1 / np.pi) / w[0].numel()) ** 0.5
    return scale * (w - mean) * torch.rsqrt(var + eps)
