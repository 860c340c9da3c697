"""The five questions that end the lesson training_with_batchnorm."""

from coursekit.checking import quiz

quiz(
    "quiz_training_with_batchnorm_1",
    "FILL IN: what do people get wrong?",
    {
        "a": ("FILL IN: an option", "FILL IN: why it is wrong."),
        "b": ("FILL IN: the right option", "FILL IN: why it is right."),
        "c": ("FILL IN: another option", "FILL IN: why it is wrong."),
    },
    answer="b",
)


quiz(
    "quiz_training_with_batchnorm_2",
    "FILL IN: what do people get wrong?",
    {
        "a": ("FILL IN: an option", "FILL IN: why it is wrong."),
        "b": ("FILL IN: the right option", "FILL IN: why it is right."),
        "c": ("FILL IN: another option", "FILL IN: why it is wrong."),
    },
    answer="b",
)


quiz(
    "quiz_training_with_batchnorm_3",
    "FILL IN: what do people get wrong?",
    {
        "a": ("FILL IN: an option", "FILL IN: why it is wrong."),
        "b": ("FILL IN: the right option", "FILL IN: why it is right."),
        "c": ("FILL IN: another option", "FILL IN: why it is wrong."),
    },
    answer="b",
)


quiz(
    "quiz_training_with_batchnorm_4",
    "FILL IN: what do people get wrong?",
    {
        "a": ("FILL IN: an option", "FILL IN: why it is wrong."),
        "b": ("FILL IN: the right option", "FILL IN: why it is right."),
        "c": ("FILL IN: another option", "FILL IN: why it is wrong."),
    },
    answer="b",
)


quiz(
    "quiz_training_with_batchnorm_5",
    "FILL IN: what do people get wrong?",
    {
        "a": ("FILL IN: an option", "FILL IN: why it is wrong."),
        "b": ("FILL IN: the right option", "FILL IN: why it is right."),
        "c": ("FILL IN: another option", "FILL IN: why it is wrong."),
    },
    answer="b",
)
