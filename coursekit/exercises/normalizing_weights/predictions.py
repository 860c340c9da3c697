"""The predictions of the lesson normalizing_weights."""

from coursekit.checking import predict

predict(
    "predict_standardized",
    "Twenty plain ReLU layers. With He's weights two images are nearly alike at the top, and the "
    "network learns to read {{result deep-run | He | 1 : mean .0f}} of 100 test digits. With "
    "standardized weights images stay as far apart as with batch norm, from the first step on. How "
    "many of 100 does that network read?",
    truth="{{result deep-run | standardized | 1 : mean .0f}}",
    because="The average of the experiment below, rounded, at the network's own learning rate. "
    "Where images stay apart, gradients grow on their way down, and nothing holds the signal once "
    "the weights have moved.",
    scale=40,
)
predict(
    "predict_longer",
    "An output has v = (3, 4), so ‖v‖ = 5, and g = 1. A step of plain gradient descent with weight "
    "norm adds to v something of length 12. How long is v now?",
    truth=13,
    because="The gradient is orthogonal to v, so 5 and 12 are the short sides of a right triangle: "
    "√(25 + 144) = 13. Whatever the loss, a plain step never shortens v.",
    scale=10,
)
predict(
    "predict_no_norm",
    "Twenty residual blocks with batch norm read {{result blocks-run | batch norm : mean .0f}} of "
    "100 test digits. Now there is no norm anywhere, but one number for each branch, which starts "
    "at zero. How many of 100 does that network read?",
    truth="{{result blocks-run | SkipInit : mean .0f}}",
    because="The average of the experiment below, rounded. At the start every block is an "
    "identity, so the signal and the gradient arrive as they were sent.",
    scale=40,
)
