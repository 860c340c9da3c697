"""The exercise group_norm of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import AnswerError, exercise
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
    label = "6 channels in 4 groups"
    answer.doing = label
    try:
        answer(images(rng, 2, 6, 2, 2), 4, *affine(rng, 6), 0.1)
    except AnswerError:
        yield label, "an error"
    else:
        yield label, "no error"


@exercise(
    script=script,
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


VIEWS = {
    "blocks": lambda G, C: (G, C // G),
    "sizes": lambda G, C: (C // G, G),
}
AFFINE = {
    "right": lambda p, G, C: p,
    "per group": lambda p, G, C: np.repeat(p[:G], C // G),
    "tiled": lambda p, G, C: np.tile(p[: C // G], G),
    "strided": lambda p, G, C: p.reshape(C // G, G).T.ravel(),
}


@group_norm.variant
def _(
    x,
    G,
    gamma,
    beta,
    eps=1e-5,
    *,
    view="blocks",
    axes=(2, 3, 4),
    ddof=0,
    eps_is="inside",
    affine="right",
    gain=True,
    shift=True,
):
    N, C, *pixels = x.shape
    grouped = x.reshape(N, *VIEWS[view](G, C), *pixels)
    mean, var = grouped.mean(axes, keepdims=True), grouped.var(axes, keepdims=True, ddof=ddof)
    inside, outside = {
        "inside": (eps, 0), "outside": (0, eps), "missing": (0, 0), "1e-5": (1e-5, 0),
    }[eps_is]  # fmt: skip
    y = ((grouped - mean) / (np.sqrt(var + inside) + outside)).reshape(x.shape)
    y = y * spread(AFFINE[affine](gamma, G, C), x) if gain else y
    return y + spread(AFFINE[affine](beta, G, C), x) if shift else y


group_norm.switch(
    "strided_groups",
    "Your groups take every (C/G)-th channel. A group holds neighbours: channels 0 … C/G − 1 are "
    "the first one. Reshape to (N, G, C/G, H, W) and keep axis 1 apart.",
    view="sizes",
    axes=(1, 3, 4),
)
group_norm.switch(
    "count_for_size",
    "G is the number of groups; you made groups of G channels.",
    view="sizes",
)
group_norm.switch(
    "per_pixel",
    "You averaged over the channels of a group at each pixel. A group's mean runs over its "
    "channels and all pixels: axes 2, 3 and 4 of (N, G, C/G, H, W).",
    axes=(2,),
)
group_norm.switch(
    "instance_norm",
    "You kept every channel apart: that is instance norm, whatever G is. Average over the "
    "channels of a group too, axis 2 of (N, G, C/G, H, W).",
    axes=(3, 4),
)
group_norm.switch(
    "layer_norm",
    "You averaged over all channels: that is layer norm, whatever G is. Keep the groups, axis 1 "
    "of (N, G, C/G, H, W), apart.",
    axes=(1, 2, 3, 4),
)
group_norm.switch(
    "over_the_batch",
    "You averaged over the images too. Group norm looks at one image at a time.",
    axes=(0, 2, 3, 4),
)
group_norm.switch(
    "affine_per_group",
    "You gave each group one gamma and one beta. The statistics belong to a group, gamma and beta "
    "to a channel: all C of them are used.",
    affine="per group",
)
group_norm.switch(
    "affine_in_other_order",
    "x_hat is in the right order, gamma and beta are not: gamma[c] belongs to channel c.",
    affine="strided",
)
group_norm.switch(
    "affine_within_group",
    "You used the first C/G values of gamma and beta in every group. gamma[c] belongs to channel "
    "c, counted over all groups.",
    affine="tiled",
)
group_norm.switch("eps_not_passed_on", "eps is always 1e-5: pass your argument on.", eps_is="1e-5")
group_norm.switch("eps_outside", "eps stands outside the square root.", eps_is="outside")
group_norm.switch("eps_missing", "eps is nowhere: an even group gives 0 / 0.", eps_is="missing")
group_norm.switch("unbiased_variance", "You divided the variance by M − 1; divide by M.", ddof=1)
group_norm.switch("gamma_forgotten", "gamma is never used.", gain=False)
group_norm.switch("beta_forgotten", "beta is never added.", shift=False)


@group_norm.mistake("You return x_hat; gamma and beta follow.")
def affine_forgotten(x, G, gamma, beta, eps=1e-5):
    return group_norm.right(x, G, np.ones_like(gamma), np.zeros_like(beta), eps)


@group_norm.mistake("You computed gamma · (x_hat + beta). Scale first, then shift.")
def beta_before_gamma(x, G, gamma, beta, eps=1e-5):
    return group_norm.right(x, G, gamma, gamma * beta, eps)


@group_norm.mistake(
    "The values are right, in the shape (N, G, C/G, H, W). Bring them back to the shape of x."
)
def still_grouped(x, G, gamma, beta, eps=1e-5):
    N, C, H, W = x.shape
    return group_norm.right(x, G, gamma, beta, eps).reshape(N, G, C // G, H, W)


@group_norm.mistake(
    "6 channels do not split into 4 equal groups, and your function went on without a word. "
    "Raise a ValueError."
)
def uneven_groups_accepted(x, G, gamma, beta, eps=1e-5):
    parts = [normalize(p, (1, 2, 3), eps) for p in np.array_split(x, G, axis=1)]
    return spread(gamma, x) * np.concatenate(parts, axis=1) + spread(beta, x)
