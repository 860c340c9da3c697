"""The predictions of the lesson full_layer."""

from coursekit.checking import predict

predict(
    "predict_reload",
    "After 60 steps the network reads 92 of 100 test digits. Its `state_dict()` is saved, and "
    "loaded into a new network without an error. How many of 100 does the new one read?",
    truth=52,
    because="Of this network, rounded; other seeds give 43 to 65. The weights came back. The "
    "running statistics were never saved, and the new network's still say mean 0, variance 1.",
    scale=40,
)
predict(
    "predict_evaluate",
    "What does `evaluate` say of the same training images?",
    truth=93,
    unit=" %",
    because="Less than while it was still learning. In training each batch normalizes itself; "
    "evaluation uses what is stored, and with a momentum of 0.99 that lags behind.",
    scale=20,
)
predict(
    "predict_dense",
    "You transpose the 64 × 10 table and leave its order as it was. Every shape fits, nothing "
    "raises. In Keras the network reads 91 of 100 test digits. How many in PyTorch?",
    truth=8,
    because="Of this network, rounded; guessing gives 10. Nearly every weight meets another "
    "feature than the one it was trained for, and shapes cannot tell.",
    scale=40,
)
