"""The questions of the lesson backward_geometry."""

from coursekit.checking import quiz

quiz(
    "quiz_two_samples",
    "A batch of two samples, eps tiny. Which gradient dy gets through batch norm?",
    {
        "a": ("None", "Of two directions, two are taken out."),
        "b": ("(1, 1)", "It is the same for both samples: the mean's path takes it out."),
        "c": ("(1, −1)", "It lies along x̂, which is (1, −1) or (−1, 1)."),
        "d": ("Every one, divided by σ", "Two directions are taken out first."),
    },
    answer="a",
)
quiz(
    "quiz_half",
    "A feature's variance equals eps. Which part of dy along x̂ passes (before the division by "
    "√(σ² + eps))?",
    {
        "a": ("None of it", "That is so for eps = 0."),
        "b": ("Half of it", "The share is eps / (σ² + eps)."),
        "c": ("A share of √½", "The share is a ratio of variances, with no root."),
        "d": ("All of it", "That is the limit of a variance far below eps."),
    },
    answer="b",
)
quiz(
    "quiz_cache",
    "Your backward pass is the one-liner of this lesson. What must the forward pass keep for it?",
    {
        "a": ("Only y", "With γ = 0 y is β, and x̂ is lost."),
        "b": ("x, the mean and the variance", "From these x̂ could be computed again, at a price."),
        "c": ("Nothing: dy is enough", "The direction x̂ depends on the batch."),
        "d": (
            "x̂, 1/σ and γ",
            "They are all that stands in the formula besides dy; γ the layer has anyway.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_growth",
    "Plain gradient descent, no weight decay, w stands before a batch norm (eps = 0). What can "
    "its length do?",
    {
        "a": ("Only shrink", "A step at right angles never brings you nearer to where you left."),
        "b": ("Shrink and grow", "To shrink, the step would need a part along −w. It has none."),
        "c": ("Only stay or grow", "The step is orthogonal to w: Pythagoras adds its square."),
        "d": ("Stay exactly as it is", "Only in the limit of infinitely small steps."),
    },
    answer="c",
)
quiz(
    "quiz_norms",
    "A layer's output does not change when x is replaced by −x. What follows for its gradient?",
    {
        "a": (
            "Nothing, at x alone",
            "A gradient knows small changes, and a jump from x to −x is no direction to move "
            "along. This invariance ties the gradients at x and −x.",
        ),
        "b": ("It is orthogonal to x", "That needs f(x) = f(a · x) for all a near 1."),
        "c": ("It is 0", "x² does not change either, and its gradient is 2x."),
        "d": ("Its entries sum to 0", "That follows from f(x) = f(x + c)."),
    },
    answer="a",
)
