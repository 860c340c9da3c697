"""The questions of the lesson batchnorm_forward."""

from coursekit.checking import quiz

quiz(
    "quiz_statistics",
    "x has shape (32, 10). How many means does batch norm compute?",
    {
        "a": ("320", "A mean for each entry would be the entry itself, and x̂ would be 0."),
        "b": ("32", "That is one for each sample: layer norm."),
        "c": ("10", "One for each feature, each over the 32 samples."),
        "d": ("1", "One for everything would mix features that have nothing in common."),
    },
    answer="c",
)
quiz(
    "quiz_constant",
    "In this batch one feature is 7 in every sample. γ = 2, β = −1, eps = 1e-5. "
    "What comes out for that feature?",
    {
        "a": ("−1", "x − mean is 0, so x̂ is 0, and γ · 0 + β is β."),
        "b": ("7", "The mean, 7, is subtracted; nothing puts it back."),
        "c": ("about 632", "That is γ / √eps, the largest gain. It multiplies x − mean, here 0."),
        "d": ("NaN", "0 / √0 would be; eps keeps the root away from 0."),
    },
    answer="a",
)
quiz(
    "quiz_bias",
    "A linear layer with a bias stands right before batch norm. The network is in training mode. "
    "You remove the bias. What changes?",
    {
        "a": ("The mean of the output", "The output's mean is β, with or without the bias."),
        "b": ("The spread of the output", "A shift never changes a spread, normalized or not."),
        "c": (
            "The network can no longer shift its features",
            "It can: β shifts them after the division, where a shift survives.",
        ),
        "d": ("Nothing", "The bias shifts a feature in all samples alike; the mean takes it off."),
    },
    answer="d",
)
quiz(
    "quiz_correlation",
    "Two features have correlation 0.9 in the batch. What is it after batch norm (γ > 0)?",
    {
        "a": ("0", "That would be whitening. Batch norm treats each feature by itself."),
        "b": ("0.9", "Shifting and stretching a feature leaves its correlations as they are."),
        "c": ("1", "Variances become 1 (for a small eps), correlations do not."),
        "d": ("It depends on γ", "A positive factor cancels in a correlation."),
    },
    answer="b",
)
quiz(
    "quiz_undo",
    "γ and β are set to the population's √(var + eps) and mean. Training continues with batches "
    "of 32. What does the layer compute?",
    {
        "a": ("x̂", "That needs γ = 1 and β = 0."),
        "b": ("The identity", "Only for a batch whose statistics equal the population's."),
        "c": (
            "The identity, if γ and β are trained a little more",
            "No fixed γ and β fit all batches, because the statistics differ from batch to batch.",
        ),
        "d": (
            "The identity plus noise from the batch mates",
            "Each batch has its own mean and variance; γ and β cannot follow them.",
        ),
    },
    answer="d",
)
