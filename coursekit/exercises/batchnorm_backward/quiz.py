"""The questions of the lesson batchnorm_backward."""

from coursekit.checking import quiz

quiz(
    "quiz_squares",
    "γ = 1, β = 0. Which of these losses can tell a right backward pass from one that returns "
    "zeros?",
    {
        "a": (
            "The sum of y, which weighs every entry alike",
            "It is 0 for every x: the right gradient is 0 as well.",
        ),
        "b": ("The sum of y · dy with a random dy", "It moves when x moves; zeros are refused."),
        "c": (
            "The sum of y², which has the gradient 2y",
            "It is N per feature, up to eps: a constant, too.",
        ),
        "d": ("None of them", "A random dy does: its right gradient is not 0."),
    },
    answer="b",
)
quiz(
    "quiz_shapes",
    "x has shape (32, 10). Which shape has dvar, the gradient of the variance?",
    {
        "a": ("(1,)", "Each of the 10 features has a variance of its own."),
        "b": ("(10,)", "A gradient has the shape of its value: one variance per feature."),
        "c": ("(32,)", "One for each sample would be layer norm's."),
        "d": ("(32, 10)", "That is x's; the variance has one value for each feature."),
    },
    answer="b",
)
quiz(
    "quiz_float32",
    "Your gradient check works with h = 1e-5 in float64. Now x, dy and f are float32. What should "
    "become of h?",
    {
        "a": (
            "It should stay: the function is the same",
            "A step of 1e-5 is 100 roundings of a number near 1: all noise.",
        ),
        "b": (
            "It should be a thousand times smaller",
            "Rounding divides by h: a smaller step makes it worse.",
        ),
        "c": (
            "It should be about a thousand times larger",
            "The best step goes like the cube root of eps, which is 5e8 times larger in float32.",
        ),
        "d": (
            "It should be 0.5, where rounding is hardly seen",
            "Then the function bends inside the step. There is a middle.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_bias_before",
    "A bias b stands right before batch norm: u = Wx + b. It reaches every sample of its feature. "
    "What is its gradient, in training?",
    {
        "a": ("The same as β's", "β stands after the mean is taken off, b before."),
        "b": ("γ times β's", "γ is not all that stands between them: the mean does, too."),
        "c": ("It depends on the batch", "The single entries of du do. Their sum is always 0."),
        "d": (
            "0",
            "It is the sum of du over the batch, and the path through the mean makes that 0.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_flat_feature",
    "In this batch one feature is 7 in every sample; γ = 1, eps = 1e-5. Its dy is (1, 0, 0, −1). "
    "What is dx there?",
    {
        "a": (
            "(316, 0, 0, −316), to three digits",
            "1/√eps = 316 is the largest gain that the layer has, forward and backward.",
        ),
        "b": ("(0, 0, 0, 0)", "Its output is constant now, yet would move at once if x moved."),
        "c": ("(1, 0, 0, −1)", "The division by √(var + eps) = √eps is missing."),
        "d": (
            "NaN, because the variance of the feature is 0",
            "eps keeps the root away from 0, on the way back too.",
        ),
    },
    answer="a",
)
