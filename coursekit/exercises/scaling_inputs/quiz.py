"""The five questions that end the lesson scaling_inputs."""

from coursekit.checking import quiz

quiz(
    "quiz_scale_leak",
    "Somebody standardizes the whole table, splits it into training and test rows, and trains. "
    "What is wrong?",
    {
        "a": (
            "Nothing: no label was looked at",
            "No label, but the test rows' means and spreads went into the training inputs. The "
            "test set is there to stand for data that do not exist yet.",
        ),
        "b": (
            "The two parts need a scaler each, fitted to their own rows",
            "Then the same patient comes out differently in different company, and a single "
            "test row comes out as zeros.",
        ),
        "c": (
            "The test rows took part in the statistics",
            "Move one test row, and the training inputs change. That is a leak, whether or not it "
            "can be measured in the score. Fit on the training rows, and apply to both.",
        ),
        "d": (
            "Standardizing must come after the training",
            "The model would have been trained on other inputs than it is used on.",
        ),
    },
    answer="c",
)

quiz(
    "quiz_scale_unit",
    "A feature (already centred, uncorrelated with the others) is the steepest direction. You "
    "write it in grams instead of kilograms. What happens to the largest stable learning rate?",
    {
        "a": (
            "It gets a million times smaller",
            "λmax grows by 1000², and the limit is 2 / λmax.",
        ),
        "b": (
            "It gets 1000 times smaller",
            "The feature grows by 1000, the curvature by its square.",
        ),
        "c": (
            "It stays: the weight simply gets 1000 times smaller",
            "The best weight does. The steps towards it do not know that.",
        ),
        "d": (
            "It gets 1000 times larger, because the weight is smaller",
            "The other way round: a smaller weight needs finer steps, and the gradient has grown.",
        ),
    },
    answer="a",
)

quiz(
    "quiz_scale_rate",
    "Two directions with curvatures 1 and 100. You choose the learning rate 0.015. Which error is "
    "gone first?",
    {
        "a": (
            "Neither: 0.015 is above 1/λmax = 0.01 and diverges",
            "The limit is 2/λmax = 0.02. Between the two it overshoots, and still shrinks.",
        ),
        "b": (
            "Both at once",
            "Only a condition number of 1 does that. Here it is 100.",
        ),
        "c": (
            "That along curvature 1: flat directions are easy",
            "It shrinks by 1 − 0.015 = 0.985 per step: 1 % left after some 300 steps.",
        ),
        "d": (
            "That along curvature 100, with changing sign",
            "1 − 1.5 = −0.5 per step: 1 % left after 7 steps, from alternating sides.",
        ),
    },
    answer="d",
)

quiz(
    "quiz_scale_white",
    "PCA whitening and ZCA whitening both give features of variance 1 without correlation. What "
    "is the difference?",
    {
        "a": (
            "ZCA keeps the correlations, PCA removes them",
            "Both remove them; standardizing keeps them.",
        ),
        "b": (
            "A rotation: ZCA turns back to the features' axes",
            "Any rotation of white data is white. ZCA is the symmetric choice and stays closest to "
            "the input, which is why a whitened digit still looks like a digit.",
        ),
        "c": (
            "Only PCA reaches condition number 1, because ZCA turns back",
            "A rotation does not change any curvature: both reach 1.",
        ),
        "d": (
            "ZCA needs no eigenvectors",
            "It needs the inverse root of the covariance, however computed.",
        ),
    },
    answer="b",
)

quiz(
    "quiz_scale_same_fit",
    "Least squares with a constant, trained to the very end, on raw, standardized and whitened "
    "inputs. How do the three models' predictions differ?",
    {
        "a": (
            "The whitened one predicts best: it has the lowest condition number",
            "The condition number decides how long it takes, not where it ends.",
        ),
        "b": (
            "The raw one predicts best: scaling loses information",
            "A shift, a stretch and a rotation can all be undone; nothing is lost.",
        ),
        "c": (
            "It depends on the learning rate",
            "Below the limit of stability every rate ends at the same fit.",
        ),
        "d": (
            "Not at all: the weights undo each of these changes",
            "An invertible linear change of the inputs leaves the best fit as it is: what one "
            "weight loses, another gains. The three differ while they train, and so they differ "
            "when you stop early.",
        ),
    },
    answer="d",
)
