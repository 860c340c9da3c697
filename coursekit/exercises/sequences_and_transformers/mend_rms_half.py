"""The exercise mend_rms_half of the lesson sequences_and_transformers."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.sequences_and_transformers.inputs import scale, tokens

HALF = np.float16


def halves(rng, size, *shape):
    """(..., D) in half precision, of about this size, and gamma (D,) in float32."""
    return (size * tokens(rng, *shape)).astype(HALF), scale(rng, shape[-1]).astype(np.float32)


def small_and_large(rng):
    yield "3 tokens × 5 features of size 1, eps = 0.1", (*halves(rng, 1.0, 3, 5), 0.1)
    yield "3 tokens × 4 features of size 1000, eps = 0.1", (*halves(rng, 1000.0, 3, 4), 0.1)
    yield "2 × 3 × 5, of size 300, eps left out", halves(rng, 300.0, 2, 3, 5)
    yield "3 tokens × 6 features of size 1e-4, eps = 1e-9", (*halves(rng, 1e-4, 3, 6), 1e-9)
    yield "3 tokens × 4 features of size 1e-3, eps left out", halves(rng, 1e-3, 3, 4)
    x, gamma = halves(rng, 1.0, 4, 3)
    x[1, 2] = 2000
    yield "4 tokens × 3 features, one of them 2000, eps = 0.1", (x, gamma, 0.1)


def any_size(rng):
    *others, D = draws.sizes(rng, int(rng.integers(1, 4)), high=6)
    x, _ = halves(rng, draws.size(rng, 1e-3, 1000), *others, D)
    return draws.laid(rng, x), draws.affine(rng, D)[0].astype(np.float32), 0.1


@exercise(
    cases=small_and_large,
    domain=any_size,
    hints=(
        "Half precision ends at 65504. Which number in the function is the largest, and how large "
        "may x be so that it still fits?",
        "Call it with a token of four times 300. Each of the four should become gamma. What comes "
        "out, and what is the mean square?",
        "wide = x.astype(___)\nmean_square = (___**2).mean(-1, keepdims=True)",
    ),
    minutes=5,
    difficulty=2,
    planted="squared_in_half",
    mend=True,
    ask="bfloat16 reaches as far as float32. Would you still compute the mean square in float32?",
)
def mend_rms_half(x, gamma, eps=1e-6):
    """RMS norm of x (..., D) in float16, with gamma (D,) in float32. -> (..., D) in float16"""
    wide = x.astype(np.float32)
    mean_square = (wide**2).mean(-1, keepdims=True)
    x_hat = wide / np.sqrt(mean_square + eps)
    return (gamma * x_hat).astype(np.float16)


@mend_rms_half.alternative
def in_double(x, gamma, eps=1e-6):
    x = np.asarray(x, dtype=np.float64)
    inv = 1 / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)
    return np.float16(x * inv * gamma)


@mend_rms_half.alternative
def largest_taken_out_first(x, gamma, eps=1e-6):
    """Divide by the largest feature, so that no square is above 1."""
    size = np.maximum(np.abs(x).max(-1, keepdims=True), np.float16(6e-8)).astype(np.float32)
    small = x / size
    root = np.sqrt(np.square(small).mean(-1, keepdims=True) + eps / size**2)
    return (small / root * gamma).astype(np.float16)


@mend_rms_half.alternative
def cast_before_gamma(x, gamma, eps=1e-6):
    """The other dialect: x_hat is rounded to half, and the product again."""
    wide = x.astype("float32")
    x_hat = (wide / np.sqrt((wide * wide).mean(-1)[..., None] + eps)).astype(x.dtype)
    return (x_hat * gamma).astype(x.dtype)


@mend_rms_half.alternative
def half_in_torch(x, gamma, eps=1e-6):
    import torch

    x, gamma = torch.from_numpy(np.ascontiguousarray(x)), torch.from_numpy(gamma)
    wide = x.float()
    return (gamma * wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)).half()
