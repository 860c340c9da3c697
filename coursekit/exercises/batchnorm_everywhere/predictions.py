"""The predictions of the lesson batchnorm_everywhere."""

import math

from coursekit.checking import predict

predict(
    "predict_mean_per_pixel",
    "A convolutional network with batch norm reads "
    "{{result experiment | batches of 32, per channel | as they are : mean .0f}} of 100 test "
    "digits. In another one every pixel of a channel has a mean and a variance of its own. It is "
    "trained in the same way, in batches of 32. How many of 100 does it read?",
    truth="{{result experiment | batches of 32, per pixel | as they are : mean .0f}}",
    because="The average of the experiment below, rounded. In this test the bug cannot be seen. "
    "Change the batch size or move the images, and it can.",
    scale=20,
)
predict(
    "predict_values_per_mean",
    "Feature maps of shape (32, 64, 56, 56): 32 images, 64 channels. How many values does one of "
    "batch norm's means average?",
    truth=32 * 56 * 56,
    because="32 images with 56 × 56 pixels each. A channel is one feature, seen at 100,352 places.",
    scale=100_000,
)
predict(
    "predict_padding",
    "Real tokens have mean 0 and standard deviation 1. Half of the positions of the batch are "
    "padding, zeros, and are counted. What is the standard deviation of the real tokens after "
    "batch norm?",
    truth=lambda: math.sqrt(2),
    because="Half the positions add nothing to the sum of squares, so the variance is 1/2, and "
    "everything is divided by √(1/2).",
)
predict(
    "predict_batch_of_four",
    "Back to the two networks of the first guess, now trained in batches of 4, at their own best "
    "learning rates. With one mean for each channel, "
    "{{result experiment-4 | batches of 4, per channel | as they are : mean .0f}} of 100 are read. "
    "How many with a mean for each pixel?",
    truth="{{result experiment-4 | batches of 4, per pixel | as they are : mean .0f}}",
    because="The average of the experiment, rounded. A channel still averages 64 or 256 values. A "
    "pixel has four.",
    scale=20,
)
