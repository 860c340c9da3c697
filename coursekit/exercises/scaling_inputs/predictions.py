"""What a learner of the lesson scaling_inputs guesses before seeing it."""

import numpy as np

from coursekit import data
from coursekit.checking import predict


def more_steps_in_pascal() -> float:
    """How the steps to 99 % of the gain grow when the pressure is written in pascal.

    Two weights and the learning rate 2 / (λ₁ + λ₂): both errors shrink by (κ − 1) / (κ + 1).
    """
    x = data.diabetes().x[:, [2, 3]]
    x = x - x.mean(axis=0)
    kappas = [np.linalg.cond(x * [1, unit]) ** 2 for unit in (1, 133.322)]
    mmHg, pascal = [np.ceil(np.log(100) / (2 * np.log((k + 1) / (k - 1)))) for k in kappas]
    return float(pascal / mmHg)


predict(
    "predict_unit",
    "1 mmHg is 133.322 pascal. The column of pressures gets 133 times as large. By what factor "
    "does the number of training steps grow?",
    truth=more_steps_in_pascal,
    because="Curvature goes with the square of a feature, and 133² is 17,775. The steps grow a "
    "little less, because the two features are not independent.",
    scale=17_000,
)

predict(
    "predict_edge",
    "The error along the steepest direction starts at 1. With the learning rate exactly at "
    "2 / λmax, what is it after 99 steps?",
    truth=-1,
    because="Each step multiplies it by 1 − 2 = −1: it jumps from one wall of the valley to the "
    "other, neither closer nor further. After an odd number of steps it is −1.",
    scale=2,
)

predict(
    "predict_correlated",
    "Two features, both standardized, correlation 0.98. What is the condition number?",
    truth=99,
    because="The curvatures are 1 + 0.98 along the sum of the two and 1 − 0.98 along their "
    "difference; 1.98 / 0.02 = 99. Standardizing repairs scales, not correlations.",
    scale=99,
)

predict(
    "predict_white_test",
    "60 patients, 30 features. Whitened inputs finish training in one step. On the other patients, "
    "what fraction of the label's variance does that model fail to explain? (0: none; 1: all, no "
    "better than predicting the mean.)",
    truth="{{result few-patients | whitened | 4 : mean .1f}}",
    because="It is no better than the mean, while standardized inputs stand at "
    "{{result few-patients | standardized | 2 : mean}} after 10 steps. The slow "
    "directions were slow because the data hardly vary there, and 60 patients hold more noise than "
    "signal about them. Whitening learns them as fast as the rest.",
    scale=1,
)
