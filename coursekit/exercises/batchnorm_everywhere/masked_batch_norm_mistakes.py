"""The expected wrong answers to the exercise masked_batch_norm."""

import numpy as np

from coursekit.exercises.batchnorm_everywhere.masked_batch_norm import masked_batch_norm

WEIGHTS = {  # of mask: what each position weighs, and what the weights are divided by
    "right": lambda mask: (mask, mask.sum()),
    "everything": lambda mask: (np.ones_like(mask), mask.size),
    "real over all": lambda mask: (mask, mask.size),
    "N": lambda mask: (mask, len(mask)),
    "T": lambda mask: (mask, mask.shape[1]),
    "N - 1": lambda mask: (mask, mask.sum() - 1),
    "own length": lambda mask: (mask, mask.sum(1)[:, None, None]),
    "inverted": lambda mask: (~mask, max(1, (~mask).sum())),
}
EPS = {
    "inside": lambda eps: (eps, 0),
    "outside": lambda eps: (0, eps),
    "missing": lambda eps: (0, 0),
    "1e-5": lambda eps: (1e-5, 0),
}


@masked_batch_norm.variant
def _(
    x, mask, eps=1e-5, *,
    mean_over="right", var_over="right", cleared=True, zeroed=False, eps_is="inside", power=0.5,
    centre=1,
):  # fmt: skip
    y = np.where(mask[..., None], x, 0) if zeroed else x
    weight, M = WEIGHTS[mean_over](mask)
    mean = np.where(weight[..., None], y, 0).sum((0, 1)) / M
    weight, M = WEIGHTS[var_over](mask)
    var = np.where(weight[..., None], (y - mean) ** 2, 0).sum((0, 1)) / M
    inside, outside = EPS[eps_is](eps)
    x_hat = (y - centre * mean) / ((var + inside) ** power + outside)
    return np.where(mask[..., None], x_hat, 0) if cleared else x_hat


for name, words, switch in (
    (
        "padding_counted",
        "Padding is counted in the mean and in the variance. Let only real tokens count, where "
        "mask is True.",
        {"mean_over": "everything", "var_over": "everything", "zeroed": False},
    ),
    (
        "padding_counted_as_zeros",
        "You set padding to 0 and then counted it. A zero pulls the mean towards 0 as any other "
        "value would; it must not be in the average at all.",
        {"mean_over": "everything", "var_over": "everything", "zeroed": True},
    ),
    (
        "mask_ignored",
        "mask is never used: padding enters the statistics and comes out as a number other than 0.",
        {"mean_over": "everything", "var_over": "everything", "zeroed": False, "cleared": False},
    ),
    (
        "divided_by_all_positions",
        "You summed over real tokens and divided by N · T, which counts padding too. Divide by "
        "mask.sum().",
        {"mean_over": "real over all", "var_over": "real over all"},
    ),
    (
        "padding_in_the_variance",
        "Your mean is that of the real tokens, but in the variance padding is counted.",
        {"var_over": "everything"},
    ),
    (
        "padding_in_the_mean",
        "Your variance leaves padding out, but the mean counts it.",
        {"mean_over": "everything"},
    ),
    (
        "variance_over_all_positions",
        "Your mean is right. The squared deviations of the real tokens are divided by N · T; "
        "divide by mask.sum().",
        {"var_over": "real over all"},
    ),
    (
        "divided_by_sentences",
        "You divided by N, the number of sentences; divide by the number of real tokens.",
        {"mean_over": "N", "var_over": "N"},
    ),
    (
        "divided_by_positions",
        "You divided by T, the number of positions; divide by the number of real tokens.",
        {"mean_over": "T", "var_over": "T"},
    ),
    (
        "divided_by_own_length",
        "You summed over the tokens of all sentences and divided by each sentence's own length, "
        "mask.sum(1). The sum is shared, so its count is too: mask.sum().",
        {"mean_over": "own length", "var_over": "own length"},
    ),
    (
        "mask_inverted",
        "It is the padding that you averaged over: mask is True where a token is real.",
        {"mean_over": "inverted", "var_over": "inverted"},
    ),
    (
        "unbiased_variance",
        "You divided the variance by M − 1; divide by M, the number of real tokens.",
        {"var_over": "N - 1"},
    ),
    (
        "padding_not_cleared",
        "The statistics are right, but padding comes out as (0 − mean) / std. Set it to 0.",
        {"cleared": False},
    ),
    ("eps_outside", "eps stands outside the square root.", {"eps_is": "outside"}),
    ("eps_missing", "eps is nowhere: a constant feature gives 0 / 0.", {"eps_is": "missing"}),
    ("eps_ignored", "You always add 1e-5, whatever eps says.", {"eps_is": "1e-5"}),
    ("no_root", "You divided by the variance; take its square root.", {"power": 1}),
    ("not_centred", "The mean is never subtracted.", {"centre": 0}),
):
    masked_batch_norm.switch(name, words, **switch)


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


@masked_batch_norm.mistake(
    "You normalized each token over its own features: that is layer norm. Average over the tokens "
    "of the batch."
)
def layer_norm_of_tokens(x, mask, eps=1e-5):
    x_hat = (x - x.mean(2, keepdims=True)) / np.sqrt(x.var(2, keepdims=True) + eps)
    return np.where(mask[..., None], x_hat, 0)


@masked_batch_norm.mistake("You took one mean of all features together; each has its own.")
def features_mixed(x, mask, eps=1e-5):
    rows = x[mask]
    return np.where(mask[..., None], (x - rows.mean()) / np.sqrt(rows.var() + eps), 0)


@masked_batch_norm.mistake(
    "You return the real tokens alone, (M, D). Put them back into their places: (N, T, D)."
)
def real_rows_only(x, mask, eps=1e-5):
    return masked_batch_norm.right(x, mask, eps)[mask]


@masked_batch_norm.mistake("You wrote into x. Make a new array: the caller still needs it.")
def padding_overwritten(x, mask, eps=1e-5):
    y = masked_batch_norm.right(x, mask, eps)
    x[mask] = 0
    return y
