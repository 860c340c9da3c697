"""The questions of the lesson noise_and_small_batches."""

from coursekit.checking import quiz

quiz(
    "quiz_sizes",
    "You train on four devices with 8 images on each, ordinary batch norm, and the devices' "
    "gradients are averaged. How many images share a mean?",
    {
        "a": (
            "32, as many as share a step",
            "They share a step of the optimizer. Each device normalizes its own images, unless "
            "the statistics are synchronized.",
        ),
        "b": ("8", "Each device normalizes what it has; the average is one of gradients."),
        "c": ("4, one for each device", "A device has 8 images, and all of them share its mean."),
        "d": (
            "All that were seen so far",
            "Those are the running statistics, which training does not read.",
        ),
    },
    answer="b",
)
quiz(
    "quiz_signs",
    "Two images share a mean and a variance. For one of them a feature is 3, for the other 3.5. "
    "Next time it is 3 and 35. What does the next layer learn from the difference between the "
    "two batches?",
    {
        "a": (
            "That the gap is larger, up to a learned scale",
            "γ multiplies ±1 both times; the gap itself was divided away.",
        ),
        "b": (
            "That the second image is further from the mean",
            "Each is half a gap from the mean, so both come out at the same distance.",
        ),
        "c": (
            "The size of the gap, once training is over",
            "In evaluation it would see it, but it has never learned to use it.",
        ),
        "d": ("Nothing", "Both times x̂ is −1 and 1 (for a small eps)."),
    },
    answer="d",
)
quiz(
    "quiz_accumulate",
    "Your memory holds 8 images, and the recipe says 64. You add up the gradients of eight "
    "batches before each step. With which layers is that the recipe's gradient?",
    {
        "a": (
            "With layer norm or group norm",
            "They look at one image at a time, so the parts know nothing of each other.",
        ),
        "b": (
            "With batch norm, if every part has 8 images",
            "Equal parts give equal weights. Each still has its own mean and variance.",
        ),
        "c": (
            "With batch norm, if its momentum is divided by eight",
            "Momentum is about what is stored. Training does not read that.",
        ),
        "d": (
            "With batch norm and dropout",
            "Dropout draws for each image, which is harmless here; batch norm is not.",
        ),
    },
    answer="a",
)
quiz(
    "quiz_leak",
    "A discriminator with batch norm gets a batch of real images, then a batch of generated ones. "
    "Someone proposes to put both into one batch. What changes?",
    {
        "a": (
            "Nothing, because the same images are seen",
            "The statistics are others: of one kind before, of both kinds now.",
        ),
        "b": (
            "Only the speed, as one call replaces two",
            "It is faster, and it is another function of each image as well.",
        ),
        "c": (
            "Each image is normalized with both kinds",
            "Before, each kind lost what its images had in common, and its mates gave it away.",
        ),
        "d": (
            "The leak from one image to another is gone",
            "All images of a batch still share statistics, now across the two kinds.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_dropout",
    "A network has dropout before each batch norm. In evaluation it is worse than it should be. "
    "What repairs the variance that batch norm divides by, without training?",
    {
        "a": (
            "A larger eps",
            "It makes small variances count for less, and leaves the stored one wrong.",
        ),
        "b": (
            "Multiplying all weights by 1 − p",
            "PyTorch and Keras divide by 1 − p in training already, so the mean is right; it is "
            "the variance that is not.",
        ),
        "c": (
            "A momentum of 1 in the last step",
            "That stores the statistics of one batch, still under dropout.",
        ),
        "d": (
            "Running statistics measured again with dropout off",
            "Then what is stored is what evaluation meets.",
        ),
    },
    answer="d",
)
