"""The exercise dense_to_torch of the lesson full_layer."""

import numpy as np

from coursekit.checking import exercise


def kernels(rng):
    for shape, units in ((2, 2, 3), 4), ((2, 3, 4), 5), ((3, 1, 2), 6), ((1, 1, 5), 5):
        kernel = rng.standard_normal((int(np.prod(shape)), units)).astype("float32")
        yield f"feature maps {shape}, {units} units", (kernel, shape)


@exercise(
    cases=kernels,
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


@dense_to_torch.mistake(
    "You transposed, and left the features in Keras's order (H, W, C). The shape is right, so "
    "nothing will complain, and every number meets the wrong feature."
)
def only_transposed(kernel, shape):
    return kernel.T


@dense_to_torch.mistake(
    "The rows are in the right order now; torch.nn.Linear wants them as columns, (units, features)."
)
def not_transposed(kernel, shape):
    return kernel.reshape(*shape, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)


@dense_to_torch.mistake("The kernel comes back as it was.")
def unchanged(kernel, shape):
    return kernel


@dense_to_torch.mistake("Height and width are exchanged: PyTorch flattens (C, H, W).")
def width_before_height(kernel, shape):
    return kernel.reshape(*shape, -1).transpose(3, 2, 1, 0).reshape(-1, len(kernel))


@dense_to_torch.mistake(
    "You read the rows as (C, H, W), PyTorch's order. They are in Keras's, (H, W, C): reshape to "
    "that, then transpose."
)
def read_as_channels_first(kernel, shape):
    H, W, C = shape
    return kernel.reshape(C, H, W, -1).transpose(3, 1, 2, 0).reshape(-1, len(kernel))


@dense_to_torch.mistake(
    "reshape alone moves no number, it only reads the same ones in another shape. Transpose "
    "between two reshapes."
)
def only_reshaped(kernel, shape):
    return kernel.reshape(-1, len(kernel))


@dense_to_torch.mistake("The features are reversed, last to first; their order is (C, H, W).")
def reversed_features(kernel, shape):
    return kernel[::-1].T
