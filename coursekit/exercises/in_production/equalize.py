"""The exercise equalize of the lesson in_production."""

import numpy as np

from coursekit.checking import draws, exercise


def layers(rng, inputs, H, outputs):
    """Two layers around H units whose weights differ a thousandfold from unit to unit."""
    spread = rng.permutation(np.geomspace(0.03, 30, H))
    first = rng.standard_normal((H, inputs)) * spread[:, None]
    last = rng.standard_normal((outputs, H)) * rng.permutation(np.geomspace(0.2, 5, H))
    first[0, 0], last[0, 0] = -4 * np.abs(first[0]).max(), -4 * np.abs(last[:, 0]).max()
    return first, rng.uniform(1, 3, H) * spread, last


def networks(rng):
    """As many units as inputs and outputs come first: a wrong axis raises no error there."""
    yield "4 → 4 → 4", layers(rng, 4, 4, 4)
    yield "3 → 5 → 2", layers(rng, 3, 5, 2)
    yield "6 → 2 → 4", layers(rng, 6, 2, 4)
    first, bias, last = layers(rng, 3, 4, 5)
    first[1], last[:, 2] = 0, 0
    yield "3 → 4 → 5, one unit without input, one without use", (first, bias, last)


def any_network(rng):
    sizes = draws.sizes(rng, 3, high=6)
    first, bias, last = layers(rng, *sizes)
    if rng.random() < 0.3:
        first[rng.integers(len(first))] = 0
    return draws.laid(rng, first), bias, last


@exercise(
    cases=networks,
    domain=any_network,
    hints=(
        "relu(s · z) = s · relu(z) for every s above 0. So what a unit gives may be divided by s, "
        "if whoever reads it multiplies by s.",
        "After dividing, a unit's largest weights are r1 / s coming in and r2 · s going out. For "
        "which s are the two equal? Does the network still say the same?",
        "r1, r2 = np.abs(first).max(axis=___), np.abs(last).max(axis=___)\n"
        "s = np.where((r1 > 0) & (r2 > 0), np.sqrt(___ / ___), ___)",
    ),
    points=2,
    minutes=10,
    difficulty=3,
    returns=("first", "bias", "last"),
    ask="Would it work with tanh in place of ReLU? And with a batch norm between the two layers?",
)
def equalize(first, bias, last):
    """Rescale the units between two layers until each has weights of one size on both sides.

    The network is last @ relu(first @ x + bias); first: (H, inputs), bias: (H,), last: (outputs,
    H). It says the same afterwards, and for each unit the largest |weight| coming in is the largest
    |weight| going out. A unit whose weights on one side are all 0 stays as it is. -> the same three
    """
    r1 = np.abs(first).max(axis=1)
    r2 = np.abs(last).max(axis=0)
    alive = (r1 > 0) & (r2 > 0)
    s = np.where(alive, np.sqrt(r1 / np.where(alive, r2, 1)), 1)
    return first / s[:, None], bias / s, last * s


@equalize.alternative
def unit_by_unit(first, bias, last):
    first, bias, last = first.copy(), bias.copy(), last.copy()
    for i in range(len(bias)):
        inward, outward = max(abs(first[i])), max(abs(last[:, i]))
        if inward > 0 and outward > 0:
            common = (inward * outward) ** 0.5
            first[i] *= common / inward
            bias[i] *= common / inward
            last[:, i] *= common / outward
    return first, bias, last


@equalize.alternative
def as_the_paper_has_it(first, bias, last):
    r1, r2 = np.abs(first).max(1), np.abs(last).max(0)
    with np.errstate(all="ignore"):
        s = np.sqrt(r1 * r2) / r2
    s[~np.isfinite(s) | (s == 0)] = 1
    return np.diag(1 / s) @ first, bias / s, last @ np.diag(s)


@equalize.alternative
def in_logarithms(first, bias, last):
    r1, r2 = np.abs(first).max(1), np.abs(last).max(0)
    fit = (r1 != 0) & (r2 != 0)
    s = np.ones(len(r1))
    s[fit] = np.exp(0.5 * (np.log(r1[fit]) - np.log(r2[fit])))
    return (first.T / s).T, bias / s, last * s


@equalize.alternative
def with_torch(first, bias, last):
    import torch

    first, bias, last = (torch.tensor(np.ascontiguousarray(a)) for a in (first, bias, last))
    r1, r2 = first.abs().amax(1), last.abs().amax(0)
    s = torch.sqrt(r1 / r2)
    s = torch.where(torch.isfinite(s) & (s > 0), s, torch.ones_like(s))
    return first / s[:, None], bias / s, last * s
