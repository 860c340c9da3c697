"""What a learner of the lesson signals_through_depth guesses before seeing it."""

from coursekit.checking import predict

predict(
    "predict_default",
    "Ten hidden layers of 64 ReLUs, PyTorch's default weights, the best of four learning rates, "
    "ten passes over the digits. How many of 100 test digits does it read?",
    truth=10,
    because="Guessing reads 10. Not one of the four learning rates moves it.",
    scale=40,
)
predict(
    "predict_shrink",
    "Ten ReLU layers with a weight std of 1/√fan_in. The mean square of the last layer's "
    "activations is one part in how many of the input's?",
    truth=2**10,
    because="The weights keep the mean square and ReLU halves it, ten times: 2¹⁰.",
    scale=1000,
)
predict(
    "predict_sigmoid",
    "Ten sigmoid layers, weight std 1/√fan_in. How many powers of ten is the first layer's "
    "gradient smaller than the tenth's?",
    truth=5.3,
    because="The sigmoid's slope is at most 1/4, and it enters once per layer: 4⁻⁹ is 5.4 powers "
    "of ten.",
    unit="powers of ten",
    scale=4,
)
predict(
    "predict_lsuv",
    "He's weights follow from a formula, LSUV's from measuring a batch. Each trained at its own "
    "best learning rate: by how many percentage points do they differ in the end?",
    truth=0,
    because="Less than this experiment can tell. Both keep the signal's size, and that was all "
    "that was wrong.",
    unit="points",
    scale=5,
)
