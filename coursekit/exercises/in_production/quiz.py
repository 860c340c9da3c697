"""The questions of the lesson in_production."""

from coursekit.checking import quiz

quiz(
    "quiz_folding",
    "A network is exported with every batch norm folded into the convolution before it, and its "
    "answers differ by points of accuracy from those in PyTorch. What do you look at first?",
    {
        "a": (
            "Whether the exporter rounds to half precision",
            "That costs the third digit of an activation, which seldom turns an answer.",
        ),
        "b": (
            "Whether the norms had the eps that the fold used",
            "Keras has 0.001 and PyTorch 1e-5; a channel of small variance is then scaled "
            "wrongly, and so is everything behind it.",
        ),
        "c": (
            "Whether the calibration images were shuffled",
            "Folding looks at no image: it reads what is stored.",
        ),
        "d": (
            "Whether folding is exact for a trained network",
            "It is, to rounding, in evaluation: two affine maps are one.",
        ),
    },
    answer="b",
)
quiz(
    "quiz_frozen",
    "You call `requires_grad_(False)` on every batch norm and fine-tune. After an epoch the "
    "network is worse on the *old* task. What has moved?",
    {
        "a": (
            "γ and β, since an optimizer holds them",
            "Without a gradient they get no step (unless weight decay was kept for them).",
        ),
        "b": (
            "Nothing, as frozen layers do not change",
            "What is stored is no parameter: it moves in every forward pass in training.",
        ),
        "c": (
            "The count of batches, which sets the momentum",
            "Only where momentum is None. The statistics themselves have moved.",
        ),
        "d": (
            "The running mean and variance",
            "They follow the new images as long as the layer is in training.",
        ),
    },
    answer="d",
)
quiz(
    "quiz_processes",
    "Two processes with 24 and 8 images share statistics. One averages the two means and the two "
    "variances, half and half. What is wrong with that?",
    {
        "a": (
            "The counts, and the distance of the means",
            "Each mean weighs its rows, and the variance of all has the means' variance in it.",
        ),
        "b": (
            "The counts alone; with 16 and 16 it is right",
            "The mean would be; the variance lacks how far the two means lie apart.",
        ),
        "c": (
            "Only rounding, which grows with the processes",
            "The error does not come from rounding, and exact numbers would not cure it.",
        ),
        "d": (
            "The momentum, which should be halved as well",
            "Both store the same numbers with the usual momentum.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_company",
    "A service answers well when requests come in batches of 64, and badly at night, when they "
    "come one by one. The network has batch norm. What is the likely cause?",
    {
        "a": (
            "Night images differ from those in training",
            "They may, but then batches of 64 of them would be read as badly.",
        ),
        "b": (
            "One image is too few to keep a device busy",
            "That costs time for each image, and changes no answer.",
        ),
        "c": (
            "The model is in training mode",
            "So every answer depends on who else is asked about, and one image has no company.",
        ),
        "d": (
            "The running averages forget overnight",
            "In evaluation nothing moves them, and no time passes for them.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_equal",
    "You equalize a folded network, unit by unit. Which of these changes?",
    {
        "a": (
            "Its answers, by as much as weights changed",
            "What one layer loses the next gains, so the answers stay.",
        ),
        "b": (
            "Its answers after rounding to 8 bits",
            "Rounding sees sizes, and those are what equalizing evens out.",
        ),
        "c": (
            "Its accuracy in float32, slightly",
            "It computes the same function, to the last digit or two.",
        ),
        "d": (
            "Nothing at all, because ReLU is linear",
            "ReLU is not linear, and lets positive factors pass; rounding does not.",
        ),
    },
    answer="b",
)
