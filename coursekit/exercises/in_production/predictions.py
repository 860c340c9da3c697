"""The predictions of the lesson in_production."""

from coursekit.checking import predict

predict(
    "predict_average",
    "Networks with batch norm read {{result averaged-run | the last network : mean .0f}} of 100 "
    "test digits after training. An exponential average of their weights is put in the place of "
    "the last weights, and what batch norm has stored stays as it was. How many of 100 digits are "
    "read now?",
    truth="{{result averaged-run | average, as stored : mean .0f}}",
    because="The average of the experiment below, rounded. The stored means and variances are "
    "those of activations that other weights made.",
    scale=40,
)
predict(
    "predict_quantized",
    "A folded network reads {{result quantized-run | folded : mean .0f}} of 100 digits. Its units "
    "are rescaled, so that it gives the same answers with weights of very different size. Then "
    "every weight matrix is rounded to 255 levels of equal distance. How many digits are read?",
    truth="{{result quantized-run | rescaled, one step : mean .0f}}",
    because="The average of the experiment below, rounded; guessing gives 10. One step must reach "
    "the largest weight of a matrix, so the weights of quiet units are all rounded to 0.",
    scale=40,
)
predict(
    "predict_overflow",
    "In a mixed-precision run one batch overflows. The scaler sees it and skips the step, so that "
    "no weight changes. With momentum 0.1, how many good batches does it take until the running "
    "variance is a finite number again? (Write 0 if you think that it never was infinite, and -1 "
    "if you think that it stays so for ever.)",
    truth=-1,
    because="0.9 times infinity is infinity, however often. The statistics moved in the forward "
    "pass, before anybody looked at the gradient.",
)
