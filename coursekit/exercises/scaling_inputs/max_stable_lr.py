"""The exercise max_stable_lr of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.scaling_inputs.inputs import bowl, features


def hessians(rng):
    yield "curvatures 2, 8, 0.5 and 3 along the axes", (np.diag([2.0, 8.0, 0.5, 3.0]),)
    yield "a full Hessian of 3 weights", (bowl(rng, 3)[0],)
    x = features(rng, 6, 4)
    yield "the Hessian of 6 samples, 4 features of different scale", (x.T @ x / 6,)
    yield "one weight, curvature 5", (np.array([[5.0]]),)


def any_hessian(rng):
    """A bowl whose steepest direction is steeper than all others by a half."""
    D = int(rng.integers(1, 6))
    U = np.linalg.qr(rng.standard_normal((D, D)))[0]
    curvatures = np.array([1.0, *rng.uniform(0.01, 0.66, D - 1)])
    return (draws.size(rng, 1e-6, 1e6) * (U * curvatures) @ U.T,)


@exercise(
    cases=hessians,
    domain=any_hessian,
    hints=(
        "Along an eigenvector with curvature λ the error is multiplied by 1 − lr · λ in every "
        "step. For which lr is that between −1 and 1? Which λ is the first to complain?",
        "For curvatures 2, 8, 0.5 and 3 the answer is 0.25. What is yours?",
        "curvatures = np.linalg.eigvalsh(H)\nreturn ___ / curvatures.___()",
    ),
    points=1,
    minutes=4,
    difficulty=2,
    ask="With this learning rate exactly, what does the error along the steepest direction do?",
)
def max_stable_lr(H):
    """The learning rate above which gradient descent on ½ wᵀHw − bᵀw diverges. (D, D) -> number"""
    curvatures = np.linalg.eigvalsh(H)
    return 2 / curvatures.max()


@max_stable_lr.alternative
def by_spectral_norm(H):
    return 2 / np.linalg.norm(H, 2)


@max_stable_lr.alternative
def by_singular_values(H):
    return 2 / np.linalg.svd(H, compute_uv=False)[0]


@max_stable_lr.alternative
def by_power_iteration(H):
    v = np.ones(len(H)) + np.arange(len(H)) / 10
    for _ in range(2000):
        v = H @ v
        v = v / np.linalg.norm(v)
    return 2 / (v @ H @ v)


@max_stable_lr.alternative
def by_general_eigenvalues(H):
    return 2 / max(float(value.real) for value in np.linalg.eigvals(H))
