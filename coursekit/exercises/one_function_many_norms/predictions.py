"""The predictions of the lesson one_function_many_norms."""

from coursekit.checking import predict

predict(
    "predict_means",
    "x has shape (8, 6, 5, 5): 8 images, 6 channels. Group norm splits the channels into 3 "
    "groups. How many means does it compute?",
    truth=8 * 3,
    because="One for each image and group: 8 · 3. Each is the mean of 2 channels of 5 × 5 pixels, "
    "50 values.",
    scale=24,
)
predict(
    "predict_groups",
    "A layer has 12 channels, so G can be 1, 2, 3, 4, 6 or 12. For how many of these six is "
    "group norm's x̂ the same as that of a norm you know by another name?",
    truth=2,
    because="G = 1 is layer norm over the whole image, G = 12 is instance norm. Only the four "
    "between are new, and batch norm is none of them.",
    scale=2,
)
predict(
    "predict_quarter",
    "A network with batch norm reads {{result experiment | batch norm | as trained : mean .0f}} of "
    "100 test digits. Now every test image has a quarter of its contrast. How many of 100 does it "
    "read?",
    truth="{{result experiment | batch norm | contrast x 1/4 : mean .0f}}",
    because="The average of the experiment below, rounded; single networks differ a lot. The "
    "running statistics are those of bright images: each layer subtracts a mean that is gone.",
    scale=40,
)
predict(
    "predict_negative",
    "The network with an instance norm in front of it reads {{result experiment "
    "| batch norm, instance norm first | as trained : mean .0f}} of 100 at any contrast. How many "
    "of 100 does it read when black and white are exchanged?",
    truth="{{result experiment | batch norm, instance norm first | inverted : mean .0f}}",
    because="The average of the experiment, rounded; guessing gives 10. Inverting is a contrast "
    "of −1, and dividing by a standard deviation, which is positive, keeps the sign.",
    scale=40,
)
