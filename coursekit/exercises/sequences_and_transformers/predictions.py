"""The predictions of the lesson sequences_and_transformers."""

from coursekit.checking import predict

predict(
    "predict_post",
    "Eight blocks with a norm before each branch read {{result deep-run | pre | 0.003 : mean .0f}} "
    "of 100 test digits. The same blocks with the norm behind each sum, as in the first "
    "transformer, take the same steps at the same rate. How many of 100 do they read?",
    truth="{{result deep-run | post | 0.003 : mean .0f}}",
    because="The average of the experiment below, rounded; guessing gives 10. Each norm on the "
    "line rescales what passes, so that little of a gradient arrives at the bottom.",
    scale=40,
)
predict(
    "predict_bound",
    "Queries and keys have d = 64 features and went through an RMS norm with gamma = 1. A logit is "
    "q · k / √64. How large can it become at most?",
    truth=8,
    because="Each has the length √64 = 8, so that q · k is at most 64, where both point the same "
    "way. Divided by 8 this is 8: √d, whatever the weights are.",
    scale=8,
)
predict(
    "predict_high_rate",
    "At twenty times the best of four rates a plain transformer reads {{result qk-run "
    "| plain, read | 0.06 : mean .0f}} of 100 test digits. How many does it read at this rate if "
    "its queries and keys are normalized?",
    truth="{{result qk-run | normalized, read | 0.06 : mean .0f}}",
    because="The average of the experiment below, rounded. The logits stay small, so attention "
    "goes on mixing tokens, and the rate remains far too high for everything else.",
    scale=40,
)
