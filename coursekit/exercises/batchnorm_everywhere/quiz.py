"""The questions of the lesson batchnorm_everywhere."""

from coursekit.checking import quiz

quiz(
    "quiz_running_shape",
    "BatchNorm2d(16) in a network whose feature maps are 28 × 28. What is the shape of its "
    "running_mean?",
    {
        "a": ("(16,)", "One for each channel, whatever the size of the image."),
        "b": ("(N, 16)", "That would be instance norm, and it could not be stored."),
        "c": ("(28, 28)", "The pixels share a mean; the channels do not."),
        "d": ("(16, 28, 28)", "That would be a mean for each pixel."),
    },
    answer="a",
)
quiz(
    "quiz_input_rank",
    "Tensors of shape (N, C, L), audio with C channels. Which of PyTorch's layers normalizes each "
    "channel?",
    {
        "a": ("BatchNorm1d(L)", "L is not the number of channels, unless by accident."),
        "b": ("BatchNorm1d(C)", "It takes (N, C) and (N, C, L). The rank decides, not the name."),
        "c": ("BatchNorm2d(C)", "It wants four axes and raises an error."),
        "d": ("BatchNorm3d(C)", "Three axes are not three spatial axes: it wants five."),
    },
    answer="b",
)
quiz(
    "quiz_square_input",
    "A colleague passes (N, L, C) to BatchNorm1d(C), and L = C = 32. What happens?",
    {
        "a": ("The right thing", "The layer cannot know which of the two 32s are channels."),
        "b": ("A warning, and the right thing", "There is no warning."),
        "c": (
            "An error, because axis 1 holds the positions",
            "The length of axis 1 is 32, as the layer expects.",
        ),
        "d": (
            "Each position gets its own mean, silently",
            "Axis 1 is kept, and it holds the positions: each mean is over samples and channels. "
            "Shapes agree; the values are wrong.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_padding",
    "In training, padding is counted in a batch norm's statistics. You add a long sentence to the "
    "batch. What happens to the short ones?",
    {
        "a": ("Nothing", "They get more padding, and that is in the mean and the variance."),
        "b": ("They come out as 0", "Padding may come out as 0; real tokens do not."),
        "c": (
            "Their outputs change",
            "More zeros pull the mean to 0 and change the variance, for every token. They would do "
            "so even if the long sentence held only padding.",
        ),
        "d": ("Only their last tokens change", "All tokens share the statistics."),
    },
    answer="c",
)
quiz(
    "quiz_bias_before_relu",
    "Conv2d → ReLU → BatchNorm2d. Is the convolution's bias redundant?",
    {
        "a": (
            "Yes, the mean takes it off",
            "Not after the ReLU: the bias decides what it cuts off.",
        ),
        "b": ("Only in evaluation", "In evaluation no bias is redundant: the mean is stored."),
        "c": ("Yes, if γ = 1", "γ comes after the mean is taken off."),
        "d": (
            "No, whatever γ is",
            "It decides which values the ReLU cuts off, so that what comes out is no longer "
            "shifted by a constant.",
        ),
    },
    answer="d",
)
