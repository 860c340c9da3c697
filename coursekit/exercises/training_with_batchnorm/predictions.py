"""The predictions of the lesson training_with_batchnorm."""

from coursekit.checking import predict

predict(
    "predict_low_rate",
    "Two networks of eight ReLU layers, alike but for batch norm, train for 120 steps at learning "
    "rate 0.003. The one without a norm then reads "
    "{{result sweep | no norm | 0.003 : mean .0f}} of 100 test digits. How many does the one with "
    "batch norm read?",
    truth="{{result sweep | batch norm | 0.003 : mean .0f}}",
    because="The average of the experiment below, rounded. At a rate that is low for it, batch "
    "norm is the slower of the two.",
    scale=60,
)
predict(
    "predict_usable",
    "A rate can be relied on if all ten networks read 90 % of the test digits at the end of "
    "training. Of the six learning rates from 0.003 to 1, without a norm this is so at "
    "{{result windows | no norm | 1 : words}}. At how many is it so with batch norm?",
    truth="{{result windows | batch norm | 1 : bare}}",
    because="Counted further below. The window opens at its upper end; at the lowest rate 120 "
    "steps are too few for it.",
    scale=4,
)
predict(
    "predict_forty",
    "Twenty layers gain from batch norm. Of 100 test digits, how many does a plain network of "
    "forty layers with batch norm read after training, at the better of two rates?",
    truth="{{result forty | batch norm | 1 : mean bare .0f}}",
    because="The average of the experiment below, rounded; single networks lie far apart. Guessing "
    "reads 10.",
    scale=60,
)
