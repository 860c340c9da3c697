"""The exercise recalibrate of the lesson running_statistics."""

import numpy as np

from coursekit.checking import exercise


def stale_layers(answer, rng):
    """A judge's layer with statistics from long ago, and batches of which the last is small."""
    for label, sizes in (
        ("4 batches of 6 samples", (6, 6, 6, 6)),
        ("3 batches, the last one incomplete", (8, 8, 3)),
        ("one batch", (5,)),
        ("2 batches of very different size", (2, 20)),
    ):
        stored = {"running_mean": rng.normal(9, 1, 3), "running_var": rng.uniform(50, 60, 3)}
        answer.doing = label
        seen = answer(judged(stored), [rng.normal([1, -2, 5], [1, 3, 0.1], (n, 3)) for n in sizes])
        yield label, stored, "state"
        yield f"samples counted in {label}", seen


def judged(stored):
    """A layer that moves what is stored at each call."""

    def layer(x, momentum):
        new = {"running_mean": x.mean(0), "running_var": x.var(0, ddof=1)}
        for name, value in new.items():
            stored[name] = (1 - momentum) * stored[name] + momentum * value
        return (x - new["running_mean"]) / np.sqrt(x.var(0) + 1e-5)

    return layer


def any_batches(answer, rng):
    """One batch or several of any size, two samples at least."""
    D, sizes = int(rng.integers(1, 5)), rng.integers(2, 12, rng.integers(1, 6))
    stored = {"running_mean": rng.normal(9, 1, D), "running_var": rng.uniform(50, 60, D)}
    seen = answer(judged(stored), [rng.normal(2, rng.uniform(0.1, 5), (n, D)) for n in sizes])
    yield "what is stored", stored, "state"
    yield "samples counted", seen


@exercise(
    script=stale_layers,
    domain=any_batches,
    hints=(
        "An average of all so far can be kept with a running average whose momentum changes from "
        "batch to batch. Which momentum must the first batch have?",
        "With 4 equal batches the momenta are 1, 1/2, 1/3, 1/4. Is the last of 8, 8 and 3 samples "
        "3/19 in yours?",
        "seen = 0\nfor x in batches:\n    seen += ___\n    layer(x, ___ / ___)\nreturn seen",
    ),
    points=2,
    minutes=8,
    difficulty=3,
    allows=("batch_norm",),
    ask="If each batch holds one class only, this running_var is too small. What is missing in it?",
)
def recalibrate(layer, batches):
    """Replace a layer's stale running statistics by averages over batches. -> samples counted

    layer(x, momentum) is one training call on x (N, D): its running statistics move towards those
    of x, which weigh momentum. Call it once for each batch, in any order, so that in the end every
    sample has counted once and nothing of the old statistics is left. batches is a list of one or
    more, each of two samples or more.
    """
    seen = 0
    for x in batches:
        seen += len(x)
        layer(x, len(x) / seen)
    return seen


@recalibrate.alternative
def from_the_last_batch_back(layer, batches):
    sizes = [len(x) for x in batches][::-1]
    for i, x in enumerate(reversed(batches)):
        layer(x, sizes[i] / sum(sizes[: i + 1]))
    return sum(sizes)


@recalibrate.alternative
def with_cumulative_counts(layer, batches):
    counts = np.array([x.shape[0] for x in batches])
    for x, momentum in zip(batches, counts / np.cumsum(counts), strict=True):
        layer(x, float(momentum))
    return counts.sum()


@recalibrate.alternative
def recursively(layer, batches):
    if not batches:
        return 0
    *before, last = batches
    seen = recursively(layer, before) + len(last)
    layer(last, len(last) / seen)
    return seen


@recalibrate.alternative
def first_batch_apart(layer, batches):
    layer(batches[0], 1)
    old = len(batches[0])
    for x in batches[1:]:
        layer(x, 1 - old / (old + len(x)))
        old = old + len(x)
    return old
