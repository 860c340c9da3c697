"""The predictions of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import predict
from coursekit.exercises.batchnorm_forward.batch_norm import batch_norm
from coursekit.exercises.batchnorm_forward.influence_of_sample import plain_batch_norm


def _larger_of(a, b, eps=1e-5):
    return plain_batch_norm(np.array([[a], [b]]))[1, 0]


predict(
    "predict_n2",
    "Batch norm (γ = 1, β = 0) sees a batch of two numbers, 3 and 5, and returns −1 and 1. "
    "What does it return for the second number if the batch is 3 and 5,000,000?",
    truth=lambda: _larger_of(3.0, 5e6),
    because="The mean lies halfway between two numbers, and the standard deviation is half their "
    "distance. Whatever the distance is, it cancels.",
)
predict(
    "predict_n1",
    "A batch of one sample with one feature, x = 7. γ = 3, β = 0.5. What does batch norm return?",
    truth=lambda: batch_norm.right(np.array([[7.0]]), np.array([3.0]), np.array([0.5]))[0, 0],
    because="A single value is its own mean: 7 − 7 = 0, the variance is 0, and x̂ = 0 / √eps = 0. "
    "What is left is β; x is gone.",
    scale=3,
)
predict(
    "predict_moved",
    "A batch of 6 samples with 4 features. You change one sample, in all its 4 features. How many "
    "of batch norm's 24 outputs change?",
    truth=24,
    because="Each feature's mean and variance hold a share of every sample, and each output is "
    "computed with them.",
    scale=24,
)
predict(
    "predict_small",
    "A feature has standard deviation 0.001. eps = 1e-5, γ = 1. What is its standard deviation "
    "after batch norm?",
    truth=lambda: 1e-3 / np.sqrt(1e-6 + 1e-5),
    because="Its variance, 1e-6, is ten times smaller than eps: √(1e-6 / (1e-6 + 1e-5)). eps is "
    "not negligible just because it is small.",
)
predict(
    "predict_noise",
    "You use batches of 64 instead of 4, 16 times as many samples. How many times smaller does the "
    "noise in the normalized values get?",
    truth=4.0,
    because="Means and standard deviations of B samples miss the true ones by an amount that "
    "falls like 1/√B, and √16 = 4. The experiment will come close to it, not hit it.",
    scale=8,
)
