"""The predictions of the lesson bug_hunt."""

from coursekit.checking import predict

predict(
    "predict_exposed",
    "Lesson 04 knows {{result ordinary | named mistakes of batch_norm}} wrong versions of batch "
    "norm. Somebody runs each of them on an ordinary batch, a thousand standard normal samples of "
    "four features with gamma = 1 and beta = 0, and looks if the output is off by more than five "
    "percent. How many of them does this find?",
    truth="{{result ordinary | found by the ordinary batch}}",
    because="The cell below counts. On such a batch the mean is already near 0 and the variance "
    "near 1, gamma and beta change nothing and eps is lost, so that most mistakes have nothing to "
    "spoil.",
    scale=10,
)
