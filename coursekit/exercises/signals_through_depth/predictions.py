"""What a learner of the lesson signals_through_depth guesses before seeing it."""

from coursekit.checking import predict

predict(
    "predict_repair",
    "Ten hidden layers of 64 ReLUs with PyTorch's default weights read {{result experiment | "
    "PyTorch's default | test digits read : mean bare .0f}} of 100 test digits after ten "
    "passes of SGD over the data, at the best of four learning rates. Now every weight is 2.45 "
    "times as large at the start, and every bias 0. Nothing else changes. How many does it read?",
    truth="{{result experiment | He | test digits read : mean bare .0f}}",
    because="The average of the experiment below, rounded. 2.45 is √6, and where it comes from is "
    "the subject of this lesson.",
    scale=40,
)
predict(
    "predict_shrink",
    "Ten ReLU layers with a weight std of 1/√fan_in. By what must you multiply the mean square "
    "of the last layer's activations to get the input's?",
    truth=2**10,
    because="The weights keep the mean square and ReLU halves it, ten times: 2¹⁰.",
    scale=1000,
)
predict(
    "predict_sigmoid",
    "Ten sigmoid layers, weight std 1/√fan_in. How many powers of ten is the first layer's "
    "gradient smaller than the tenth's?",
    truth="{{result gradients | sigmoid, 1/√n | layer 10 to layer 1:}}",
    because="The sigmoid's slope is at most 1/4, and it enters once per layer: 4⁻⁹ alone is 5.4 "
    "powers of ten. What enters layer 1 is larger than what enters layer 10, which makes up for a "
    "little.",
    scale=4,
)
predict(
    "predict_lsuv",
    "He's weights follow from a formula, LSUV's from measuring a batch. Each trained at its own "
    "best learning rate: by how many percentage points do they differ in the end?",
    truth=0,
    because="Less than this experiment can tell. Both keep the signal's size, and its loss was "
    "what kept the default from learning with SGD.",
    scale=5,
)
