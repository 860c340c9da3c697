"""The questions of the lesson running_statistics."""

from coursekit.checking import quiz

quiz(
    "quiz_moves",
    "When do the running statistics of a PyTorch batch norm move?",
    {
        "a": ("In evaluation", "There they are read. Two evaluations in a row leave them alone."),
        "b": (
            "In the optimizer's step",
            "It moves parameters. Running statistics have no gradient and belong to no optimizer.",
        ),
        "c": ("Whenever gradients are on", "The mode decides, not the gradients."),
        "d": ("In each training call", "Each call of the layer in training mode is one step."),
    },
    answer="d",
)
quiz(
    "quiz_translate",
    "A Keras model uses BatchNormalization(momentum=0.99). Which PyTorch momentum is the same?",
    {
        "a": ("0.01", "Keras weighs the old value by 0.99, so the new batch weighs 0.01."),
        "b": ("0.1", "PyTorch's default is Keras's 0.9, not its 0.99."),
        "c": ("0.99", "There it would weigh the new batch: almost nothing of the past is left."),
        "d": ("1.01", "The two weights add up to 1."),
    },
    answer="a",
)
quiz(
    "quiz_forgot_eval",
    "You test a network inside torch.no_grad() and forget eval(). What does its batch norm do?",
    {
        "a": ("It uses the running statistics", "Only eval() tells it to."),
        "b": (
            "It uses the batch, and leaves the running statistics alone",
            "They move: a buffer needs no gradient to be written.",
        ),
        "c": (
            "It uses the batch, and moves the running statistics",
            "So the test images change what is stored, and the results depend on their order.",
        ),
        "d": ("It raises an error", "It runs, which is the trouble."),
    },
    answer="c",
)
quiz(
    "quiz_stale",
    "After 100 steps a network trains well and evaluates badly. Normalized by large batches of "
    "test images it is good. What is the first thing to try?",
    {
        "a": (
            "More dropout",
            "The weights are good, as the large batches show. It is not overfitting.",
        ),
        "b": (
            "Recalibrate on training data",
            "Weights stay; the stored statistics are measured anew. It takes one pass, without "
            "gradients.",
        ),
        "c": (
            "Leave the model in training mode for good",
            "Then a single image cannot be read, and its neighbours change the answer.",
        ),
        "d": ("A smaller learning rate", "That changes the weights, with which nothing is wrong."),
    },
    answer="b",
)
quiz(
    "quiz_divisor",
    "PyTorch normalizes with the variance that divides by N, and stores the one that divides by "
    "N − 1. Why is that no contradiction?",
    {
        "a": ("N − 1 keeps the root away from 0", "That is what ε is for."),
        "b": (
            "The gradient needs N − 1",
            "No gradient passes through the stored variance.",
        ),
        "c": (
            "One describes this batch, one estimates all data",
            "This batch shall leave with variance 1; and the data's variance is estimated without "
            "bias by N − 1.",
        ),
        "d": (
            "It is a contradiction, which is kept for old models",
            "It is Algorithm 2 of the 2015 paper, from the first day.",
        ),
    },
    answer="c",
)
