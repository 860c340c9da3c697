"""The questions of the lesson full_layer."""

from coursekit.checking import quiz

quiz(
    "quiz_drawer",
    "Why is `running_mean` a buffer and not a Parameter with `requires_grad=False`?",
    {
        "a": (
            "A buffer is faster",
            "Both are tensors; neither is faster.",
        ),
        "b": (
            "A Parameter is not saved",
            "Parameters are saved, as buffers are. That would not tell them apart.",
        ),
        "c": (
            "An optimizer would get a Parameter",
            "Such a Parameter is not learned either, but `parameters()` hands it to an optimizer, "
            "which skips it only while it has no gradient; after `model.requires_grad_(True)` it "
            "may get one. A buffer is saved and moved, and handed to no optimizer.",
        ),
        "d": (
            "A Parameter cannot be written in place",
            "With requires_grad=False it can.",
        ),
    },
    answer="c",
)
quiz(
    "quiz_momentum_carried",
    "A network was trained in Keras with momentum = 0.9. Which momentum does it need in PyTorch?",
    {
        "a": ("0.01", "1 − 0.99: right for Keras's default, not for this network."),
        "b": ("0.1", "1 − 0.9. It also happens to be PyTorch's default."),
        "c": ("0.9", "Then the new batch would weigh 0.9, and the layer forgets at once."),
        "d": ("0.99", "That is Keras's default, and it is on Keras's side of the translation."),
    },
    answer="b",
)
quiz(
    "quiz_freeze",
    "You fine-tune a network and call `bn.requires_grad_(False)`; the model is in `train()`. What "
    "happens to `running_mean`?",
    {
        "a": ("It stays", "γ and β stay. The statistics are buffers; no gradient ever moved them."),
        "b": (
            "It moves with every batch",
            "No gradient is needed for that: it is an assignment. eval() stops it.",
        ),
        "c": ("An error is raised", "Nothing is wrong, as far as PyTorch can know."),
        "d": (
            "It becomes the mean of the new data, at once",
            "It gets there step by step, at the pace that momentum sets.",
        ),
    },
    answer="b",
)
quiz(
    "quiz_variance",
    "You carried a network from Keras to PyTorch and copied each moving_variance as it was. "
    "Outputs agree. Then you train both on, with batches of m values per channel. What differs "
    "next?",
    {
        "a": (
            "running_var",
            "PyTorch stores variances over m − 1, Keras over m. In the long run they are a factor "
            "m / (m − 1) apart: 1.0005 for 2048 values, 2 for two.",
        ),
        "b": (
            "running_mean",
            "Both store the batch's mean in the same way, once the momentum is translated.",
        ),
        "c": (
            "The outputs in training",
            "Both normalize the batch by its variance over m.",
        ),
        "d": ("Nothing", "The outputs in training do agree. What is stored does not."),
    },
    answer="a",
)
quiz(
    "quiz_average",
    "A layer with momentum=None has seen 4 batches with means 2, 4, 6 and 8. What is running_mean?",
    {
        "a": ("0", "None does not mean that nothing is stored. That is track_running_stats=False."),
        "b": ("1.8", "That would be momentum 0.1, which starts from 0 and forgets slowly."),
        "c": ("4", "The first batch counts in full: the 0 of the start is forgotten at once."),
        "d": ("5", "The plain average: the batches weigh 1, 1/2, 1/3, 1/4 when they arrive."),
    },
    answer="d",
)
