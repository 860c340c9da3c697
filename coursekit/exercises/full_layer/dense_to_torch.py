"""The exercise dense_to_torch of the lesson full_layer."""

import numpy as np

from coursekit.checking import draws, exercise


def kernels(rng):
    for shape, units in ((2, 2, 3), 4), ((2, 3, 4), 5), ((3, 1, 2), 6), ((1, 1, 5), 5):
        kernel = rng.standard_normal((int(np.prod(shape)), units)).astype("float32")
        yield f"feature maps {shape}, {units} units", (kernel, shape)


def any_kernel(rng):
    *shape, units = draws.sizes(rng, 4)
    kernel = rng.standard_normal((int(np.prod(shape)), units)).astype("float32")
    return draws.laid(rng, kernel), tuple(shape)


@exercise(
    cases=kernels,
    domain=any_kernel,
    hints=(
        "Keras has flattened (H, W, C): one pixel's channels stand side by side. PyTorch flattens "
        "(C, H, W): one channel's pixels do. The rows of the kernel must follow.",
        "Give the rows their three axes back. Which of the four axes goes where?",
        "H, W, C = shape\nblocks = kernel.reshape(H, W, C, ___)\n"
        "return blocks.transpose(___, ___, ___, ___).reshape(___, C * H * W)",
    ),
    points=2,
    minutes=6,
    difficulty=3,
    ask="Which layer in place of Flatten would have spared you this exercise?",
)
def dense_to_torch(kernel, shape):
    """The kernel of a Dense after Flatten, for torch.nn.Linear. (H·W·C, units) -> (units, C·H·W)

    shape is (H, W, C), of the feature maps that were flattened. PyTorch flattens (C, H, W).
    """
    H, W, C = shape
    blocks = kernel.reshape(H, W, C, -1)
    return blocks.transpose(3, 2, 0, 1).reshape(-1, C * H * W)


@dense_to_torch.alternative
def by_order(kernel, shape):
    order = np.arange(np.prod(shape)).reshape(shape)
    return kernel[order.transpose(2, 0, 1).ravel()].T


@dense_to_torch.alternative
def by_letters(kernel, shape):
    blocks = np.einsum("hwcu->uchw", kernel.reshape(*shape, -1))
    return blocks.reshape(len(blocks), -1)


@dense_to_torch.alternative
def row_by_row(kernel, shape):
    H, W, C = shape
    rows = [kernel[(h * W + w) * C + c] for c in range(C) for h in range(H) for w in range(W)]
    return np.stack(rows, axis=1)


@dense_to_torch.alternative
def as_a_tensor(kernel, shape):
    import torch

    return torch.tensor(kernel).unflatten(0, tuple(shape)).permute(3, 2, 0, 1).flatten(1)
