"""The predictions of the lesson full_layer."""

from coursekit.checking import predict

predict(
    "predict_reload",
    "After 60 steps the network reads {{result reload | of 500 test digits, before:}} of 500 test "
    "digits. Its `state_dict()` is saved, and loaded into a new network without an error. How much "
    "of the same 500 does the new one read?",
    truth="{{result reload | saved and loaded again: : bare}}",
    unit=" %",
    because="Of this network, rounded; another seed gives another number. The weights came back. "
    "The running statistics were never saved, and the new network's still say mean 0, variance 1.",
    scale=40,
)
predict(
    "predict_evaluate",
    "What does `evaluate` say of the same training images?",
    truth="{{result fit-twice | momentum 0.99 | evaluate says : bare .0f}}",
    unit=" %",
    because="Less than while it was still learning. In training each batch normalizes itself; "
    "evaluation uses what is stored, and with a momentum of 0.99 that lags behind.",
    scale=20,
)
predict(
    "predict_dense",
    "You transpose the 64 × 10 table and leave its order as it was. Every shape fits, nothing "
    "raises. In Keras the network reads {{result carry-wrong | all translated | 1 : bare .0f}} of "
    "100 test digits. How many in PyTorch?",
    truth="{{result carry-wrong | Dense transposed, not reordered | 1 : bare .0f}}",
    because="Of this network, rounded; guessing gives 10. Nearly every weight meets another "
    "feature than the one it was trained for, and shapes cannot tell.",
    scale=40,
)
