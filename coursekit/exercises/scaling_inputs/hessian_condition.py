"""The exercise hessian_condition of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.scaling_inputs.inputs import features

ROUNDING = 1e12  # a condition number beyond this is made of rounding errors


def known(rng, n, d, **options):
    """features whose κ is below 1e6: beyond, right answers agree to fewer than 9 digits."""
    x = features(rng, n, d, **options)
    return x if np.linalg.cond(x) < 1000 else known(rng, n, d, **options)


def designs(answer, rng):
    twins = rng.standard_normal((8, 1)) + 0.15 * rng.standard_normal((8, 2))
    warm = np.column_stack([np.ones(9), 20 + 5 * rng.standard_normal(9)])
    for label, x in [
        ("6 samples, 3 features of very different scale", known(rng, 6, 3)),
        ("8 samples, 2 features that say almost the same", twins),
        ("a column of ones and 9 temperatures near 20", warm),
        ("4 samples, 4 features", known(rng, 4, 4, low=1)),
    ]:
        answer.doing = label
        yield label, beyond_rounding(answer(x))


def beyond_rounding(value):
    """A number that is mostly rounding error, of either sign, as the infinity it stands for."""
    number = isinstance(value, int | float | np.number)
    return np.inf if number and abs(value) > ROUNDING else value


def any_design(rng):
    """Enough samples, and no feature a mixture of the others, of scales up to 1e3 apart."""
    D = int(rng.integers(1, 5))
    x = rng.standard_normal((D + int(rng.integers(6)), D)) + rng.uniform(-2, 2, D)
    scale = draws.size(rng, 1e-6, 1e6)
    return (draws.laid(rng, scale * np.array([draws.size(rng, 0.1, 10) for _ in range(D)]) * x),)


@exercise(
    script=designs,
    domain=any_design,
    rtol=1e-8,  # the smallest curvature is known to 1e-16 of the largest, which is κ times as large
    hints=(
        "Three steps: the Hessian of ½ · mean((X w − y)²), its eigenvalues, their ratio.",
        "Your H should be (D, D), one row for each feature. Is your answer below 1, or the square "
        "root of what was expected?",
        "H = X.T @ X / ___\ncurvatures = np.linalg.eigvalsh(___)\n"
        "return curvatures.max() / curvatures.___()",
    ),
    points=2,
    minutes=5,
    difficulty=2,
    ask="Two columns of X are equal. What is the condition number then, and which direction in "
    "weight space is flat?",
)
def hessian_condition(X):
    """Condition number of the Hessian of ½ · mean((Xw − y)²). (N, D) -> number

    X has no more features than samples, and none is a mixture of the others: no curvature is 0.
    """
    H = X.T @ X / len(X)
    curvatures = np.linalg.eigvalsh(H)
    return curvatures.max() / curvatures.min()


@hessian_condition.alternative
def by_singular_values(X):
    s = np.linalg.svd(X, compute_uv=False)
    return (s[0] / s[-1]) ** 2


@hessian_condition.alternative
def by_cond(X):
    return np.linalg.cond(np.einsum("ni,nj->ij", X, X))


@hessian_condition.alternative
def by_norms(X):
    H = sum(np.outer(row, row) for row in X)
    return np.linalg.norm(H, 2) * np.linalg.norm(np.linalg.inv(H), 2)


@hessian_condition.alternative
def by_general_eigenvalues(X):
    values = sorted(float(v.real) for v in np.linalg.eig(np.dot(X.T, X))[0])
    return values[-1] / values[0]


@hessian_condition.mistake(
    "X Xᵀ has one row for each sample; H has one for each feature. With more samples than features "
    "the other has curvatures that are 0. Turn it round: X.T @ X."
)
def samples_for_features(X):
    singular = len(X) > X.shape[1]  # in theory; in floating point, some huge number
    return np.inf if singular else hessian_condition.right(X)
