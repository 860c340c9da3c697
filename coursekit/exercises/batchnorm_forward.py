"""Exercises of solutions/04_batchnorm_forward.py: what batch norm computes, and what it forgets."""

from typing import Any

import numpy as np

from coursekit.checking import Lesson, exercise, predict, quiz

LESSON = Lesson(
    title="Batch norm, forward",
    question="The same photo, the same network, nothing random, and two different outputs: "
    "what changed?",
    minutes=50,
    difficulty=2,
    cpu_seconds=20,
    objectives=(
        "Write batch norm's forward pass and match PyTorch's",
        "Predict what comes out for one sample, for two, and for a feature that never changes",
        "Test from outside whether a function is batch norm, by what it cannot see",
        "Measure how much one sample's output depends on the others in its batch",
        "Say what γ and β can undo, and what they cannot",
    ),
    prerequisites=("mean_and_variance",),
)


def features(rng, N, D, dtype=np.float64):
    """Columns with scales from 0.001 to 20 and different means; gamma ≠ 1 and beta ≠ 0."""
    x = np.geomspace(1e-3, 20, D) * (np.linspace(-2, 3, D) + rng.standard_normal((N, D)))
    gamma = rng.uniform(0.5, 2, D) * np.where(np.arange(D) % 2, -1, 1)
    beta = rng.uniform(0.5, 2, D)
    return [a.astype(dtype) for a in (x, gamma, beta)]


# --- batch_norm ---------------------------------------------------------------------------------


def batches(rng):
    """A square batch first: there, lining gamma up with the samples is silent."""
    yield "3 samples × 3 features, eps = 0.1", (*features(rng, 3, 3), 0.1)
    yield "5 samples × 4 features, scales 0.001 … 20, eps = 0.3", (*features(rng, 5, 4), 0.3)
    yield "the same scales, eps = 1e-5", (*features(rng, 5, 4), 1e-5)
    x, gamma, beta = features(rng, 5, 3)
    x[:, 1] = 7
    yield "a feature that is 7 in every sample, eps = 1e-5", (x, gamma, beta, 1e-5)
    x, gamma, beta = features(rng, 5, 4, np.float32)
    x = (1000 + 3 * rng.standard_normal(x.shape)).astype(np.float32)
    yield "float32 around 1000, eps = 1e-5", (x, gamma, beta, 1e-5)
    yield "2 samples × 5 features, eps = 0.1", (*features(rng, 2, 5), 0.1)
    yield "1 sample × 4 features, eps = 0.1", (*features(rng, 1, 4), 0.1)


@exercise(
    cases=batches,
    hints=(
        "Four lines, in the order of the four formulas. Which axis must you average over so that "
        "the mean has one entry for each feature, shape (D,)?",
        "Look at one column of your output: is its mean beta? Is its standard deviation |gamma| "
        "when eps is tiny, and smaller than |gamma| when eps = 0.3? The first that fails names "
        "the line to look at.",
        "mean = x.mean(axis=___)\n"
        "var = ((x - mean) ** 2).mean(axis=___)\n"
        "x_hat = (x - mean) / np.sqrt(___ + ___)\n"
        "return gamma * ___ + ___",
    ),
    points=3,
    minutes=8,
    difficulty=2,
    forbidden=(
        "torch.nn.functional.batch_norm",
        "torch.nn.BatchNorm1d",
        "torch.nn.BatchNorm2d",
        "torch.nn.BatchNorm3d",
        "torch.nn.LazyBatchNorm1d",
        "torch.nn.SyncBatchNorm",
        "torch.nn.modules.batchnorm",
        "torch.batch_norm",
        "torch.native_batch_norm",
        "torch.ops.aten",
        "keras.layers.BatchNormalization",
        "keras.ops.batch_normalization",
        "keras.ops.nn.batch_normalization",
        "tensorflow.keras.layers.BatchNormalization",
        "tensorflow.nn.batch_normalization",
        "sklearn.preprocessing",
    ),
    ask="For a single sample your function returned beta, whatever x was. Which line made it so?",
)
def batch_norm(x, gamma, beta, eps=1e-5):
    """Normalize each feature over the batch, then scale and shift. (N, D), (D,), (D,) -> (N, D)"""
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta


@batch_norm.alternative
def methods(x, gamma, beta, eps=1e-5):
    return (x - x.mean(0, keepdims=True)) / (x.var(0, keepdims=True) + eps) ** 0.5 * gamma + beta


@batch_norm.alternative
def column_by_column(x, gamma, beta, eps=1e-5):
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        column = x[:, j]
        y[:, j] = gamma[j] * (column - column.mean()) / np.sqrt(column.var() + eps) + beta[j]
    return y


@batch_norm.alternative
def by_einsum(x, gamma, beta, eps=1e-5):
    centred = x - np.einsum("nd->d", x) / len(x)
    var = np.einsum("nd,nd->d", centred, centred) / len(x)
    return np.einsum("nd,d->nd", centred, gamma / np.sqrt(var + eps)) + beta


@batch_norm.alternative
def as_scale_and_shift(x, gamma, beta, eps=1e-5):
    scale = gamma / np.sqrt(x.var(0) + eps)
    shift = beta.astype(float) - x.mean(0, dtype=float) * scale
    return x * scale + shift


@batch_norm.alternative
def in_torch(x, gamma, beta, eps=1e-5):
    import torch

    x, gamma, beta = (torch.from_numpy(a) for a in (x, gamma, beta))
    inv_std = torch.rsqrt(x.var(0, correction=0) + eps)
    return (x - x.mean(0)) * inv_std * gamma + beta


@batch_norm.alternative
def on_plain_numbers(x, gamma, beta, eps=1e-5):
    columns = []
    for column, g, b in zip(x.T.tolist(), gamma.tolist(), beta.tolist(), strict=True):
        mean = sum(column) / len(column)
        var = sum((v - mean) ** 2 for v in column) / len(column)
        columns.append([g * (v - mean) / (var + eps) ** 0.5 + b for v in column])
    return np.array(columns).T


EPS = {  # what stands under the root with the variance, and what is added after it
    "inside": lambda eps: (eps, 0),
    "outside": lambda eps: (0, eps),
    "missing": lambda eps: (0, 0),
    "squared": lambda eps: (eps**2, 0),
    "always 1e-5": lambda eps: (1e-5, 0),
    "always 1e-8": lambda eps: (1e-8, 0),
    "subtracted": lambda eps: (-eps, 0),
    "twice": lambda eps: (eps, eps),
}
AFFINE = {
    "right": lambda x_hat, gamma, beta: gamma * x_hat + beta,
    "absent": lambda x_hat, gamma, beta: x_hat,
    "no gamma": lambda x_hat, gamma, beta: x_hat + beta,
    "no beta": lambda x_hat, gamma, beta: gamma * x_hat,
    "beta first": lambda x_hat, gamma, beta: gamma * (x_hat + beta),
    "along samples": lambda x_hat, gamma, beta: gamma[:, None] * x_hat + beta[:, None],
}


@batch_norm.variant
def _(x, gamma, beta, eps, *, axis=0, ddof=0, centre=1, eps_is="inside", power=0.5, affine="right"):
    mean, var = x.mean(axis, keepdims=True), x.var(axis, keepdims=True, ddof=ddof)
    inside, outside = EPS[eps_is](eps)
    return AFFINE[affine]((x - centre * mean) / ((var + inside) ** power + outside), gamma, beta)


batch_norm.switch(
    "unbiased_variance",
    "You divided the variance by N − 1, which is 0 for one sample; batch norm divides by N.",
    ddof=1,
)
batch_norm.switch(
    "eps_outside",
    "eps stands outside the square root: you divide by √var + eps; the formula is √(var + eps).",
    eps_is="outside",
)
batch_norm.switch(
    "eps_missing",
    "eps is nowhere: a feature that never changes has variance 0, and 0 / 0 is not a number.",
    eps_is="missing",
)
batch_norm.switch(
    "eps_squared",
    "You added eps² to the variance. eps already is a variance: add it as it is.",
    eps_is="squared",
)
batch_norm.switch(
    "eps_ignored", "You always add 1e-5, whatever the argument eps says.", eps_is="always 1e-5"
)
batch_norm.switch(
    "eps_ignored_tiny", "You always add 1e-8, whatever the argument eps says.", eps_is="always 1e-8"
)
batch_norm.switch(
    "eps_subtracted",
    "You subtracted eps from the variance; a small variance then becomes negative. Add it.",
    eps_is="subtracted",
)
batch_norm.switch(
    "eps_twice",
    "You added eps twice, under the root and after it; once, under the root, is enough.",
    eps_is="twice",
)
batch_norm.switch(
    "no_root",
    "You divided by the variance; take its square root, or the output has the unit 1/x.",
    power=1,
)
batch_norm.switch(
    "not_centred",
    "The mean is still in x_hat: subtract it before you divide.",
    centre=0,
)
batch_norm.switch(
    "layer_axes",
    "You averaged over axis 1, so every sample got its own mean: that is layer norm. "
    "Batch norm averages over axis 0, the batch.",
    axis=1,
)
batch_norm.switch(
    "global_statistics",
    "You took one mean and one variance of all numbers together; each feature has its own.",
    axis=None,
)
batch_norm.switch(
    "affine_forgotten",
    "You return x_hat; scale it by gamma and shift it by beta.",
    affine="absent",
)
batch_norm.switch(
    "gamma_forgotten", "gamma is never used: multiply x_hat by it.", affine="no gamma"
)
batch_norm.switch("beta_forgotten", "beta is never added.", affine="no beta")
batch_norm.switch(
    "beta_before_gamma",
    "You computed gamma · (x_hat + beta), which shifts by gamma · beta. Scale first, then shift.",
    affine="beta first",
)
batch_norm.switch(
    "affine_along_samples",
    "gamma and beta are lined up with the samples, one for each row; there is one for each "
    "feature, so (D,) already fits (N, D).",
    affine="along samples",
)


@batch_norm.mistake("You scaled and shifted x before normalizing, which removes both again.")
def affine_first(x, gamma, beta, eps):
    y = gamma * x + beta
    return (y - y.mean(0)) / np.sqrt(y.var(0) + eps)


@batch_norm.mistake("Division goes before subtraction: put x - mean in parentheses.")
def no_parentheses(x, gamma, beta, eps):
    return gamma * (x - x.mean(0) / np.sqrt(x.var(0) + eps)) + beta


@batch_norm.mistake("The squared deviations are summed; their mean, divided by N, is the variance.")
def summed_variance(x, gamma, beta, eps):
    centred = x - x.mean(0)
    return gamma * centred / np.sqrt((centred**2).sum(0) + eps) + beta


@batch_norm.mistake(
    "Your variance is mean(x²) − mean(x)². In float32, around 1000, x² keeps only one digit after "
    "the point and the difference is mostly rounding. Square x − mean instead."
)
def one_pass_variance(x, gamma, beta, eps):
    var = (x**2).mean(0) - x.mean(0) ** 2
    return gamma * (x - x.mean(0)) / np.sqrt(var + eps) + beta


@batch_norm.mistake(
    "You averaged over axis 1, and without keepdims the N means lined up with the features. "
    "Batch norm averages over axis 0."
)
def axis_1_without_keepdims(x, gamma, beta, eps):
    return gamma * (x - x.mean(1)) / np.sqrt(x.var(1) + eps) + beta


@batch_norm.mistake(
    "x -= mean writes into the caller's batch. The network still needs x; make a new array."
)
def x_overwritten(x, gamma, beta, eps):
    x -= x.mean(0)
    return gamma * x / np.sqrt((x**2).mean(0) + eps) + beta


# --- influence_of_sample ------------------------------------------------------------------------


def layer_norm(x):
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)


def plain_batch_norm(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)


def nudges(rng):
    """A judge's function, a batch, and the sample to move."""
    x = rng.uniform(1, 3, (5, 3)) * [1, -1, 2]
    yield "f is batch norm, i = 1 of 5 samples", (plain_batch_norm, x, 1)
    yield "f is layer norm, i = 4", (layer_norm, x, 4)
    yield "f(x) = x², i = 0", (lambda x: x**2, x, 0)
    yield "f is batch norm, 2 samples", (plain_batch_norm, x[:2], 0)
    yield "f subtracts the batch mean, i = 2 of 3", (lambda x: x - x.mean(0), x[:3], 2)


@exercise(
    cases=nudges,
    hints=(
        "Two calls of f: one on x, one on a batch in which only row i differs.",
        "What does your function give for f(x) = x? It must be 1, 2, …, D in row i and 0 "
        "elsewhere. And is x still what it was before the call?",
        "moved = x.___()\nmoved[___] += np.arange(1, x.shape[___] + 1)\nreturn f(___) - f(___)",
    ),
    minutes=4,
    difficulty=2,
    ask="With f = batch norm and 2 samples, your result is almost 0. Where did the change go?",
)
def influence_of_sample(f, x, i):
    """f(x with 1, 2, …, D added to the features of sample i) − f(x), for every sample. -> (N, D)"""
    moved = x.copy()
    moved[i] += np.arange(1, x.shape[1] + 1)
    return f(moved) - f(x)


@influence_of_sample.alternative
def by_one_hot(f, x, i):
    N, D = x.shape
    return f(x + np.outer(np.eye(N)[i], 1 + np.arange(D))) - f(x)


@influence_of_sample.alternative
def by_where(f, x, i):
    here = np.arange(len(x))[:, None] == i
    return np.subtract(f(np.where(here, x + range(1, x.shape[1] + 1), x)), f(x))


@influence_of_sample.alternative
def number_by_number(f, x, i):
    moved = x.tolist()
    for j in range(x.shape[1]):
        moved[i][j] += j + 1
    return f(np.array(moved)) - f(x.copy())


def _moved(x, i):
    moved = x.copy()
    moved[i] += np.arange(1, x.shape[1] + 1)
    return moved


@influence_of_sample.mistake(
    "moved = x is a second name for the same array, so x moved too: the difference is 0, and the "
    "caller's batch is changed. Take x.copy()."
)
def no_copy(f, x, i):
    moved = x
    moved[i] += np.arange(1, x.shape[1] + 1)
    return f(moved) - f(x)


@influence_of_sample.mistake(
    "The values are right, but x[i] += … changed the caller's batch. Move a copy."
)
def moved_in_place(f, x, i):
    before = f(x)
    x[i] += np.arange(1, x.shape[1] + 1)
    return f(x) - before


@influence_of_sample.mistake("The sign is turned: after the move minus before it.")
def before_minus_after(f, x, i):
    return f(x) - f(_moved(x, i))


@influence_of_sample.mistake(
    "You added 1 to every feature; add 1, 2, …, D. Layer norm would not even notice your change."
)
def same_for_every_feature(f, x, i):
    moved = x.copy()
    moved[i] += 1
    return f(moved) - f(x)


@influence_of_sample.mistake(
    "You added 0, 1, …, D − 1: np.arange starts at 0. Add np.arange(1, D + 1)."
)
def counted_from_0(f, x, i):
    moved = x.copy()
    moved[i] += np.arange(x.shape[1])
    return f(moved) - f(x)


@influence_of_sample.mistake("moved[:, i] is feature i of every sample; sample i is row i.")
def moved_a_feature(f, x, i):
    moved = x.copy()
    moved[:, i % x.shape[1]] += np.arange(1, len(x) + 1)
    return f(moved) - f(x)


@influence_of_sample.mistake("You moved all samples together; move only row i.")
def moved_everyone(f, x, i):
    return f(x + np.arange(1, x.shape[1] + 1)) - f(x)


@influence_of_sample.mistake(
    "You return what happens to sample i only. The point is what happens to the others: "
    "return the difference for all N rows."
)
def own_row_only(f, x, i):
    return (f(_moved(x, i)) - f(x))[i]


@influence_of_sample.mistake("You replaced sample i by 1, 2, …, D; add them to what is there.")
def replaced(f, x, i):
    moved = x.copy()
    moved[i] = np.arange(1, x.shape[1] + 1)
    return f(moved) - f(x)


@influence_of_sample.mistake("You return f of the moved batch; subtract f(x), the output before.")
def not_a_difference(f, x, i):
    return f(_moved(x, i))


@influence_of_sample.mistake("You return the size of the change; its sign matters too.")
def unsigned(f, x, i):
    return np.abs(f(_moved(x, i)) - f(x))


# --- bn_invariances -----------------------------------------------------------------------------


def late_mean(x):
    weights = np.arange(1.0, len(x) + 1)
    return x - weights @ x / weights.sum()


def suspects(rng):
    """Functions to probe; each answers the five questions in its own way."""
    x = rng.uniform(1, 2, (6, 4)) * [1, -1, 2, 3]
    gamma, beta = rng.uniform(0.5, 2, (2, 4))
    mean, std = x.mean(0), x.std(0)
    yield "f is batch norm", (plain_batch_norm, x)
    yield "f is layer norm", (layer_norm, x)
    yield "f returns x", (lambda x: 1 * x, x)
    yield "f is batch norm with gamma and beta", (lambda x: gamma * plain_batch_norm(x) + beta, x)
    yield "f is the absolute value of batch norm", (lambda x: abs(plain_batch_norm(x)), x)
    yield "f subtracts each feature's mean", (lambda x: x - x.mean(0), x)
    yield "f uses stored statistics", (lambda x: (x - mean) / std, x)
    yield "f uses one mean and one std for all", (lambda x: (x - x.mean()) / x.std(), x)
    yield "f subtracts a mean in which late samples weigh more", (late_mean, x)


@exercise(
    cases=suspects,
    hints=(
        "Five times the same sentence: change x, call f, compare with f of the unchanged x. Only "
        "two comparisons differ: one reorders the outputs too, one looks at sample 0 alone.",
        "Try yours on f(x) = x. Adding and scaling must show (three times False); a new order must "
        "not, once the output is put in that order too; and sample 0 keeps its value (two times "
        "True). Which of the five is not so?",
        "def same(a, b):\n"
        "    return bool(np.allclose(a, b, atol=1e-3))\n"
        "per_feature = np.arange(1, x.shape[___] + 1)\n"
        "per_sample = np.arange(1, x.shape[___] + 1)[:, None]\n"
        "others = x + per_sample  # row 0 must stay\n"
        "others[0] = ___\n"
        'return {"shift_features": same(f(x + per_feature), y), ...,\n'
        '        "reorder": same(f(x[::-1]), ___), "replace_mates": same(f(others)[0], ___)}',
    ),
    points=2,
    minutes=9,
    difficulty=3,
    ask="Layer norm differs from 'return x' in one answer only. Which sixth question would you ask "
    "before you call f layer norm?",
)
def bn_invariances(f, x):
    """Which changes of x leave f's output as it was, within 1e-3? -> dict of five bools

    Keys:
        shift_features: add to each feature a constant of its own.
        scale_features: multiply each feature by a positive factor of its own (1 to 10).
        shift_samples: add to each sample a constant of its own.
        reorder: put the samples in another order, and f's output in the same order.
        replace_mates: replace every sample but sample 0; look at sample 0's output only.
    """

    def same(a, b):
        return bool(np.allclose(a, b, atol=1e-3))

    y = f(x)
    per_feature = np.arange(1, x.shape[1] + 1)  # (D,)
    per_sample = np.arange(1, x.shape[0] + 1)[:, None]  # (N, 1)
    others = x + per_feature * per_sample
    others[0] = x[0]
    return {
        "shift_features": same(f(x + per_feature), y),
        "scale_features": same(f(x * per_feature), y),
        "shift_samples": same(f(x + per_sample), y),
        "reorder": same(f(x[::-1]), y[::-1]),
        "replace_mates": same(f(others)[0], y[0]),
    }


@bn_invariances.alternative
def at_random(f, x):
    rng = np.random.default_rng(1)
    (N, D), y, order = x.shape, f(x), rng.permutation(len(x))
    pairs = {
        "reorder": (f(x[order]), y[order]),
        "shift_features": (f(x + rng.normal(size=D)), y),
        "shift_samples": (f(x + rng.normal(size=(N, 1))), y),
        "scale_features": (f(x * rng.uniform(1, 10, D)), y),
        "replace_mates": (f(np.vstack([x[:1], rng.normal(size=(N - 1, D))]))[0], y[0]),
    }
    return {key: np.abs(a - b).max() < 1e-3 for key, (a, b) in pairs.items()}


@bn_invariances.alternative
def one_change_at_a_time(f, x):
    N, D = x.shape

    def survives(changed, rows=slice(None), order=None):
        before = f(x) if order is None else f(x)[order]
        return bool((np.abs(f(changed) - before)[rows] < 1e-3).all())

    backwards = list(range(N))[::-1]
    return dict(
        shift_features=all(survives(x + 2.5 * np.eye(D)[j]) for j in range(D)),
        scale_features=all(survives(x * (1 + 4 * np.eye(D)[j])) for j in range(D)),
        shift_samples=all(survives(x + 2.5 * np.eye(N)[:, [i]]) for i in range(N)),
        reorder=survives(x[backwards], order=backwards),
        replace_mates=survives(np.where(np.arange(N)[:, None] == 0, x, -2 * x), rows=0),
    )


@bn_invariances.alternative
def with_the_sample_alone(f, x):
    return bn_invariances.right(f, x) | {"replace_mates": bool(np.allclose(f(x[:1]), f(x)[:1]))}


TOLERANCE: dict[str, dict[str, Any]] = {
    "1e-3": {"atol": 1e-3},
    "default": {},
    "exact": {"rtol": 0, "atol": 0},
}


@bn_invariances.variant
def _(
    f, x, *, shift="each", scale="each", within="1e-3", mates="row 0", order="both", target="f(x)"
):
    def same(a, b):
        return bool(np.allclose(a, b, **TOLERANCE[within]))

    y = f(x) if target == "f(x)" else x
    per_feature = np.arange(1, x.shape[1] + 1)
    per_sample = np.arange(1, x.shape[0] + 1)[:, None]
    others = x + per_feature * per_sample
    others[0] = x[0]
    got, want = (f(others)[0], y[0]) if mates == "row 0" else (f(others), y)
    factor = {"each": per_feature, "flat": 3, "negative": -per_feature}[scale]
    return {
        "shift_features": same(f(x + (per_feature if shift == "each" else 3)), y),
        "scale_features": same(f(x * factor), y),
        "shift_samples": same(f(x + per_sample), y),
        "reorder": same(f(x[::-1]), y[::-1] if order == "both" else y),
        "replace_mates": same(got, want),
    }


bn_invariances.switch(
    "negative_factors",
    "Some of your factors are negative. A negative factor turns batch norm's sign; ask about "
    "positive ones.",
    scale="negative",
)
bn_invariances.switch(
    "one_factor_for_all",
    "You multiplied all features by one number. Give each its own: one common factor is a weaker "
    "question, which layer norm survives too.",
    scale="flat",
)
bn_invariances.switch(
    "one_shift_for_all",
    "You added one number to all features. Give each its own: one common shift is a weaker "
    "question, which layer norm survives too.",
    shift="flat",
)
bn_invariances.switch(
    "compared_exactly",
    "You asked for equality to the last digit. Rounding moves the output a little; allow 1e-3: "
    "np.allclose(a, b, atol=1e-3).",
    within="exact",
)
bn_invariances.switch(
    "default_tolerance",
    "np.allclose allows 1e-5 of the value by default, and eps moves the output by more: pass "
    "atol=1e-3.",
    within="default",
)
bn_invariances.switch(
    "all_rows_for_mates",
    "For replace_mates you compared all rows; the replaced ones differ of course. Compare row 0.",
    mates="all rows",
)
bn_invariances.switch(
    "output_not_reordered",
    "You reordered x and compared with the old output in the old order. f(x[order]) belongs "
    "beside f(x)[order].",
    order="input only",
)
bn_invariances.switch(
    "compared_with_x",
    "You compared f of the changed batch with x; compare it with f(x).",
    target="x",
)


@bn_invariances.mistake(
    "shift_features and shift_samples are exchanged: a row of D numbers gives each feature its "
    "own, a column of N numbers gives each sample its own."
)
def features_for_samples(f, x):
    right = bn_invariances.right(f, x)
    a, b = right["shift_features"], right["shift_samples"]
    return right | {"shift_features": b, "shift_samples": a}


@bn_invariances.mistake(
    "Your change is smaller than the tolerance, so nothing can be seen to move. Change x by "
    "something like 1."
)
def too_gentle(f, x):
    return dict.fromkeys(bn_invariances.right(f, x), True)


@bn_invariances.mistake(
    "The answers are right, but the caller's x was written into: copy it first."
)
def mates_overwritten(f, x):
    answers = bn_invariances.right(f, x)
    x[1:] += 1
    return answers


# --- undo_normalization -------------------------------------------------------------------------


def measured(rng):
    """Batches whose eps matters; one feature never changes."""
    x, _, _ = features(rng, 5, 4)
    yield "5 samples × 4 features, eps = 0.3", (x, 0.3)
    yield "eps = 1e-5", (features(rng, 4, 3)[0], 1e-5)
    constant = x[:3].copy()
    constant[:, 2] = 7
    yield "a feature that is 7 in every sample, eps = 0.1", (constant, 0.1)
    yield "2 samples, eps = 0.1", (x[:2], 0.1)


@exercise(
    cases=measured,
    hints=(
        "Write down y = gamma · (x − mean) / √(var + eps) + beta, and ask which gamma and beta "
        "make y equal to x.",
        "Feed your gamma and beta to batch_norm on x. Is the output off by a factor in each column "
        "(gamma), or by a constant (beta)?",
        "gamma = np.sqrt(x.___(axis=0) + ___)\nbeta = x.___(axis=0)\nreturn gamma, beta",
    ),
    minutes=4,
    difficulty=2,
    ask="These values undo this batch. Would they undo the next one?",
)
def undo_normalization(x, eps):
    """The gamma and beta with which batch_norm(x, gamma, beta, eps) is x. (N, D) -> (D,), (D,)"""
    gamma = np.sqrt(x.var(axis=0) + eps)
    beta = x.mean(axis=0)
    return gamma, beta


@undo_normalization.alternative
def from_column_sums(x, eps):
    N = len(x)
    beta = sum(x) / N
    return (sum((x - beta) ** 2) / N + eps) ** 0.5, beta


@undo_normalization.alternative
def undo_by_einsum(x, eps):
    beta = np.full(len(x), 1 / len(x)) @ x
    return np.sqrt(np.einsum("nd,nd->d", x - beta, x - beta) / len(x) + eps), beta


@undo_normalization.alternative
def undo_in_torch(x, eps):
    import torch

    var, mean = torch.var_mean(torch.from_numpy(x), dim=0, correction=0)
    return (var + eps).sqrt(), mean


@undo_normalization.alternative
def undo_on_plain_numbers(x, eps):
    gamma, beta = [], []
    for column in x.T.tolist():
        beta.append(sum(column) / len(column))
        gamma.append((sum((v - beta[-1]) ** 2 for v in column) / len(column) + eps) ** 0.5)
    return gamma, beta


@undo_normalization.mistake(
    "gamma is the standard deviation without eps, but x was divided by √(var + eps): undo that."
)
def eps_not_undone(x, eps):
    return x.std(0), x.mean(0)


@undo_normalization.mistake("eps stands outside the root in your gamma; batch norm has it inside.")
def eps_undone_outside(x, eps):
    return x.std(0) + eps, x.mean(0)


@undo_normalization.mistake("gamma is the variance; x was divided by its square root.")
def variance_as_gamma(x, eps):
    return x.var(0) + eps, x.mean(0)


@undo_normalization.mistake("Your variance divides by N − 1; batch norm's divides by N.")
def unbiased_gamma(x, eps):
    return np.sqrt(x.var(0, ddof=1) + eps), x.mean(0)


@undo_normalization.mistake(
    "gamma is upside down: it must multiply by what x was divided by, √(var + eps)."
)
def inverse_gamma(x, eps):
    return 1 / np.sqrt(x.var(0) + eps), x.mean(0)


@undo_normalization.mistake("beta has the wrong sign: the mean was subtracted, so add it.")
def negative_beta(x, eps):
    return np.sqrt(x.var(0) + eps), -x.mean(0)


@undo_normalization.mistake(
    "beta is added last, after gamma, so it is in the unit of x: the mean itself, undivided."
)
def beta_divided(x, eps):
    gamma = np.sqrt(x.var(0) + eps)
    return gamma, x.mean(0) / gamma


@undo_normalization.mistake("gamma and beta are exchanged: return gamma first.")
def exchanged(x, eps):
    return x.mean(0), np.sqrt(x.var(0) + eps)


@undo_normalization.mistake("You averaged over axis 1; batch norm's statistics run over the batch.")
def undone_per_sample(x, eps):
    return np.sqrt(x.var(1) + eps), x.mean(1)


@undo_normalization.mistake("You return gamma = 1 and beta = 0, which leave x_hat as it is.")
def neutral(x, eps):
    return np.ones(x.shape[1]), np.zeros(x.shape[1])


# --- predictions --------------------------------------------------------------------------------


def _larger_of(a, b, eps=1e-5):
    return plain_batch_norm(np.array([[a], [b]]))[1, 0]


predict(
    "predict_n2",
    "Batch norm (γ = 1, β = 0) sees a batch of two numbers, 3 and 5, and returns −1 and 1. "
    "What does it return for the second number if the batch is 3 and 5,000,000?",
    truth=lambda: _larger_of(3.0, 5e6),
    because="The mean lies halfway between two numbers, and the standard deviation is half their "
    "distance. Whatever the distance is, it cancels.",
)
predict(
    "predict_n1",
    "A batch of one sample with one feature, x = 7. γ = 3, β = 0.5. What does batch norm return?",
    truth=lambda: batch_norm.right(np.array([[7.0]]), np.array([3.0]), np.array([0.5]))[0, 0],
    because="A single value is its own mean: 7 − 7 = 0, the variance is 0, and x̂ = 0 / √eps = 0. "
    "What is left is β; x is gone.",
    scale=3,
)
predict(
    "predict_moved",
    "A batch of 6 samples with 4 features. You change one sample, in all its 4 features. How many "
    "of batch norm's 24 outputs change?",
    truth=24,
    because="Each feature's mean and variance hold a share of every sample, and each output is "
    "computed with them.",
    scale=24,
)
predict(
    "predict_small",
    "A feature has standard deviation 0.001. eps = 1e-5, γ = 1. What is its standard deviation "
    "after batch norm?",
    truth=lambda: 1e-3 / np.sqrt(1e-6 + 1e-5),
    because="Its variance, 1e-6, is ten times smaller than eps: √(1e-6 / (1e-6 + 1e-5)). eps is "
    "not negligible just because it is small.",
)
predict(
    "predict_noise",
    "You use batches of 64 instead of 4, 16 times as many samples. By which factor does the noise "
    "in the normalized values shrink?",
    truth=4.0,
    because="Means and standard deviations of B samples miss the true ones by an amount that "
    "falls like 1/√B, and √16 = 4. The experiment will come close to it, not hit it.",
    scale=8,
)


# --- quiz ---------------------------------------------------------------------------------------

quiz(
    "quiz_statistics",
    "x has shape (32, 10). How many means does batch norm compute?",
    {
        "a": ("32", "That is one for each sample: layer norm."),
        "b": ("10", "One for each feature, each over the 32 samples."),
        "c": ("1", "One for everything would mix features that have nothing in common."),
        "d": ("320", "A mean for each entry would be the entry itself, and x̂ would be 0."),
    },
    answer="b",
)
quiz(
    "quiz_constant",
    "In this batch one feature is 7 in every sample. γ = 2, β = −1, eps = 1e-5. "
    "What comes out for that feature?",
    {
        "a": ("NaN", "0 / √0 would be; eps keeps the root away from 0."),
        "b": ("7", "The mean, 7, is subtracted; nothing puts it back."),
        "c": ("−1", "x − mean is 0, so x̂ is 0, and γ · 0 + β is β."),
        "d": ("about 632", "That is γ / √eps, the largest gain. It multiplies x − mean, here 0."),
    },
    answer="c",
)
quiz(
    "quiz_bias",
    "A linear layer with a bias stands right before batch norm. You remove the bias. What changes?",
    {
        "a": ("Nothing", "The bias shifts a feature in all samples alike; the mean takes it off."),
        "b": ("The mean of the output", "The output's mean is β, with or without the bias."),
        "c": ("The spread of the output", "A shift never changes a spread, normalized or not."),
        "d": (
            "The network can no longer shift its features",
            "It can: β shifts them after the division, where a shift survives.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_correlation",
    "Two features have correlation 0.9 in the batch. What is it after batch norm (γ > 0)?",
    {
        "a": ("0", "That would be whitening. Batch norm treats each feature by itself."),
        "b": ("1", "Variances become 1 (for a small eps), correlations do not."),
        "c": ("0.9", "Shifting and stretching a feature leaves its correlations as they are."),
        "d": ("It depends on γ", "A positive factor cancels in a correlation."),
    },
    answer="c",
)
quiz(
    "quiz_undo",
    "γ and β are set to the population's √(var + eps) and mean. Training continues with batches "
    "of 32. What does the layer compute?",
    {
        "a": ("The identity", "Only for a batch whose statistics equal the population's."),
        "b": (
            "The identity plus noise from the batch mates",
            "Each batch has its own mean and variance; γ and β cannot follow them.",
        ),
        "c": ("x̂", "That needs γ = 1 and β = 0."),
        "d": (
            "The identity, if γ and β are trained a little more",
            "No fixed γ and β fit all batches, because the statistics differ from batch to batch.",
        ),
    },
    answer="b",
)
