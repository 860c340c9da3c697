"""The predictions of the lesson noise_and_small_batches."""

from coursekit.checking import predict

predict(
    "predict_pairs",
    "A network with batch norm learns digits in batches of 64 and then misreads "
    "{{result experiment | groups of 64 | errors : mean .0f}} of 100 test digits. Another one sees "
    "the same batches, but each is cut into 32 pairs, and only the two images of a pair share mean "
    "and variance. It has a learning rate of its own, the best of four. How many of 100 test "
    "digits does it misread?",
    truth="{{result experiment | groups of 2 | errors : mean .0f}}",
    because="The average of the experiment below, rounded. Of two values batch norm leaves only "
    "which one is the larger, so nearly all that a feature says about an image is gone.",
    scale=20,
)
predict(
    "predict_last",
    "An epoch has 20 batches of 64 and a last one of 2. Networks that skip the last one read "
    "{{result last | dropped, as stored | 1 : mean .0f}} of 100 test digits after the first epoch. "
    "How many do networks read that take it, right after it?",
    truth="{{result last | kept, as stored | 1 : mean .0f}}",
    because="The average of the experiment, rounded; single networks differ a lot. The two rows "
    "moved what is stored by a tenth, as 64 rows do, and their variance is nearly worthless.",
    scale=30,
)
predict(
    "predict_cosine",
    "Without a norm, four parts of 8 images give the gradient of 32, and the cosine between the "
    "two is 1. What is the cosine in a network whose layers have batch norm?",
    truth="{{result accumulated | batch norm | cosine : mean .2f}}",
    because="The average of the experiment below. Each part was normalized by its own mean and "
    "variance, so what was added up are gradients of four other functions.",
    scale=0.5,
)
predict(
    "predict_leak",
    "The answer for the first image of each group is the class of the seven others, and the image "
    "itself says nothing about it, so a guess is right 10 times of 100. How often is a network "
    "with batch norm right, in training mode, on images that it has not seen?",
    truth="{{result leaked | batch norm | in training : mean .0f}}",
    unit=" %",
    because="The average of the experiment below, rounded. The mean and the variance of a group "
    "hold a share of all its images, so the first image's features tell what its mates are.",
    scale=40,
)
predict(
    "predict_shift",
    "Dropout with p = 0.5 stands before a batch norm. A feature has mean 0 and variance 1 before "
    "the dropout. Batch norm has stored the variance that it met in training. What share of that "
    "does it meet in evaluation?",
    truth=0.5,
    because="In training half of the values are 0 and the others twice as large: their squares are "
    "four times as large, half of the time, so the variance is 2. In evaluation it is 1.",
)
