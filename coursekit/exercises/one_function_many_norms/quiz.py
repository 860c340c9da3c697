"""The questions of the lesson one_function_many_norms."""

from coursekit.checking import quiz

quiz(
    "quiz_axes",
    "A transformer's activations have shape (N, T, D): sentences, tokens, features. Over which "
    "axes does its layer norm average?",
    {
        "a": ("(0,)", "That is one mean for each position and feature, shared by the sentences."),
        "b": ("(2,)", "The features of one token: N · T means, and no token sees another."),
        "c": ("(0, 1)", "Those are batch norm's: one mean for each feature."),
        "d": (
            "(1, 2)",
            "Then the tokens of a sentence share a mean, and a later word moves an earlier one.",
        ),
    },
    answer="b",
)
quiz(
    "quiz_batch_size",
    "Why does layer norm in GPT or BERT not care about the batch size?",
    {
        "a": (
            "Each token is normalized by itself",
            "Its own features are enough. No other sentence enters, so it does not matter how many "
            "there are.",
        ),
        "b": (
            "They process one sentence at a time, not batches",
            "They do not: training and serving run in batches.",
        ),
        "c": (
            "It uses running statistics",
            "It has none. Training and evaluation compute the same.",
        ),
        "d": (
            "γ and β make up for it",
            "They are constants of the layer; they cannot follow a batch.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_style",
    "What does instance norm do to an image's contrast and brightness, channel by channel?",
    {
        "a": (
            "It keeps them and normalizes the content",
            "The other way round: mean and deviation of a channel are what it takes away.",
        ),
        "b": (
            "It replaces them by the batch's average",
            "No other image enters. That would be batch norm.",
        ),
        "c": (
            "It removes them only while training",
            "It has no training mode: it always uses the image at hand.",
        ),
        "d": (
            "It removes them in every image",
            "Mean 0, deviation 1, whatever they were. AdaIN puts another image's in their place.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_pixel",
    "Near its output, a network has feature maps of shape (8, 64, 1, 1). You put an instance norm "
    "there, without γ and β. What does the formula give?",
    {
        "a": (
            "0 everywhere",
            "Each channel has one pixel, which is its own mean. PyTorch refuses, by the way.",
        ),
        "b": (
            "The same as layer norm",
            "Layer norm would average over the 64 channels. Instance norm keeps them apart.",
        ),
        "c": ("NaN", "eps keeps the root away from 0: 0 / √eps is 0."),
        "d": ("Its input", "x − mean is 0, not x."),
    },
    answer="a",
)
quiz(
    "quiz_gamma",
    "Group norm with 3 groups on x of shape (8, 6, 5, 5). How many values has γ?",
    {
        "a": (
            "150",
            "One for each channel and pixel: so it is in PyTorch's LayerNorm over (C, H, W).",
        ),
        "b": ("24", "That is the number of means: one for each image and group."),
        "c": ("6", "One for each channel, as in batch norm and instance norm."),
        "d": ("3", "One for each group? The statistics are per group, γ is not."),
    },
    answer="c",
)
