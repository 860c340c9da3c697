"""The five questions that end the lesson mean_and_variance."""

from coursekit.checking import quiz

quiz(
    "quiz_var_axes",
    "x holds images, (N, C, H, W) = (64, 3, 32, 32). You want one mean per channel that can be "
    "subtracted from x as it is. Which line?",
    {
        "a": (
            "`x.mean(axis=0, keepdims=True)`",
            "That is (1, 3, 32, 32): one mean per channel and pixel.",
        ),
        "b": (
            "`x.mean(axis=(0, 2, 3))`",
            "The right three numbers, but shape (3,) lines up with W = 32 from the right: an error "
            "here, and a silent mix-up of channels and columns where W happens to be 3.",
        ),
        "c": (
            "`x.mean(axis=(1, 2, 3), keepdims=True)`",
            "One mean per image, (64, 1, 1, 1): that averages the channels away and keeps the "
            "images apart, over which you wanted to average.",
        ),
        "d": (
            "`x.mean(axis=(0, 2, 3), keepdims=True)`",
            "(1, 3, 1, 1) lines up with the channel axis and with nothing else.",
        ),
    },
    answer="d",
)

quiz(
    "quiz_var_divisor",
    "A batch has N = 2 values. Dividing by N gives the variance 8. What do you get when you divide "
    "by N − 1, and what does that number promise?",
    {
        "a": (
            "16, and on average it is the population's variance",
            "Averaged over many batches, it is: that is what unbiased means. It says nothing about "
            "this one batch.",
        ),
        "b": (
            "16, and its square root is an unbiased standard deviation",
            "16 is right. But the root of an unbiased estimate is too small on average: the square "
            "root is concave (Jensen).",
        ),
        "c": (
            "16, and it is closer to the truth than 8 on any given batch",
            "Unbiased is a promise about the average over batches. One batch of two can be far off "
            "either way, and 16 scatters twice as widely as 8.",
        ),
        "d": ("4, and it is the safer choice", "Dividing by less gives more: 8 · 2 / 1."),
    },
    answer="a",
)

quiz(
    "quiz_var_digits",
    "float32, mean 4000, standard deviation 1. About how wrong is E[x²] − E[x]²?",
    {
        "a": (
            "not at all: x² fits easily into float32",
            "Range is not the problem, 1.6e7 fits. Digits are: numbers near 1.6e7 are 1 apart.",
        ),
        "b": (
            "by the size of the variance itself, or more",
            "4000² · 6e-8 ≈ 1: an error of the size of the answer. It can even come out negative.",
        ),
        "c": (
            "by one part in four thousand",
            "One factor of mean/std too few: the terms are mean² and the result is std², so the "
            "error grows by the square of the ratio.",
        ),
        "d": (
            "by one part in ten million, as every float32 result is",
            "That is the error of each square. The subtraction keeps it and removes the value it "
            "was small against.",
        ),
    },
    answer="b",
)

quiz(
    "quiz_var_merge",
    "Machine A has 6 values with mean 0 and variance 1, machine B has 2 values with mean 4 and "
    "variance 1 (both divided by N). What is the variance of all 8?",
    {
        "a": ("17", "δ² = 16 needs its weight nA · nB / n² = 12/64."),
        "b": (
            "5",
            "4² / 4 = 4 between would be right for equal counts; with 6 and 2 it is "
            "16 · 12 / 64 = 3.",
        ),
        "c": (
            "4",
            "Within: 1. Between: 4² · 6 · 2 / 8² = 3. Together 4.",
        ),
        "d": (
            "1",
            "That is the average within the machines. Their means differ, and that is spread.",
        ),
    },
    answer="c",
)

quiz(
    "quiz_var_clamp",
    "A library computes E[x²] − E[x]² in float32 and replaces negative results by 0. Then a layer "
    "divides by √(variance + 1e-5). What happens to a feature with mean 10 000 and standard "
    "deviation 1 when the result is negative?",
    {
        "a": (
            "It comes out about 316 times too large, silently",
            "1/√(1e-5) ≈ 316, and no warning. A NaN would have been kinder.",
        ),
        "b": (
            "It comes out with standard deviation 1, as it should",
            "It would, had the variance been 1. It was replaced by 0.",
        ),
        "c": (
            "It becomes NaN and training stops",
            "Without the replacement it would: the root of a negative number. The clamp prevents "
            "the error message, not the error.",
        ),
        "d": (
            "It comes out as 0: the feature is switched off",
            "Dividing by a small number makes large ones. 0 would need a large variance.",
        ),
    },
    answer="a",
)
