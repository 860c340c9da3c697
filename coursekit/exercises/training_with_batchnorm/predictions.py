"""The predictions of the lesson training_with_batchnorm."""

from coursekit.checking import predict

predict(
    "predict_training_with_batchnorm",
    "FILL IN: what number will the experiment show?",
    truth=3,
    because="FILL IN: why it is so.",
)
