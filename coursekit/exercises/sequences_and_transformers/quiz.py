"""The questions of the lesson sequences_and_transformers."""

from coursekit.checking import quiz

quiz(
    "quiz_lengths",
    "Sentences of different lengths are padded with zeros. Which norm gives a short sentence the "
    "same output, whatever the length of its neighbours?",
    {
        "a": (
            "Batch norm over sentences and tokens",
            "The zeros enter its mean and variance, and a longer neighbour brings more of them.",
        ),
        "b": (
            "Batch norm with statistics of its own for each step of time",
            "The last steps then average over few real tokens and many zeros.",
        ),
        "c": (
            "Layer norm over the features of each token",
            "A token's features are all it needs. Neighbours and padding never enter.",
        ),
        "d": (
            "Layer norm over the tokens and features of a whole padded sentence",
            "It averages over the padding as well, and so depends on the longest neighbour.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_rms_shift",
    "All features of a token grow by the same constant. What do layer norm and RMS norm do?",
    {
        "a": (
            "Neither notices",
            "RMS norm subtracts no mean, so the constant changes numerator and root mean square.",
        ),
        "b": (
            "Layer norm gives the same output, RMS norm another",
            "Layer norm takes the mean out, and with it whatever all features share.",
        ),
        "c": (
            "RMS norm gives the same output, layer norm another",
            "The other way round: the one with a mean forgets the constant.",
        ),
        "d": ("Both give another output", "Layer norm subtracts the constant with the mean."),
    },
    answer="b",
)
quiz(
    "quiz_line",
    "In which placement does a token reach the end of a deep network without a norm on its way?",
    {
        "a": (
            "In post, where the norm stands behind the sum",
            "There every block's norm stands on the line, one after the other.",
        ),
        "b": (
            "In none, for a norm stands in every block",
            "A norm before or behind the *branch* stands beside the line, not on it.",
        ),
        "c": (
            "In all that have a norm",
            "In post the sum itself is normalized, and the token with it.",
        ),
        "d": (
            "In pre, out and peri",
            "They normalize only what the branch takes or gives. The line is a plain "
            "sum, which is why a last norm is put at its end.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_bounded",
    "What does RMS norm on queries and keys bound, once and for all?",
    {
        "a": (
            "The logits, up to the learned scales",
            "Both have the length √d, so |q · k| / √d is at most √d times the scales.",
        ),
        "b": (
            "The values that attention mixes",
            "They are left alone: their size carries meaning.",
        ),
        "c": (
            "The residual stream and all branches that write to it",
            "The stream is a sum of branches; their outputs are as large as their last weights.",
        ),
        "d": (
            "The gradient of every weight",
            "It says how large logits become, and nothing about the weights behind.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_small_scale",
    "In a network of two blocks on a short text, five norms lie within a point of each other. What "
    "may you conclude about a language model of a hundred layers?",
    {
        "a": (
            "That it needs no norm either",
            "Two blocks are easy to train. What a norm is for has not come up yet.",
        ),
        "b": (
            "That the order of the five will be the same there",
            "Their order changed between two small tasks already.",
        ),
        "c": (
            "Nothing, for depth and rate decide",
            "Say what was measured, at which scale, and cite the papers for theirs.",
        ),
        "d": (
            "That papers on norms are wrong",
            "They measured something else, at another size.",
        ),
    },
    answer="c",
)
