"""The exercise max_stable_lr of the lesson scaling_inputs."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.scaling_inputs.inputs import bowl, features


def hessians(rng):
    yield "curvatures 2, 8, 0.5 and 3 along the axes", (np.diag([2.0, 8.0, 0.5, 3.0]),)
    yield "a full Hessian of 3 weights", (bowl(rng, 3)[0],)
    x = features(rng, 6, 4)
    yield "the Hessian of 6 samples, 4 features of different scale", (x.T @ x / 6,)
    yield "one weight, curvature 5", (np.array([[5.0]]),)


@exercise(
    cases=hessians,
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


@max_stable_lr.variant
def _(H, *, curvature="largest", numerator=2, power=-1, root=False):
    values = np.linalg.eigvalsh(H)
    largest = {
        "largest": values[-1],
        "smallest": values[0],
        "mean": values.mean(),
        "sum": values.sum(),
        "both ends": values[0] + values[-1],
        "diagonal": np.diag(H).max(),
        "row sum": np.abs(H).sum(axis=1).max(),
        "frobenius": np.sqrt((H**2).sum()),
        "condition": values[-1] / values[0],
    }[curvature]
    largest = np.sqrt(largest) if root else largest
    return numerator * largest**power


max_stable_lr.switch(
    "one_over_lambda",
    "1 / λmax is a good choice, and half the limit: up to 2 / λmax the error only changes sign "
    "while it shrinks.",
    numerator=1,
)
max_stable_lr.switch(
    "flattest_direction",
    "You took the smallest curvature. The steepest direction is the first to diverge: divide by "
    "the largest.",
    curvature="smallest",
)
max_stable_lr.switch(
    "mean_curvature",
    "The mean curvature is exceeded in some direction, and there it diverges. Take the largest.",
    curvature="mean",
)
max_stable_lr.switch(
    "sum_of_curvatures",
    "2 / trace is safe, and smaller than needed: the sum of all curvatures is more than the "
    "largest one.",
    curvature="sum",
)
max_stable_lr.switch(
    "fastest_for_limit",
    "2 / (λmin + λmax) is the rate with the best worst case; the limit of stability is larger, "
    "2 / λmax.",
    curvature="both ends",
)
max_stable_lr.switch(
    "diagonal_for_eigenvalue",
    "You took the largest diagonal entry. Where features are correlated the bowl is steeper along "
    "some slanted direction: take the largest eigenvalue.",
    curvature="diagonal",
)
max_stable_lr.switch(
    "row_sum_for_eigenvalue",
    "The largest row sum bounds the largest eigenvalue from above, so your rate is safe but not "
    "the limit. Take the eigenvalue itself.",
    curvature="row sum",
)
max_stable_lr.switch(
    "frobenius_for_spectral",
    "np.linalg.norm(H) is the Frobenius norm, the root of the sum of all squared curvatures. The "
    "largest one alone is np.linalg.norm(H, 2).",
    curvature="frobenius",
)
max_stable_lr.switch(
    "condition_for_curvature",
    "You divided by the condition number. It compares the curvatures with each other; the limit "
    "depends on the largest alone.",
    curvature="condition",
)
max_stable_lr.switch(
    "upside_down",
    "That is upside down: a steeper bowl needs smaller steps, so λmax belongs below the line.",
    numerator=0.5,
    power=1,
)
max_stable_lr.switch(
    "root_of_the_curvature",
    "You took a square root too many: H holds curvatures already, not singular values of the data.",
    root=True,
)


@max_stable_lr.mistake(
    "np.linalg.eig and eigvals do not sort. The first value they give is not always the largest: "
    "take max(), or use eigvalsh, which sorts upwards."
)
def first_of_unsorted(H):
    return 2 / np.linalg.eigvals(H)[0]


@max_stable_lr.mistake(
    "np.linalg.eig and eigvals do not sort. The last value they give is not always the largest: "
    "take max(), or use eigvalsh, which sorts upwards."
)
def last_of_unsorted(H):
    return 2 / np.linalg.eigvals(H)[-1]
