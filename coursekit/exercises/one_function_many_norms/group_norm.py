"""The exercise group_norm of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import AnswerError, draws, exercise
from coursekit.exercises.one_function_many_norms.inputs import (
    affine,
    images,
    spread,
)
from coursekit.exercises.one_function_many_norms.normalize import normalize as the_exercise

normalize = the_exercise.right


def groupings(rng):
    """Between the two ends, where stride and block differ, and with G ≠ C / G; then the ends."""
    yield "6 channels in 2 groups, eps = 0.1", (
        images(rng, 2, 6, 2, 3), 2, *affine(rng, 6), 0.1,
    )  # fmt: skip
    yield "6 channels in 3 groups, eps = 0.3", (
        images(rng, 3, 6, 2, 4), 3, *affine(rng, 6), 0.3,
    )  # fmt: skip
    x = images(rng, 2, 4, 2, 3)
    x[1, 2:] = 7
    yield "a group that is 7 everywhere, eps = 1e-5", (x, 2, *affine(rng, 4), 1e-5)
    x = images(rng, 3, 4, 2, 5)
    yield "1 group", (x, 1, *affine(rng, 4), 0.1)
    yield "as many groups as channels", (x, 4, *affine(rng, 4), 0.1)
    yield "eps left out", (x, 2, *affine(rng, 4))


def script(answer, rng):
    """Each grouping, and one that cannot be: no error is the mistake there."""
    for label, args in groupings(rng):
        answer.doing = label
        yield label, answer(*args)
    for C, G in (6, 4), (4, 6):
        answer.doing = label = f"{C} channels in {G} groups"
        yield label, refusal(answer, images(rng, 2, C, 2, 2), G, *affine(rng, C), 0.1)


def refusal(answer, *args):
    """What an answer did where a ValueError was asked for."""
    try:
        answer(*args)
    except AnswerError as error:
        return "a ValueError" if error.isa("ValueError") else f"a {error.kind}"
    return "no error"


def any_groups(rng):
    """Groups of one channel or of several, as far as they go evenly."""
    N, per, H, W, G = draws.sizes(rng, 5, high=6)
    x = draws.size(rng, 1e-19, 1e3) * images(rng, N, per * G, H, W)
    x, gamma, beta = draws.floats(rng, x, *draws.affine(rng, per * G))
    return draws.laid(rng, x), G, gamma, beta, draws.eps(rng)


@exercise(
    script=script,
    domain=any_groups,
    hints=(
        "Group norm is `normalize` in another view of the same numbers. Split the channel axis in "
        "two, (N, C, H, W) -> (N, G, C/G, H, W), and ask which axes a group is made of.",
        "Compare yours with G = 1 and with G = C to the two norms you know. Both right, and wrong "
        "between? Then the wrong channels sit together: channels 0 and 1 must be neighbours in "
        "one group. Is gamma still one value for each channel?",
        "N, C, H, W = x.shape\n"
        "grouped = x.reshape(N, ___, ___, H, W)\n"
        "x_hat = normalize(grouped, axes=(___, ___, ___), eps=eps).reshape(___)\n"
        "return gamma[:, None, None] * x_hat + beta[:, None, None]",
    ),
    points=2,
    minutes=8,
    difficulty=3,
    ask="32 groups is a common choice. What does it become in a layer with 32 channels?",
)
def group_norm(x, G, gamma, beta, eps=1e-5):
    """Normalize each of G groups of neighbouring channels of each image. (N, C, H, W) -> the same

    gamma and beta are (C,). If C is no multiple of G, raise a ValueError (reshape does).
    """
    N, C, H, W = x.shape
    grouped = x.reshape(N, G, C // G, H, W)
    x_hat = normalize(grouped, axes=(2, 3, 4), eps=eps).reshape(N, C, H, W)
    return gamma[:, None, None] * x_hat + beta[:, None, None]


@group_norm.alternative
def as_rows_of_groups(x, G, gamma, beta, eps=1e-5):
    if x.shape[1] % G:
        raise ValueError(f"{G} groups do not divide {x.shape[1]} channels")
    rows = x.reshape(x.shape[0] * G, -1)
    rows = (rows - rows.mean(1, keepdims=True)) / np.sqrt(rows.var(1, keepdims=True) + eps)
    return rows.reshape(x.shape) * gamma[:, None, None] + beta[:, None, None]


@group_norm.alternative
def group_by_group(x, G, gamma, beta, eps=1e-5):
    y = np.empty_like(x)
    for n in range(len(x)):
        for channels in np.split(np.arange(x.shape[1]), G):
            part = x[n, channels]
            x_hat = (part - part.mean()) / np.sqrt(part.var() + eps)
            y[n, channels] = gamma[channels, None, None] * x_hat + beta[channels, None, None]
    return y


@group_norm.alternative
def group_in_torch(x, G, gamma, beta, eps=1e-5):
    import torch

    if x.shape[1] % G:
        raise ValueError("uneven groups")
    x, gamma, beta = (torch.from_numpy(a) for a in (x, gamma, beta))
    grouped = x.unflatten(1, (G, -1)).flatten(2)
    var, mean = torch.var_mean(grouped, dim=2, correction=0, keepdim=True)
    x_hat = ((grouped - mean) * torch.rsqrt(var + eps)).view_as(x)
    return x_hat * gamma.view(-1, 1, 1) + beta.view(-1, 1, 1)


@group_norm.alternative
def by_a_matrix_of_groups(x, G, gamma, beta, eps=1e-5):
    """Average within groups by multiplying with a (C, C) matrix of blocks."""
    C = x.shape[1]
    blocks = np.kron(np.eye(G), np.ones((C // G, C // G))) / (C // G)
    mean = np.einsum("dc,nc->nd", blocks, x.mean((2, 3)))[:, :, None, None]
    var = np.einsum("dc,nc->nd", blocks, ((x - mean) ** 2).mean((2, 3)))[:, :, None, None]
    return spread(gamma, x) * (x - mean) / np.sqrt(var + eps) + spread(beta, x)


@group_norm.mistake(
    "6 channels do not split into 4 equal groups, and your function went on without a word. "
    "Raise a ValueError."
)
def uneven_groups_accepted(x, G, gamma, beta, eps=1e-5):
    parts = [normalize(p, (1, 2, 3), eps) for p in np.array_split(x, G, axis=1)]
    return spread(gamma, x) * np.concatenate(parts, axis=1) + spread(beta, x)
