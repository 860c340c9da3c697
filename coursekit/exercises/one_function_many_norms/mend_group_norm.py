"""The exercise mend_group_norm of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.one_function_many_norms.inputs import affine, images, spread


def groupings(rng):
    """As many groups as channels in each, as in the spot check, and then every other way."""
    for C, groups, eps in ((9, 3, 0.1), (6, 2, 0.1), (6, 3, 0.3), (4, 1, 0.1), (4, 4, 0.1)):
        label = f"{C} channels, groups = {groups}, eps = {eps:g}"
        yield label, (images(rng, 2, C, 3, 5), *affine(rng, C), groups, eps)
    x = images(rng, 3, 4, 2, 5)
    yield "4 channels, groups = 2, eps left out", (x, *affine(rng, 4), 2)
    yield "8 channels, groups = 2, eps = 0.1", (images(rng, 2, 8, 3, 4), *affine(rng, 8), 2, 0.1)


def any_groups(rng):
    """Groups of one channel or of several, as far as they go evenly."""
    N, per, H, W, groups = draws.sizes(rng, 5, high=6)
    x = draws.size(rng, 1e-6, 1e3) * images(rng, N, per * groups, H, W)
    return draws.laid(rng, x), *draws.affine(rng, per * groups), groups, draws.eps(rng)


@exercise(
    cases=groupings,
    domain=any_groups,
    hints=(
        "The spot check is right about the one layer that it tries. Which numbers in that layer "
        "happen to be equal?",
        "With groups = 1 it should be layer norm over each image, with groups = C instance norm. "
        "What does it give for groups = 1, and how many means does it take there?",
        "parts = x.reshape(N, ___, ___, H, W)\nmean = parts.mean(axis=(2, 3, 4), keepdims=True)",
    ),
    minutes=5,
    difficulty=2,
    planted="count_for_size",
    mend=True,
    ask="For which numbers of channels C could a test with groups = 32 not see the mistake?",
)
def mend_group_norm(x, gamma, beta, groups, eps=1e-5):
    """Group norm of images (N, C, H, W), in so many groups of neighbouring channels. -> same

    gamma and beta are (C,); groups divides C.
    """
    N, C, H, W = x.shape
    size = C // groups
    parts = x.reshape(N, groups, size, H, W)
    mean = parts.mean(axis=(2, 3, 4), keepdims=True)
    var = parts.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((parts - mean) / np.sqrt(var + eps)).reshape(N, C, H, W)
    return gamma[:, None, None] * x_hat + beta[:, None, None]


@mend_group_norm.alternative
def rows_of_a_group(x, gamma, beta, groups, eps=1e-5):
    rows = x.reshape(len(x) * groups, -1)
    rows = (rows - rows.mean(1, keepdims=True)) / np.sqrt(rows.var(1, keepdims=True) + eps)
    return spread(gamma, x) * rows.reshape(x.shape) + spread(beta, x)


@mend_group_norm.alternative
def split_and_joined(x, gamma, beta, groups, eps=1e-5):
    parts = np.split(x, groups, axis=1)
    whole = (1, 2, 3)
    done = [(p - p.mean(whole, keepdims=True)) / np.sqrt(p.var(whole, keepdims=True) + eps)
            for p in parts]  # fmt: skip
    return spread(gamma, x) * np.concatenate(done, axis=1) + spread(beta, x)


@mend_group_norm.alternative
def torch_in_groups(x, gamma, beta, groups, eps=1e-5):
    import torch

    parts = torch.from_numpy(np.ascontiguousarray(x)).unflatten(1, (groups, -1)).flatten(2)
    var, mean = torch.var_mean(parts, 2, correction=0, keepdim=True)
    x_hat = ((parts - mean) * torch.rsqrt(var + eps)).reshape(x.shape)
    return torch.from_numpy(spread(gamma, x)) * x_hat + torch.from_numpy(spread(beta, x))
