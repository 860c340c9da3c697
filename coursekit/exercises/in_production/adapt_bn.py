"""The exercise adapt_bn of the lesson in_production."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.in_production.inputs import stored


def images(rng, N, C, H, W):
    """(N, C, H, W): a domain whose channels lie far from what was stored."""
    own = np.geomspace(0.5, 4, C)[:, None, None]
    shades = rng.normal(0, 2, (N, 1, 1, 1)) + rng.normal(0, 1, (H, W))
    return own * (rng.normal(-4, 2, (C, 1, 1)) + shades + rng.standard_normal((N, C, H, W)))


def domains(rng):
    for (N, C, H, W), prior in (
        ((3, 3, 3, 3), 5), ((4, 2, 3, 5), 16), ((2, 3, 1, 4), 0), ((5, 4, 2, 1), 2.5),
    ):  # fmt: skip
        _, _, mean, var = stored(rng, C)
        label = f"{N} images of {C} channels, {H} × {W}, prior = {prior:g}"
        yield label, (mean, var, images(rng, N, C, H, W), prior)
    _, _, mean, var = stored(rng, 2)
    yield "one image of 2 channels, 3 × 4, prior = 16", (mean, var, images(rng, 1, 2, 3, 4), 16)
    yield "3 images of 2 channels, 4 × 2, prior left out", (mean, var, images(rng, 3, 2, 4, 2))


def any_domain(rng):
    """Two values or more for each channel; a prior from 0 on."""
    N, C, H, W = draws.sizes(rng, 4, high=6)
    _, _, mean, var = stored(rng, C)
    prior = 0 if rng.random() < 0.2 else round(draws.size(rng, 0.1, 1000), 2)
    return mean, var, draws.laid(rng, images(rng, N, C, H, W)), prior


@exercise(
    cases=domains,
    domain=any_domain,
    hints=(
        "The old statistics speak for `prior` images and the new ones for n. How much of the whole "
        "is each of them?",
        "With prior = n the result lies half-way between old and new. Does yours? And with prior = "
        "0 nothing of the old is left: what is the new variance divided by?",
        "n = len(x)\nshare = n / (___ + ___)\n"
        "new_mean, new_var = x.mean(___), x.var(___, ddof=___)\n"
        "return (1 - share) * mean + share * new_mean, ___",
    ),
    points=2,
    minutes=7,
    difficulty=2,
    returns=("mean", "var"),
    ask="Each image comes with a contrast of its own. Which prior helps?",
)
def adapt_bn(mean, var, x, prior=0):
    """What a batch norm stores after it was adapted to images of a new domain, (C,) both.

    mean, var: (C,), what it has stored; they count as `prior` images. x: (n, C, height, width), as
    this norm meets them. Old and new are averaged, mean with mean and variance with variance; the
    new variance is the unbiased one, as PyTorch stores it. -> mean, var
    """
    n = len(x)
    share = n / (prior + n)
    new_mean = x.mean(axis=(0, 2, 3))
    new_var = x.var(axis=(0, 2, 3), ddof=1)
    mean = (1 - share) * mean + share * new_mean
    var = (1 - share) * var + share * new_var
    return mean, var


@adapt_bn.alternative
def as_the_paper_writes_it(mean, var, x, prior=0):
    N, n = prior, x.shape[0]
    values = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)
    new = values.mean(1), values.var(1, ddof=1)
    return tuple(
        N / (N + n) * old + n / (N + n) * fresh for old, fresh in zip((mean, var), new, strict=True)
    )


@adapt_bn.alternative
def channel_by_channel(mean, var, x, prior=0):
    n, out = x.shape[0], []
    for k in range(x.shape[1]):
        values = x[:, k].ravel()
        m = values.sum() / values.size
        v = ((values - m) ** 2).sum() / (values.size - 1)
        out.append([(prior * a + n * b) / (prior + n) for a, b in ((mean[k], m), (var[k], v))])
    return list(np.array(out).T)


@adapt_bn.alternative
def moved_by_a_momentum(mean, var, x, prior=0):
    momentum = 1 / (1 + prior / len(x))
    m = x.size // x.shape[1]
    biased = x.var((0, 2, 3))
    return (
        mean + momentum * (x.mean((0, 2, 3)) - mean),
        var + momentum * (biased * m / (m - 1) - var),
    )


@adapt_bn.alternative
def in_torch(mean, var, x, prior=0):
    import torch

    n, x = len(x), torch.tensor(np.ascontiguousarray(x)).transpose(0, 1).flatten(1)
    old = [torch.tensor(np.asarray(a)) for a in (mean, var)]
    new = [x.mean(1), x.var(1)]
    return [(prior * a + n * b) / (prior + n) for a, b in zip(old, new, strict=True)]
