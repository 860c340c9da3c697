"""The exercise masked_batch_norm of the lesson batchnorm_everywhere."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.batchnorm_everywhere.inputs import LIBRARY_NORMS
from coursekit.exercises.one_function_many_norms.inputs import tokens


def padded(rng, lengths, T, D, padding=0.0):
    """Sentences of these lengths, T positions with D features each, and which of them are real."""
    mask = np.arange(T) < np.array(lengths)[:, None]
    return np.where(mask[..., None], tokens(rng, len(lengths), T, D), padding), mask


def sentences(rng):
    """Padding of zeros and of leftovers, a batch without any, a feature that never changes."""
    x, mask = padded(rng, (5, 2, 3), 5, 4)
    yield "3 sentences of 5, 2 and 3 tokens, eps = 0.1", (x, mask, 0.1)
    x, mask = padded(rng, (1, 4), 4, 3, padding=50.0)
    yield "padding of 50, left from an earlier batch, eps = 0.3", (x, mask, 0.3)
    x, mask = padded(rng, (3, 3, 3, 3), 3, 2)
    yield "no padding at all, eps = 0.1", (x, mask, 0.1)
    x, mask = padded(rng, (2, 6, 1), 6, 3)
    x[..., 1] = 7 * mask
    yield "a feature that is 7 in every token, eps = 1e-5", (x, mask, 1e-5)
    x, mask = padded(rng, (4, 0, 2), 4, 3)
    yield "an empty sentence among them, eps = 0.1", (x, mask, 0.1)
    x, mask = padded(rng, (2, 3), 4, 3)
    yield "a last position that nobody fills, eps left out", (x, mask)


@exercise(
    cases=sentences,
    hints=(
        "Only real tokens count: in the sum, in the number you divide by, and in the variance.",
        "Make the batch longer by positions of pure padding: does your output for the real tokens "
        "stay as it was? Now fill the padding with 50. Still?",
        "real = mask[..., None]\nM = mask.sum()\n"
        "mean = np.where(real, x, 0).sum((0, 1)) / ___\n"
        "var = np.where(real, ___, 0).sum((0, 1)) / ___\n"
        "return np.where(real, (x - mean) / np.sqrt(___), ___)",
    ),
    points=2,
    minutes=10,
    difficulty=3,
    forbidden=LIBRARY_NORMS,
    ask="A batch holds one real token and no other. What comes out for it, and why?",
)
def masked_batch_norm(x, mask, eps=1e-5):
    """Normalize each feature over the real tokens of the batch; padding comes out as 0.

    x: (N, T, D), mask: (N, T), True where a token is real. -> (N, T, D)
    """
    real = mask[..., None]  # (N, T, 1)
    M = mask.sum()
    mean = np.where(real, x, 0).sum((0, 1)) / M  # (D,)
    var = np.where(real, (x - mean) ** 2, 0).sum((0, 1)) / M
    return np.where(real, (x - mean) / np.sqrt(var + eps), 0)


@masked_batch_norm.alternative
def on_the_real_rows(x, mask, eps=1e-5):
    rows = x[mask]  # (M, D)
    y = np.zeros_like(x)
    y[mask] = (rows - rows.mean(0)) / np.sqrt(rows.var(0) + eps)
    return y


@masked_batch_norm.alternative
def by_where_arguments(x, mask, eps=1e-5):
    where = np.broadcast_to(mask[..., None], x.shape)
    mean, var = (f(x, axis=(0, 1), where=where) for f in (np.mean, np.var))
    return where * (x - mean) / np.sqrt(var + eps)


@masked_batch_norm.alternative
def masked_by_loops(x, mask, eps=1e-5):
    N, T, D = x.shape
    y = np.zeros(x.shape)
    places = [(n, t) for n in range(N) for t in range(T) if mask[n, t]]
    for d in range(D):
        values = [x[n, t, d] for n, t in places]
        mean = sum(values) / len(values)
        var = sum((v - mean) ** 2 for v in values) / len(values)
        for n, t in places:
            y[n, t, d] = (x[n, t, d] - mean) / (var + eps) ** 0.5
    return y


@masked_batch_norm.alternative
def masked_in_torch(x, mask, eps=1e-5):
    import torch

    t, weight = torch.from_numpy(x), torch.from_numpy(mask).unsqueeze(2).double()
    mean = (t * weight).sum((0, 1)) / weight.sum()
    centred = (t - mean) * weight
    return centred * torch.rsqrt(centred.pow(2).sum((0, 1)) / weight.sum() + eps)


@masked_batch_norm.alternative
def by_numpys_masked_arrays(x, mask, eps=1e-5):
    hidden = np.ma.masked_array(x, np.broadcast_to(~mask[..., None], x.shape))
    rows = hidden.reshape(-1, x.shape[2])
    y = (hidden - rows.mean(0)) / np.ma.sqrt(rows.var(0) + eps)
    return y.filled(0)


WEIGHTS = {  # of mask: what each position weighs, and what the weights are divided by
    "right": lambda mask: (mask, mask.sum()),
    "everything": lambda mask: (np.ones_like(mask), mask.size),
    "real over all": lambda mask: (mask, mask.size),
    "N": lambda mask: (mask, len(mask)),
    "T": lambda mask: (mask, mask.shape[1]),
    "N - 1": lambda mask: (mask, mask.sum() - 1),
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
