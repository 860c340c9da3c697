"""The expected wrong answers to the exercise masked_batch_norm."""

import numpy as np

from coursekit.exercises.batchnorm_everywhere.masked_batch_norm import masked_batch_norm

EPS = {
    "inside": lambda eps: (eps, 0),
    "outside": lambda eps: (0, eps),
    "missing": lambda eps: (0, 0),
    "1e-5": lambda eps: (1e-5, 0),
}


@masked_batch_norm.mistake(
    "Each sentence is normalized by itself. The batch shares one mean for each feature."
)
def per_sentence(x, mask, eps=1e-5):
    y = np.zeros_like(x)
    for n, real in enumerate(mask):
        if real.any():
            rows = x[n, real]
            y[n, real] = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps)
    return y


@masked_batch_norm.mistake(
    "Each position is normalized by itself, so late ones, which few sentences reach, have almost "
    "no company. All positions share one mean for each feature."
)
def per_position(x, mask, eps=1e-5):
    return per_sentence(x.swapaxes(0, 1), mask.T, eps).swapaxes(0, 1)


@masked_batch_norm.mistake(
    "You averaged the sentences' means, so a token of a short sentence weighs more than one of a "
    "long sentence. Every real token counts once."
)
def mean_of_sentence_means(x, mask, eps=1e-5):
    full = [n for n in range(len(x)) if mask[n].any()]
    mean = np.mean([x[n, mask[n]].mean(0) for n in full], axis=0)
    var = np.mean([((x[n, mask[n]] - mean) ** 2).mean(0) for n in full], axis=0)
    return np.where(mask[..., None], (x - mean) / np.sqrt(var + eps), 0)


def _of_each_sentence(y, mask):
    """Mean over each sentence's real tokens, (N, 1, D); 0 / 0 where there is none."""
    return _sum_of(y, mask, 1) / mask.sum(1)[:, None, None]


def _sum_of(y, mask, axes):
    """The sum of what the mask leaves, by multiplication: 0 times 0 / 0 stays."""
    return (y * mask[..., None]).sum(axes, keepdims=True)


@masked_batch_norm.mistake(
    "m.sum(1) counts each sentence by itself, so each has a mean of its own, and an empty one "
    "0 / 0. The batch shares one mean for each feature: sum over axes (0, 1), divide by mask.sum()."
)
def per_sentence_by_counts(x, mask, eps=1e-5):
    mean = _of_each_sentence(x, mask)
    var = _of_each_sentence((x - mean) ** 2, mask)
    return (x - mean) / np.sqrt(var + eps) * mask[..., None]


@masked_batch_norm.mistake(
    "You averaged the sentences' means, each divided by m.sum(1): short sentences weigh as much "
    "as long ones, and an empty one gives 0 / 0. Every real token counts once: divide the sum of "
    "all by mask.sum()."
)
def mean_of_sentence_means_by_counts(x, mask, eps=1e-5):
    mean = _of_each_sentence(x, mask).mean(0)
    var = _of_each_sentence((x - mean) ** 2, mask).mean(0)
    return (x - mean) / np.sqrt(var + eps) * mask[..., None]


@masked_batch_norm.mistake(
    "You summed over the tokens of all sentences and divided by each sentence's own length, "
    "m.sum(1), which may be 0. The sum is shared, so its count is too: mask.sum()."
)
def divided_by_own_length_of_0(x, mask, eps=1e-5):
    length = mask.sum(1)[:, None, None]
    mean = _sum_of(x, mask, (0, 1)) / length
    var = _sum_of((x - mean) ** 2, mask, (0, 1)) / length
    return (x - mean) / np.sqrt(var + eps) * mask[..., None]
