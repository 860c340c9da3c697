"""The exercise bn_invariances of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_forward.influence_of_sample import layer_norm, plain_batch_norm


def late_mean(x):
    weights = np.arange(1.0, len(x) + 1)
    return x - weights @ x / weights.sum()


def spread_out(rng, N, D):
    """(N, D) between 1 and 2, so far apart in each column that eps hardly shows beside it."""
    steps = rng.permuted(np.tile(np.linspace(1, 1.9, N)[:, None], (1, D)), axis=0)
    return steps + rng.uniform(0, 0.1, (N, D))


def suspects(rng):
    """Functions to probe; each answers the five questions in its own way."""
    x = spread_out(rng, 6, 4) * [1, -1, 2, 3]
    gamma, beta = rng.uniform(0.5, 2, (2, 4))
    mean, std = x.mean(0), x.std(0)
    yield "f is batch norm", (plain_batch_norm, x)
    yield "f is layer norm", (layer_norm, x)
    yield "f returns x", (lambda x: 1 * x, x)
    yield "f is batch norm with gamma and beta", (lambda x: gamma * plain_batch_norm(x) + beta, x)
    yield "f is layer norm with gamma and beta", (lambda x: gamma * layer_norm(x) + beta, x)
    yield "f is the absolute value of batch norm", (lambda x: abs(plain_batch_norm(x)), x)
    yield "f subtracts each feature's mean", (lambda x: x - x.mean(0), x)
    yield "f uses stored statistics", (lambda x: (x - mean) / std, x)
    yield "f uses one mean and one std for all", (lambda x: (x - x.mean()) / x.std(), x)
    yield "f subtracts each sample's mean", (lambda x: x - x.mean(1, keepdims=True), x)
    yield "f subtracts a mean in which late samples weigh more", (late_mean, x)
    two = 2 + 0.3 * rng.permuted(np.tile([[1], [-1]], (3, 4)), axis=0)  # x_hat is 1 or -1
    for size in 3e-4, 4e-3:  # of what a large factor changes; a fraction changes it the more
        eps = 2 * 0.3**2 * size
        label = f"f is batch norm, scaling x changes its output by up to {size}"
        yield label, (lambda x, eps=eps: (x - x.mean(0)) / np.sqrt(x.var(0) + eps), two)


def any_suspect(rng):
    """Layers that answer the five questions each in its own way, on six samples or so."""
    N, D = draws.sizes(rng, 2, low=4, high=9)
    x = spread_out(rng, N, D) * draws.sign(rng, D) * rng.uniform(1, 3, D)
    gamma, mean, std = rng.uniform(0.5, 2, D), x.mean(0), x.std(0)
    known = [
        plain_batch_norm, layer_norm, late_mean, lambda x: 1 * x, np.tanh,
        lambda x: gamma * plain_batch_norm(x) + mean, lambda x: (x - mean) / std,
        lambda x: gamma * layer_norm(x) + mean,
        lambda x: x - x.mean(0), lambda x: x / x.std(0), lambda x: x - x.mean(1, keepdims=True),
        lambda x: (x - x.mean()) / x.std(),
    ]  # fmt: skip
    return known[rng.integers(len(known))], x


@exercise(
    cases=suspects,
    domain=any_suspect,
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
    minutes=9,
    difficulty=3,
    ask="Layer norm differs from 'return x' in one answer only. Which sixth question would you ask "
    "before you call f layer norm?",
)
def bn_invariances(f, x):
    """Which of five changes of x (N, D) leave f's output as it was, within 1e-3? -> dict"""
    y = f(x)

    def same(a, b):
        return bool(np.allclose(a, b, atol=1e-3))

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
    (N, D), y = x.shape, f(x)
    order = [*1 + rng.permutation(N - 1), 0]  # never as it was
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
