"""The exercise conv_to_torch of the lesson full_layer."""

import numpy as np

from coursekit.checking import draws, exercise


def kernels(rng):
    for shape in (3, 3, 2, 4), (2, 3, 4, 5), (3, 3, 3, 3), (1, 5, 1, 2):
        yield f"a kernel of shape {shape}", (rng.standard_normal(shape).astype("float32"),)


def any_kernel(rng):
    return (draws.laid(rng, rng.standard_normal(draws.sizes(rng, 4)).astype("float32")),)


@exercise(
    cases=kernels,
    domain=any_kernel,
    hints=(
        "No number changes, only the order of the axes. Name them one by one, in both libraries.",
        "Which place has `out` in Keras's shape, and which in PyTorch's? And `height`?",
        "return kernel.transpose(___, ___, ___, ___)",
    ),
    points=1,
    minutes=4,
    difficulty=2,
    ask="For a 3 × 3 kernel from 16 to 16 channels, which wrong orders would raise an error?",
)
def conv_to_torch(kernel):
    """A Conv2D kernel for torch.nn.Conv2d. (height, width, in, out) -> (out, in, height, width)"""
    return kernel.transpose(3, 2, 0, 1)


@conv_to_torch.alternative
def by_letters(kernel):
    return np.einsum("hwio->oihw", kernel)


@conv_to_torch.alternative
def by_moving(kernel):
    return np.moveaxis(np.moveaxis(kernel, -1, 0), -1, 1)


@conv_to_torch.alternative
def as_a_tensor(kernel):
    import torch

    return torch.tensor(kernel).permute(3, 2, 0, 1)


@conv_to_torch.alternative
def by_exchanging(kernel):
    return kernel.swapaxes(0, 3).swapaxes(1, 2).swapaxes(2, 3)
