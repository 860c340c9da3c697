"""The questions of the lesson batchnorm_everywhere."""

from coursekit.checking import quiz

quiz(
    "quiz_running_shape",
    "BatchNorm2d(16) in a network whose feature maps are 28 × 28. What is the shape of its "
    "running_mean?",
    {
        "a": ("(16, 28, 28)", "That would be a mean for each pixel."),
        "b": ("(16,)", "One for each channel, whatever the size of the image."),
        "c": ("(N, 16)", "That would be instance norm, and it could not be stored."),
        "d": ("(28, 28)", "The pixels share a mean; the channels do not."),
    },
    answer="b",
)
quiz(
    "quiz_input_rank",
    "Tensors of shape (N, C, L), audio with C channels. Which of PyTorch's layers normalizes each "
    "channel?",
    {
        "a": ("BatchNorm1d(C)", "It takes (N, C) and (N, C, L). The rank decides, not the name."),
        "b": ("BatchNorm2d(C)", "It wants four axes and raises an error."),
        "c": ("BatchNorm1d(L)", "L is not the number of channels, unless by accident."),
        "d": ("BatchNorm3d(C)", "Three axes are not three spatial axes: it wants five."),
    },
    answer="a",
)
quiz(
    "quiz_square_input",
    "A colleague passes (N, L, C) to BatchNorm1d(C), and L = C = 32. What happens?",
    {
        "a": ("An error", "The length of axis 1 is 32, as the layer expects."),
        "b": (
            "Each position gets a mean over samples and channels, silently",
            "Axis 1 is kept, and it holds the positions. Shapes agree; the values are wrong.",
        ),
        "c": ("The right thing", "The layer cannot know which of the two 32s are channels."),
        "d": ("A warning, and the right thing", "There is no warning."),
    },
    answer="b",
)
quiz(
    "quiz_padding",
    "In training, padding is counted in a batch norm's statistics. You add a long sentence to the "
    "batch. What happens to the short ones?",
    {
        "a": ("Nothing", "They get more padding, and that is in the mean and the variance."),
        "b": (
            "Their outputs change, and would change even if the long one held only padding",
            "More zeros pull the mean to 0 and change the variance, for every token.",
        ),
        "c": ("They come out as 0", "Padding may come out as 0; real tokens do not."),
        "d": ("Only their last tokens change", "All tokens share the statistics."),
    },
    answer="b",
)
quiz(
    "quiz_bias_before_relu",
    "Conv2d → ReLU → BatchNorm2d. Is the convolution's bias redundant?",
    {
        "a": (
            "Yes, the mean takes it off",
            "Not after the ReLU: the bias decides what it cuts off.",
        ),
        "b": (
            "No: it decides which values the ReLU cuts off",
            "What comes out is no longer shifted by a constant.",
        ),
        "c": ("Only in evaluation", "In evaluation no bias is redundant: the mean is stored."),
        "d": ("Yes, if γ = 1", "γ comes after the mean is taken off."),
    },
    answer="b",
)
