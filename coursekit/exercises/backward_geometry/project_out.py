"""The exercise project_out of the lesson backward_geometry."""

import numpy as np

from coursekit.checking import draws, exercise


def directions(rng):
    """Bases of growing nastiness; batch norm's own, {1, x_hat}, is the friendliest."""
    x = rng.uniform(1, 5, 6)
    x_hat = (x - x.mean()) / x.std()
    v = rng.uniform(1, 2, 6)
    yield "batch norm's basis: ones and x_hat", (v, np.stack([np.ones(6), x_hat]))
    yield "one unit vector", (v[:4], np.eye(4)[[2]])
    yield "one vector of length 10", (v[:3], np.array([[6.0, 0.0, 8.0]]))
    yield "ones and x, which are not orthogonal", (v, np.stack([np.ones(6), x]))
    yield "3 vectors of R⁵ at random", (v[:5], rng.standard_normal((3, 5)))
    yield "ones and 0: a constant feature's x_hat", (v[:4], np.stack([np.ones(4), np.zeros(4)]))
    yield "two vectors that are parallel", (v[:3], np.array([[1.0, 2.0, 2.0], [2.0, 4.0, 4.0]]))
    yield "a v that lies in the span", (2 + 3 * x, np.stack([np.ones(6), x]))
    row = rng.uniform(1, 2, 6)
    nearly = np.stack([row, row / 3, 7 * row, 0.1 * row, row / 11])
    yield "five rows that are parallel up to rounding", (v, nearly)


def any_basis(rng):
    """One row or more of any length, some of them mixtures of others up to rounding, or 0."""
    k, N = int(rng.integers(1, 5)), int(rng.integers(2, 8))
    basis = rng.standard_normal((k, N))
    if k > 1 and rng.random() < 0.5:
        basis[-1] = rng.choice([0.0, 1 / 3, 0.1, 7.0]) * basis[0]
    basis = basis[rng.permutation(k)] * np.array([[draws.size(rng, 0.1, 10)] for _ in range(k)])
    v = rng.standard_normal(N)
    inside = basis.sum(0) / max(1.0, np.abs(basis.sum(0)).max())
    return (inside if rng.random() < 0.1 else v), draws.laid(rng, basis)


@exercise(
    cases=directions,
    domain=any_basis,
    atol=1e-11,  # v is of size one to ten: what is left of one in the span is its rounding
    hints=(
        "For one direction b: how much of v lies along b, in units of b? For several, take care "
        "that removing one does not bring another back.",
        "Multiply your result with each row of the basis: all must be 0. Are they for ones and "
        "x_hat, and not for ones and x? Then the rows are not orthogonal to each other.",
        "weights, *_ = np.linalg.lstsq(basis.___, v)  # v ≈ weights @ basis\nreturn v - ___ @ ___",
    ),
    points=2,
    minutes=10,
    difficulty=3,
    ask="Batch norm's basis {1, x_hat} is orthogonal whatever x is. Which step made it so?",
)
def project_out(v, basis):
    """Remove from v what lies in the span of the rows of basis. (N,), (k, N) -> (N,)

    What is left is orthogonal to every row. There is one row or more. Some may be 0, or mixtures of
    others up to rounding: those add nothing to the span.
    """
    weights = np.linalg.lstsq(basis.T, v)[0]  # the closest point of the span, also of a flat one
    return v - weights @ basis


@project_out.alternative
def by_pseudo_inverse(v, basis):
    return v - np.linalg.pinv(basis) @ (basis @ v)


@project_out.alternative
def by_gram_schmidt(v, basis):
    axes: list[np.ndarray] = []
    left = v.astype(float)
    for b in basis:
        b = b.astype(float)
        length = np.linalg.norm(b)
        for _ in range(2):
            b = b - sum((b @ a * a for a in axes), np.zeros_like(b))
        if np.linalg.norm(b) > 1e-9 * length:
            axes.append(b / np.linalg.norm(b))
    for a in axes:
        left = left - left @ a * a
    return left


@project_out.alternative
def by_singular_vectors(v, basis):
    _, sizes, rows = np.linalg.svd(basis, full_matrices=False)
    axes = rows[sizes > 1e-10 * sizes.max()]
    return v - axes.T @ (axes @ v)


@project_out.alternative
def by_normal_equations(v, basis):
    lengths = np.linalg.norm(basis, axis=1, keepdims=True)
    basis = basis / np.where(lengths > 0, lengths, 1)
    gram = np.einsum("in,jn->ij", basis, basis)
    weights = np.linalg.pinv(gram, hermitian=True) @ np.einsum("in,n->i", basis, v)
    return v - np.einsum("i,in->n", weights, basis)


@project_out.mistake(
    "You removed v's part along each row separately. Where two rows are not orthogonal, what they "
    "share is removed twice."
)
def each_by_itself(v, basis):
    with np.errstate(all="ignore"):
        parts = [(v @ b) / (b @ b) * b if b @ b else 0 * b for b in basis]
    return v - sum(parts)


@project_out.mistake(
    "You removed the rows one after the other. If they are not orthogonal, removing the second "
    "brings some of the first back: make the rows orthogonal first (Gram-Schmidt), or solve for "
    "all weights at once."
)
def one_after_the_other(v, basis):
    for b in basis:
        v = v - (v @ b) / (b @ b) * b if b @ b else v
    return v


@project_out.mistake(
    "You removed the rows one after the other. That has two gaps. If rows are not orthogonal, "
    "removing the second brings some of the first back: make them orthogonal first (Gram-Schmidt), "
    "or solve for all weights at once. And a row of zeros gives 0 / 0: nothing lies along it, so "
    "skip it."
)
def divided_by_zero(v, basis):
    for b in basis:
        v = v - (v @ b) / (b @ b) * b
    return v


@project_out.mistake(
    "That is right for rows of length 1 only. The part along b is (v · b) / (b · b) · b."
)
def not_divided_by_length(v, basis):
    for b in basis:
        v = v - (v @ b) * b
    return v


@project_out.mistake(
    "You divided by the length of b once; it enters twice, since b itself has that length: "
    "(v · b) / (b · b) · b."
)
def divided_by_length_once(v, basis):
    for b in basis:
        v = v - (v @ b) / np.linalg.norm(b) * b if b @ b else v
    return v


@project_out.mistake(
    "np.linalg.qr of a matrix with dependent columns invents a direction of its own; your answer "
    "has lost it too. Leave out what has (nearly) no length, or use lstsq."
)
def qr_of_dependent_rows(v, basis):
    q, _ = np.linalg.qr(basis.T)
    return v - q @ (q.T @ v)
