"""The exercise statistics_count of the lesson batchnorm_everywhere."""

import numpy as np

from coursekit.checking import draws, exercise

METHODS = ("batch", "per pixel", "layer", "instance")


def shapes(rng):
    for kind, shape in (
        ("a table", (7, 5)),
        ("signals", (3, 4, 10)),
        ("images", (8, 6, 5, 7)),
        ("volumes", (2, 3, 4, 5, 6)),
    ):
        for method in METHODS:
            yield f"{kind} {shape}, {method}", (shape, method)


def any_shape(rng):
    return draws.sizes(rng, int(rng.integers(2, 6)), high=12), str(rng.choice(METHODS))


@exercise(
    cases=shapes,
    domain=any_shape,
    hints=(
        "Every value belongs to exactly one mean. So means × values per mean is the size of x, and "
        "you need only one of the two.",
        "For images (8, 6, 5, 7) batch norm has 6 means. How many values has each: 8, or "
        "8 · 5 · 7? And does yours take shapes with 0, 1 and 3 spatial axes?",
        "N, C, *spatial = shape\n"
        "means = {\n"
        '    "batch": ___,\n    "per pixel": C * int(np.prod(___)),\n'
        '    "layer": ___,\n    "instance": ___ * ___,\n}[method]\n'
        "return means, int(np.prod(shape)) // ___",
    ),
    minutes=7,
    difficulty=2,
    returns=("means", "values"),
    ask="(2, 512, 1, 1), at the end of a network in a batch of two: over how many values does "
    "batch norm average there, and what is left of them?",
)
def statistics_count(shape, method):
    """Count the means that a method takes, and the values in each. -> means, values

    Both are whole numbers, of whatever type: 7.0 counts as 7. shape is (N, C, *spatial), with any
    number of spatial axes, also none. method:
        "batch": one mean for each channel.
        "per pixel": one for each channel and pixel, over the samples alone.
        "layer": one for each sample.
        "instance": one for each channel of each sample.
    """
    N, C, *spatial = shape
    means = {
        "batch": C,
        "per pixel": C * int(np.prod(spatial)),
        "layer": N,
        "instance": N * C,
    }[method]
    return means, int(np.prod(shape)) // means


@statistics_count.alternative
def by_cases(shape, method):
    N, C = shape[:2]
    pixels = int(np.prod(shape[2:]))
    if method == "batch":
        return C, N * pixels
    if method == "per pixel":
        return C * pixels, N
    if method == "layer":
        return N, C * pixels
    return N * C, pixels


@statistics_count.alternative
def by_taking_them(shape, method):
    x = np.zeros(shape)
    spatial = tuple(range(2, x.ndim))
    axes = {
        "batch": (0, *spatial),
        "per pixel": (0,),
        "layer": (1, *spatial),
        "instance": spatial,
    }[method]
    means = x.mean(axes).size
    return [means, x.size // means]


@statistics_count.alternative
def by_axes_kept(shape, method):
    kept = {"batch": [1], "per pixel": [*range(1, len(shape))], "layer": [0], "instance": [0, 1]}
    means = values = 1
    for axis, length in enumerate(shape):
        if axis in kept[method]:
            means *= length
        else:
            values *= length
    return means, values
