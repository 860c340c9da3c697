"""The exercise zca_whiten of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.scaling_inputs.inputs import features


def tables(rng):
    """A square table first: there, the covariance of the wrong axis fits."""
    yield "4 samples, 4 features, eps = 0.1", (features(rng, 4, 4, 0.5, 5), 0.1)
    yield "7 samples, 3 features, eps = 0.1", (features(rng, 7, 3, 0.5, 5), 0.1)
    yield "8 samples, 4 features, eps = 1e-3", (features(rng, 8, 4, 0.2, 5), 1e-3)
    x = features(rng, 6, 3, 0.5, 5)
    x[:, 2] = 2 * x[:, 0]
    yield "a column that is twice another, eps = 0.01", (x, 0.01)
    round_cloud = rng.uniform(2, 4) * np.eye(5)  # no direction of its plane is an axis of it
    yield "5 samples, each with a feature of its own, eps = 0.1", (round_cloud, 0.1)


def any_table(rng):
    """Columns of comparable size, among them one that is twice another."""
    N, D = draws.sizes(rng, 2, low=2)
    x = draws.size(rng, 0.1, 10) * features(rng, N, D, 0.5, 5)
    if rng.random() < 0.2:
        x[:, -1] = 2 * x[:, 0]
    return draws.laid(rng, x), float(rng.choice([1e-3, 0.1, 0.3, 1.0]))


@exercise(
    cases=tables,
    domain=any_table,
    rtol=1e-8,  # an inverse root of variances whose sizes differ by up to 1e5
    hints=(
        "Four steps: centre, covariance, its eigenvectors, and a matrix that rotates to them, "
        "divides each by its spread, and rotates back.",
        "With eps = 0, what is the covariance of your output? If it is the identity and the values "
        "are still wrong, you have whitened and not turned back.",
        "centred = X - X.mean(axis=___)\ncov = centred.T @ centred / ___\n"
        "curvatures, U = np.linalg.eigh(cov)\n"
        "W = U @ np.diag(1 / np.sqrt(curvatures + ___)) @ ___\nreturn centred @ W",
    ),
    points=3,
    minutes=10,
    difficulty=3,
    ask="What would you keep to whiten a test set with the same transformation?",
)
def zca_whiten(X, eps):
    """Remove means and correlations, and turn back to the features' axes. (N, D) -> (N, D)"""
    centred = X - X.mean(axis=0)
    cov = centred.T @ centred / len(X)  # (D, D)
    spread, U = np.linalg.eigh(cov)  # variances (D,), and their directions as columns
    W = U @ np.diag(1 / np.sqrt(spread + eps)) @ U.T
    return centred @ W


@zca_whiten.alternative
def by_svd_of_the_data(X, eps):
    c = X - X.mean(0)
    _, s, Vt = np.linalg.svd(c, full_matrices=False)
    return (c @ Vt.T) / np.sqrt(s**2 / len(c) + eps) @ Vt


@zca_whiten.alternative
def by_numpy_cov(X, eps):
    spread, U = np.linalg.eigh(np.cov(X, rowvar=False, bias=True) + eps * np.eye(X.shape[1]))
    return np.einsum("nd,dk,k,ek->ne", X - X.mean(0), U, spread**-0.5, U)


@zca_whiten.alternative
def by_newton_s_root(X, eps):
    # Denman and Beavers: Y goes to the root, Z to its inverse.
    c = X - X.mean(axis=0, keepdims=True)
    Y, Z = c.T @ c / len(c) + eps * np.eye(c.shape[1]), np.eye(c.shape[1])
    for _ in range(50):
        Y, Z = (Y + np.linalg.inv(Z)) / 2, (Z + np.linalg.inv(Y)) / 2
    return c @ Z


@zca_whiten.alternative
def direction_by_direction(X, eps):
    c = X - sum(X) / len(X)
    out = 0 * c
    variances, directions = np.linalg.eigh(c.T.dot(c) / len(c))
    for variance, u in zip(variances, directions.T, strict=True):
        out = out + np.outer(c @ u, u) / (variance + eps) ** 0.5
    return out


@zca_whiten.mistake(
    "White, but turned: U of the SVD holds PCA-whitened coordinates. ZCA turns back: multiply "
    "by Vᵀ."
)
def pca_by_svd(X, eps):
    c = X - X.mean(0)
    _, s, Vt = np.linalg.svd(c, full_matrices=False)
    return c @ Vt.T / np.sqrt(s**2 / len(c) + eps)


@zca_whiten.mistake(
    "White, but another rotation: a Cholesky factor removes the correlations one feature after the "
    "other. ZCA is the symmetric one, U @ scale @ U.T."
)
def cholesky_for_zca(X, eps):
    c = X - X.mean(0)
    L = np.linalg.cholesky(c.T @ c / len(c) + eps * np.eye(c.shape[1]))
    return np.linalg.solve(L, c.T).T
