"""The predictions of the lesson backward_geometry."""

from coursekit.checking import predict

predict(
    "predict_share",
    "A batch of 4 samples, one feature, γ = 1, σ = 1, eps tiny. The gradient dy that arrives is "
    "random, with no preferred direction. What share of its squared length leaves as dx, on "
    "average?",
    truth=50,
    because="dy has 4 directions to point to. Two of them, (1, 1, 1, 1) and x̂, are taken out: "
    "(N − 2) / N is left.",
    unit=" %",
    scale=50,
)
predict(
    "predict_scale",
    "You multiply all weights before a batch norm by 10. The output does not change (lesson 04). "
    "By which factor does the gradient of the loss in these weights change?",
    truth=0.1,
    because="The same change of the output now takes a step ten times as long, so each unit of "
    "step does a tenth.",
    scale=0.1,
)
predict(
    "predict_bias",
    "A bias b is added to x, then the batch's mean is subtracted. The loss is the mean of "
    "½ (output − 1)². The backward pass takes the batch's mean for a constant. b starts at 0; "
    "where is it after 100 steps with learning rate 0.1?",
    truth=10,
    because="The output averages 0 whatever b is, so the target 1 pulls with the same force in "
    "every step: 100 times 0.1. The loss does not move at all.",
    scale=10,
)
