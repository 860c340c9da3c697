"""The questions of the lesson normalizing_weights."""

from coursekit.checking import quiz

quiz(
    "quiz_inference",
    "A network was trained with weight norm. What has to be computed when it is served?",
    {
        "a": (
            "The length of v, averaged over all steps of training beforehand",
            "No average is kept: v and g are parameters, and w follows from them.",
        ),
        "b": (
            "The mean and the length of each batch's outputs",
            "That would be batch norm. Weight norm never looks at an output.",
        ),
        "c": (
            "g v / ‖v‖ once, and from then on w is an ordinary weight",
            "Nothing in it depends on the input, so w is stored and v and g may go.",
        ),
        "d": (
            "g v / ‖v‖ for each sample anew",
            "w is the same for all samples: once is enough.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_across",
    "Weight norm, plain gradient descent, no weight decay. What can v's length do?",
    {
        "a": (
            "Grow, or stay as it is",
            "Each step is orthogonal to v, so by Pythagoras v can only become longer.",
        ),
        "b": (
            "Shrink where the loss wants small weights",
            "Small weights are g's affair. v's length does not change w at all.",
        ),
        "c": (
            "Stay at exactly 1, because w is divided by it",
            "w is divided by ‖v‖, but nobody sets v back to length 1.",
        ),
        "d": (
            "Grow or shrink, depending on the sign of g",
            "The sign of g turns the step round, and it stays orthogonal to v.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_gain",
    "Why has a standardized weight before ReLU the gain √2 / √(1 − 1/π), and He's only √2?",
    {
        "a": (
            "Because standardized weights are drawn smaller than He's at the start",
            "Both are scaled by 1/√n: what differs is what arrives from the ReLU below.",
        ),
        "b": (
            "Because only the spread of a ReLU's output passes, not its mean",
            "Of the mean square of ReLU, the share 1/π is squared mean, which such weights drop.",
        ),
        "c": (
            "Because ReLU sets the share 1/π of its inputs to zero",
            "It sets half of them to zero. 1/π is the squared mean's share of what is left.",
        ),
        "d": (
            "Because the variance of n weights is divided by n − 1",
            "That would depend on n. The gain is the same for every fan-in.",
        ),
    },
    answer="b",
)
quiz(
    "quiz_critic",
    "In a critic with a gradient penalty, each sample's gradient is to have length 1. Which norm "
    "breaks what the penalty is about?",
    {
        "a": (
            "Layer norm",
            "It looks at one sample alone, so a sample's gradient is its own.",
        ),
        "b": (
            "Spectral norm",
            "It sees weights alone; every sample passes the same layer.",
        ),
        "c": (
            "Weight norm",
            "It sees weights alone, and mixes no samples.",
        ),
        "d": (
            "Batch norm",
            "It mixes samples, so a critic's answer for one depends on all, and so does its slope.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_wake",
    "A residual block has alpha = 0 at the start. Which of its parameters have a gradient in the "
    "first step?",
    {
        "a": (
            "None, so the block never wakes up",
            "alpha's slope is dy · branch, and the branch's output is not 0.",
        ),
        "b": (
            "All of them, as with any other number that a branch is multiplied by",
            "The branch's weights get alpha · dy, and alpha is 0.",
        ),
        "c": (
            "alpha alone; its weights get theirs from the second step on",
            "Once alpha has moved away from 0, the gradient reaches the weights through it.",
        ),
        "d": (
            "The weights of the branch, but not alpha",
            "The other way round: alpha stands between dy and the weights.",
        ),
    },
    answer="c",
)
