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

        def layer(x, momentum, stored=stored):
            new = {"running_mean": x.mean(0), "running_var": x.var(0, ddof=1)}
            for name, value in new.items():
                stored[name] = (1 - momentum) * stored[name] + momentum * value
            return (x - new["running_mean"]) / np.sqrt(x.var(0) + 1e-5)

        answer.doing = label
        seen = answer(layer, [rng.normal([1, -2, 5], [1, 3, 0.1], (n, 3)) for n in sizes])
        yield label, stored, "state"
        yield f"samples counted in {label}", seen


@exercise(
    script=stale_layers,
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
    of x, which weigh momentum. Call it once for each batch, so that in the end every sample has
    counted once and nothing of the old statistics is left.
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


MOMENTA = {  # of the batch's place from 0, the sizes up to and with it, and all sizes
    "right": lambda i, seen, sizes: seen[-1] / sum(seen),
    "equal": lambda i, seen, sizes: 1 / (i + 1),
    "late": lambda i, seen, sizes: 1 / (i + 2),
    "0.1": lambda i, seen, sizes: 0.1,
    "1": lambda i, seen, sizes: 1.0,
    "1 / k": lambda i, seen, sizes: 1 / len(sizes),
    "n / total": lambda i, seen, sizes: seen[-1] / sum(sizes),
    "kept": lambda i, seen, sizes: 1 - seen[-1] / sum(seen),
    "n / seen before": lambda i, seen, sizes: min(1, seen[-1] / (sum(seen[:-1]) or 1)),
}


@recalibrate.variant
def _(layer, batches, *, momentum="right", skip=0, times=1):
    batches = batches[skip:] * times
    sizes = [len(x) for x in batches]
    for i, x in enumerate(batches):
        layer(x, MOMENTA[momentum](i, sizes[: i + 1], sizes))
    return sum(sizes)


for name, words, momentum in (
    (
        "momentum_as_in_training",
        "A fixed momentum of 0.1 leaves much of the old statistics after a few batches. Start with "
        "1, which forgets them at once, and let it fall.",
        "0.1",
    ),
    (
        "batches_weigh_equally",
        "1, 1/2, 1/3 … lets every *batch* count once. A small last batch then weighs too much: use "
        "its share of the samples so far.",
        "equal",
    ),
    (
        "starts_at_one_half",
        "Your first momentum is 1/2, so half of the stale statistics stays in the average. The "
        "first one must be 1.",
        "late",
    ),
    (
        "last_batch_only",
        "momentum = 1 each time: only the last batch is left.",
        "1",
    ),
    (
        "one_over_the_number",
        "A momentum of 1 / len(batches) for every batch is no plain average: early batches fade, "
        "and some of the old statistics stays.",
        "1 / k",
    ),
    (
        "share_of_all_samples",
        "The share must be among the samples seen *so far*; you divided by all samples, so some of "
        "the old statistics stays.",
        "n / total",
    ),
    (
        "old_weight_for_new",
        "momentum weighs the new batch; you passed the weight of what was there before.",
        "kept",
    ),
    (
        "new_samples_not_counted",
        "You divided by the samples seen before this batch; it belongs to those seen so far.",
        "n / seen before",
    ),
):
    recalibrate.switch(name, words, momentum=momentum, skip=0)
recalibrate.switch(
    "first_batch_skipped",
    "Your first batch only serves as a start and is not counted. Give it momentum 1.",
    skip=1,
    momentum="right",
)


@recalibrate.mistake(
    "You joined all batches into one, which memory would not hold for a real training set. Call "
    "layer once for each batch."
)
def one_giant_batch(layer, batches):
    layer(np.concatenate(batches), 1.0)
    return sum(map(len, batches))


@recalibrate.mistake("layer is never called with the batches, so nothing has changed.")
def never_called(layer, batches):
    return sum(len(x) for x in batches)


@recalibrate.mistake("The statistics are right; return how many samples they were averaged over.")
def batches_counted(layer, batches):
    recalibrate.right(layer, batches)
    return len(batches)
