"""The exercise zca_whiten of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.scaling_inputs.inputs import features


def tables(rng):
    """A square table first: there, the covariance of the wrong axis fits."""
    yield "4 samples, 4 features, eps = 0.1", (features(rng, 4, 4, 0.5, 5), 0.1)
    yield "7 samples, 3 features, eps = 0.1", (features(rng, 7, 3, 0.5, 5), 0.1)
    yield "8 samples, 4 features, eps = 1e-3", (features(rng, 8, 4, 0.2, 5), 1e-3)
    x = features(rng, 6, 3, 0.5, 5)
    x[:, 2] = 2 * x[:, 0]
    yield "a column that is twice another, eps = 0.01", (x, 0.01)


@exercise(
    cases=tables,
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


ROOT = {
    "inside": lambda v, eps: (v + eps) ** -0.5,
    "outside": lambda v, eps: 1 / (np.sqrt(np.maximum(v, 0)) + eps),
    "always 1e-5": lambda v, eps: (v + 1e-5) ** -0.5,
    "squared": lambda v, eps: (v + eps**2) ** -0.5,
    "no root": lambda v, eps: 1 / (v + eps),
    "upside down": lambda v, eps: (v + eps) ** 0.5,
    "none": lambda v, eps: np.ones_like(v),
}


@zca_whiten.variant
def _(X, eps, *, root="inside", ddof=0, turn="there and back", of="centred", out="centred"):
    c = X - X.mean(0)
    source = c if of == "centred" else X
    v, U = np.linalg.eigh(source.T @ source / (len(X) - ddof))
    scale = np.diag(ROOT[root](v, eps))
    W = {
        "there and back": U @ scale @ U.T,
        "there": U @ scale,
        "back": scale @ U.T,
        "rows": U.T @ scale @ U,
    }[turn]
    return (c if out == "centred" else X) @ W


zca_whiten.switch(
    "pca_for_zca",
    "White, but turned: these are the coordinates along the principal directions (PCA whitening). "
    "ZCA turns back to the features' own axes: multiply by U.T at the end.",
    turn="there",
)
zca_whiten.switch(
    "rotation_back_only",
    "You turned back without having turned there: multiply by U first, U @ scale @ U.T.",
    turn="back",
)
zca_whiten.switch(
    "rows_for_eigenvectors",
    "eigh returns the directions as columns of U; you used its rows. Write U @ scale @ U.T.",
    turn="rows",
)
zca_whiten.switch(
    "eps_outside",
    "eps stands outside the root; it is added to the variances, √(variance + eps).",
    root="outside",
)
zca_whiten.switch(
    "eps_ignored",
    "You always add 1e-5, whatever the argument eps says.",
    root="always 1e-5",
)
zca_whiten.switch(
    "eps_squared",
    "You added eps² to the variances. eps already is a variance: add it as it is.",
    root="squared",
)
zca_whiten.switch(
    "root_forgotten",
    "You divided by the variances; divide by their roots, the standard deviations.",
    root="no root",
)
zca_whiten.switch(
    "coloured",
    "You multiplied by the standard deviations, which makes the correlations stronger; divide.",
    root="upside down",
)
zca_whiten.switch(
    "only_centred",
    "U @ U.T is the identity: you turned there and back and rescaled nothing in between.",
    root="none",
)
zca_whiten.switch(
    "unbiased_covariance",
    "Your covariance divides by N − 1 (np.cov does so unless bias=True); divide by N.",
    ddof=1,
)
zca_whiten.switch(
    "covariance_not_centred",
    "Your covariance is of X with its means still in. Centre first.",
    of="X",
)
zca_whiten.switch(
    "output_not_centred",
    "You applied the matrix to X; apply it to the centred data.",
    out="X",
)


@zca_whiten.mistake(
    "Your covariance is (N, N), of the samples: it is transposed. One row for each feature: "
    "centred.T @ centred."
)
def covariance_transposed(X, eps):
    c = X - X.mean(0)
    v, U = np.linalg.eigh(c @ c.T / len(X))
    return c @ (U @ np.diag((v + eps) ** -0.5) @ U.T)


@zca_whiten.mistake(
    "np.cov takes rows for features: yours is the covariance of the samples, (N, N). Pass "
    "rowvar=False, and bias=True to divide by N."
)
def cov_of_rows(X, eps):
    v, U = np.linalg.eigh(np.cov(X))
    return (X - X.mean(0)) @ (U @ np.diag((v + eps) ** -0.5) @ U.T)


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


@zca_whiten.mistake(
    "That standardizes each feature by itself; the correlations are still there. Rotate to the "
    "directions without correlation before you divide."
)
def only_standardized(X, eps):
    return (X - X.mean(0)) / np.sqrt(X.var(0) + eps)


@zca_whiten.mistake("The values are right, but X was centred in place; the caller still needs it.")
def table_overwritten(X, eps):
    white = zca_whiten.right(X, eps)
    X -= X.mean(0)
    return white
