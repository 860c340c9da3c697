"""The exercise fold_conv_bn of the lesson in_production."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.in_production.inputs import stored


def convolutions(rng):
    """Four and four channels come first: a factor on the wrong axis raises no error there."""
    for out, inside, h, w, eps in ((4, 4, 3, 3, 0.1), (3, 2, 1, 4, 0.3), (5, 3, 2, 2, 1.0)):
        weight, bias = rng.standard_normal((out, inside, h, w)), rng.uniform(1, 3, out)
        label = f"{out} from {inside} channels, kernel {h} × {w}, eps = {eps:g}"
        yield label, (weight, bias, *stored(rng, out), eps)
    yield "3 from 4 channels, no bias, eps = 0.1", (
        rng.standard_normal((3, 4, 2, 5)), None, *stored(rng, 3), 0.1,
    )  # fmt: skip
    yield "2 from 3 channels, eps left out, variances of 1e-5", (
        rng.standard_normal((2, 3, 3, 1)), rng.uniform(1, 3, 2), *stored(rng, 2)[:3],
        np.array([1e-5, 3e-5]),
    )  # fmt: skip


def any_convolution(rng):
    out, inside, h, w = draws.sizes(rng, 4, high=6)
    gamma, beta = draws.affine(rng, out)
    mean, var = 9 * draws.sign(rng, out) * rng.uniform(size=out), rng.uniform(0.01, 20, out)
    weight = draws.laid(rng, draws.size(rng, 1e-3, 1e3) * rng.standard_normal((out, inside, h, w)))
    bias = None if rng.random() < 0.3 else rng.normal(0, 3, out)
    return weight, bias, gamma, beta, mean, var, draws.eps(rng)


@exercise(
    cases=convolutions,
    domain=any_convolution,
    hints=(
        "In evaluation batch norm is a · z + c for each channel, with a and c that you can compute "
        "once. Write a and c down before you touch the weights.",
        "Let all weights be 0. The convolution gives its bias, and batch norm makes of that "
        "γ · (bias − mean) / √(var + eps) + β. Is it your new bias?",
        "scale = gamma / np.sqrt(___)\n"
        "old = 0 if bias is None else bias\n"
        "return weight * scale[:, None, None, None], (old - ___) * ___ + ___",
    ),
    points=2,
    minutes=8,
    difficulty=2,
    returns=("weight", "bias"),
    ask="The batch norm stands *before* a convolution that pads with zeros. Why does nothing fold?",
)
def fold_conv_bn(weight, bias, gamma, beta, mean, var, eps=1e-5):
    """Weight and bias of one convolution that does what a convolution, then batch norm, do.

    weight: (out, in, height, width); bias: (out,), or None. The batch norm is in evaluation: gamma,
    beta, and what it has stored, mean and var, are (out,). -> (out, in, height, width), (out,)
    """
    scale = gamma / np.sqrt(var + eps)
    old = 0.0 if bias is None else bias
    return weight * scale[:, None, None, None], (old - mean) * scale + beta


@fold_conv_bn.alternative
def by_einsum(weight, bias, gamma, beta, mean, var, eps=1e-5):
    factor = (var + eps) ** -0.5 * gamma
    shift = beta - mean * factor
    if bias is not None:
        shift = shift + bias * factor
    return np.einsum("oihw,o->oihw", weight, factor), shift


@fold_conv_bn.alternative
def channel_by_channel(weight, bias, gamma, beta, mean, var, eps=1e-5):
    bias = np.zeros(len(weight)) if bias is None else bias
    W, b = [], []
    for k in range(len(weight)):
        std = np.sqrt(var[k] + eps)
        W.append(gamma[k] * weight[k] / std)
        b.append(gamma[k] * (bias[k] - mean[k]) / std + beta[k])
    return np.array(W), b


@fold_conv_bn.alternative
def by_asking_the_norm(weight, bias, gamma, beta, mean, var, eps=1e-5):
    """What batch norm makes of 0 and of 1 says all of it."""

    def norm(z):
        return gamma * (z - mean) / np.sqrt(var + eps) + beta

    zero = np.zeros(weight.shape[0])
    flat = weight.reshape(len(weight), -1) * (norm(zero + 1) - norm(zero))[:, None]
    return flat.reshape(weight.shape), norm(zero if bias is None else bias)


@fold_conv_bn.alternative
def in_torch(weight, bias, gamma, beta, mean, var, eps=1e-5):
    import torch

    weight = torch.tensor(np.ascontiguousarray(weight))
    gamma, beta, mean, var = map(torch.as_tensor, (gamma, beta, mean, var))
    scale = gamma * torch.rsqrt(var + eps)
    old = torch.zeros_like(mean) if bias is None else torch.as_tensor(bias)
    return weight * scale.view(-1, 1, 1, 1), torch.addcmul(beta, old - mean, scale)
