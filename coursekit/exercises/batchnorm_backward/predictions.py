"""The predictions of the lesson batchnorm_backward."""

import numpy as np

from coursekit.checking import predict
from coursekit.exercises.batchnorm_backward.batch_norm_backward_staged import (
    batch_norm_backward_staged as staged,
)


def _accepted_by_the_sum():
    from coursekit.experiments.wrong_backwards import WRONG, accepted  # only where it is asked for

    x = np.random.default_rng(0).standard_normal((6, 4))
    return sum(accepted(wrong, np.ones_like(x), x) for wrong in WRONG.values())


def _second_of_two(eps=1e-5):
    nodes = staged.right(np.array([[1.0], [-2.0]]), np.array([[3.0], [5.0]]), np.ones(1), eps)
    return nodes["dx"][1, 0]


predict(
    "predict_sum",
    "Seven wrong backward passes of batch norm take the test: one returns zeros, one turns the "
    "sign, one is 3 % too large, one forgets 1/σ, one takes the mean for a constant, one the "
    "variance, and one both. The loss is the sum of y. How many of the seven pass?",
    truth=_accepted_by_the_sum,
    because="Each column of y sums to N · β, whatever x is. A constant has gradient 0, and zeros, "
    "a turned sign and any wrong factor agree on 0.",
    scale=7,
)
predict(
    "predict_step",
    "In float64, with a feature of standard deviation about 1, the best step for a central "
    "difference is near 10 to the power −k. What is k?",
    truth=lambda: -np.log10(np.finfo(np.float64).eps) / 3,
    because="The formula errs by about h², rounding by about 1e-16 / h. They meet at the cube root "
    "of float64's eps, 6e-6. (Anything from 4.5 to 5.9 serves.)",
    scale=8,
    serves=0.75,
)
predict(
    "predict_pair",
    "A batch of two numbers, 3 and 5. The loss pulls at the two outputs with dy = (1, −2). γ = 1 "
    "and eps = 1e-5. What gradient reaches the second number?",
    truth=_second_of_two,
    because="Two numbers become −1 and 1, whatever they are. Nothing that you do to 5 (short of "
    "crossing 3) moves an output, so nothing can come back. What is left is eps's doing.",
)
