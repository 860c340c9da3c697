"""The exercise noisy_batch_norm of the lesson why_it_works."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.why_it_works.inputs import units


def shaken(rng):
    """Each unit with noise of its own; once there are as many samples as units."""
    for (N, D), eps in (((5, 3), 0.1), ((4, 4), 0.3), ((3, 6), 0.1), ((1, 2), 0.2)):
        gamma, beta = rng.uniform(0.5, 2, D), rng.uniform(1, 3, D) * rng.choice([-1.0, 1.0], D)
        scale, shift = rng.uniform(0.4, 1.5, D), rng.uniform(1, 4, D) * rng.choice([-1.0, 1.0], D)
        label = f"{N} samples of {D} units, eps = {eps:g}"
        yield label, (units(rng, N, D), gamma, beta, scale, shift, eps)
    yield "eps left out", (units(rng, 6, 2), *rng.uniform(0.5, 2, (4, 2)))


def any_noise(rng):
    N, D = draws.sizes(rng, 2)
    x = draws.columns(rng, N, D, 1e-6, 1e6)
    scale, shift = rng.uniform(-0.9, 2, D), 3 * rng.standard_normal(D)
    return draws.laid(rng, x), *draws.affine(rng, D), scale, shift, draws.eps(rng)


@exercise(
    cases=shaken,
    domain=any_noise,
    hints=(
        "First write batch norm, γ and β included. What the noise has to reach is what the next "
        "layer is handed.",
        "With γ = 1 and β = 0 the output's mean is `shift` and its deviation 1 + `scale`, nearly. "
        "With β = 5, is the mean 5 (1 + `scale`) + `shift`? If noise has no effect at all, where "
        "was it added?",
        "x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)\n"
        "y = ___  # what batch norm puts out\nreturn ___ * (1 + scale) + ___",
    ),
    minutes=6,
    difficulty=2,
    ask="Could the next layer's weights undo this noise, if it were the same at every step?",
)
def noisy_batch_norm(x, gamma, beta, scale, shift, eps=1e-5):
    """Batch norm, its output stretched by 1 + scale, then shifted. (N, D), 4 × (D,) -> (N, D)"""
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    y = gamma * x_hat + beta
    return (1 + scale) * y + shift


@noisy_batch_norm.alternative
def one_affine_map(x, gamma, beta, scale, shift, eps=1e-5):
    slope = gamma * (1 + scale) / np.sqrt(x.var(0) + eps)
    return slope * (x - x.mean(0)) + (beta + beta * scale + shift)


@noisy_batch_norm.alternative
def column_by_column(x, gamma, beta, scale, shift, eps=1e-5):
    out = np.empty(x.shape)
    for j, column in enumerate(x.T):
        z = (column - column.mean()) / (column.var() + eps) ** 0.5
        out[:, j] = (gamma[j] * z + beta[j]) * (1 + scale[j]) + shift[j]
    return out


@noisy_batch_norm.alternative
def on_plain_numbers(x, gamma, beta, scale, shift, eps=1e-5):
    columns = []
    for col, g, b, a, c in zip(x.T.tolist(), gamma, beta, scale, shift, strict=True):
        mean = sum(col) / len(col)
        var = sum((v - mean) ** 2 for v in col) / len(col)
        clean = [g * (v - mean) / (var + eps) ** 0.5 + b for v in col]
        columns.append([v + a * v + c for v in clean])
    return np.array(columns).T
