"""The predictions of the lesson running_statistics."""

from coursekit.checking import predict

predict(
    "predict_stale",
    "A network with batch norm has been trained for 60 steps. Normalized by the batch, it reads "
    "{{result experiment | after 60 steps | by the batch : mean .0f}} of 100 test digits. Its "
    "layers have momentum = 0.001. How many of 100 does it read in evaluation, normalized by what "
    "its layers have stored?",
    truth="{{result experiment | after 60 steps | m = 0.001 : mean .0f}}",
    because="The average of the experiment below, rounded; single networks lie far apart. Its "
    "weights are good. What it stored is still almost what every layer starts with, 0 and 1.",
    scale=60,
)
predict(
    "predict_left",
    "A running average starts at 0. Its momentum is 0.001. How much does the start still weigh "
    "after 60 batches?",
    truth=lambda: 100 * 0.999**60,
    because="Every step keeps 99.9 % of what was there before: 0.999 to the power of 60.",
    unit=" %",
    scale=60,
)
predict(
    "predict_stored_variance",
    "One feature, a batch of two samples: 1 and 3. PyTorch's layer has momentum = 1, so it stores "
    "this batch alone. What is running_var?",
    truth=2,
    because="The squared distances from the mean are 1 and 1. Their sum is divided by N − 1 = 1 "
    "for storage, and by N = 2 for normalizing.",
)
predict(
    "predict_sorted",
    "In evaluation a network reads {{result forgot | with eval() : .0f}} of 100 test digits. Now "
    "eval() is forgotten, and the test images come 16 at a time, all zeros first, then all ones, "
    "and so on. How many of 100 does it read?",
    truth="{{result forgot | sorted by class | 4 : mean .0f}}",
    because="The average of the experiment, rounded. Where a whole batch shows the same digit, "
    "what tells it from the others is what its images have in common, and the mean takes that off.",
    scale=60,
)
