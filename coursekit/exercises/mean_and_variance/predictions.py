"""What a learner of the lesson mean_and_variance guesses before seeing it."""

import numpy as np

from coursekit.checking import predict


def one_pass_of_three() -> float:
    """E[x²] − E[x]² of three readings, as float32 computes it."""
    x = np.array([10000.0, 10000.1, 10000.2], np.float32)
    return float((x * x).mean() - x.mean() ** 2)


predict(
    "predict_one_pass",
    "Three readings: 10000, 10000.1, 10000.2. Their variance is about 0.0067. What will "
    "E[x²] − E[x]² give in float32?",
    truth=one_pass_of_three,
    because="Both terms are near 10⁸, and there float32 numbers are 8 apart. The difference of two "
    "of them is a multiple of 8; 0.0067 is not among the possible answers.",
    scale=16,
)

predict(
    "predict_small_batch",
    "You draw a batch of N = 4 patients and compute the variance of one feature, dividing by N. "
    "Then another batch, and another. The average of all these variances is what fraction of the "
    "variance of all patients (a number between 0 and 1)?",
    truth=3 / 4,
    because="The batch's own mean sits closer to its four values than the true mean does, so the "
    "squared distances come out too small, by (N − 1)/N on average.",
    scale=0.25,
)

predict(
    "predict_two_workers",
    "One machine holds two rows, 0 and 0. Another holds 10 and 10. Each finds the variance 0. What "
    "is the variance of the four values?",
    truth=25,
    because="The mean of all four is 5 and every value is 5 away from it. All of the spread lies "
    "between the machines, where neither can see it.",
    scale=25,
)

predict(
    "predict_real_features",
    "Thirty real features, some near 0.001 and some in the thousands, stored in float32. For how "
    "many of the 30 is E[x²] − E[x]² wrong by more than 1 %?",
    truth=0,
    because="Scale does no harm: floating point keeps as many digits of 0.001 as of 1000. What "
    "costs digits is a mean that is large against the spread, and here no mean is more than nine "
    "standard deviations from zero.",
    scale=30,
)
