"""Exercises of lesson 09, the full layer: batch norm as torch.nn has it."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.full_layer import batch_norm_module as batch_norm_module
from coursekit.exercises.full_layer import other_styles as other_styles
from coursekit.exercises.full_layer import batch_norm_mistakes as batch_norm_mistakes
from coursekit.exercises.full_layer import mend_input_norm as mend_input_norm
from coursekit.exercises.full_layer import keras_to_torch as keras_to_torch
from coursekit.exercises.full_layer import conv_to_torch as conv_to_torch
from coursekit.exercises.full_layer import dense_to_torch as dense_to_torch
from coursekit.exercises.full_layer import predictions as predictions
from coursekit.exercises.full_layer import quiz as quiz
# isort: on

LESSON = Lesson(
    title="The full layer",
    question="Your layer computes what torch.nn.BatchNorm2d computes. Why does a saved network "
    "still come back broken?",
    difficulty=4,
    cpu_seconds=45,
    objectives=(
        "Write one batch norm layer for inputs of any rank",
        "Decide what is a parameter, what a buffer, and what neither",
        "Exchange weights and statistics with torch.nn.BatchNorm2d, both ways",
        "Translate a batch norm layer between PyTorch and Keras",
    ),
    prerequisites=("running_statistics", "batchnorm_everywhere"),
)
