"""Exercises of solutions/08_batchnorm_everywhere.py: images, volumes, sentences, and biases."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.batchnorm_everywhere import statistics_count as statistics_count
from coursekit.exercises.batchnorm_everywhere import batch_norm_nd as batch_norm_nd
from coursekit.exercises.batchnorm_everywhere import (
    batch_norm_nd_mistakes as batch_norm_nd_mistakes,
)
from coursekit.exercises.batchnorm_everywhere import masked_batch_norm as masked_batch_norm
from coursekit.exercises.batchnorm_everywhere import (
    masked_batch_norm_mistakes as masked_batch_norm_mistakes,
)
from coursekit.exercises.batchnorm_everywhere import redundant_biases as redundant_biases
from coursekit.exercises.batchnorm_everywhere import mend_images as mend_images
from coursekit.exercises.batchnorm_everywhere import predictions as predictions
from coursekit.exercises.batchnorm_everywhere import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Batch norm everywhere",
    question="A mean is taken over one axis instead of three, nothing fails, and the test accuracy "
    "is as good as ever. What does it cost?",
    difficulty=3,
    cpu_seconds=45,
    objectives=(
        "Say which values of a table, an image, a volume or a sentence share a mean",
        "Write batch norm for any number of axes, wherever the channels stand",
        "Keep padding out of the statistics",
        "Find the biases that a batch norm makes useless",
        "Measure what a mean for each pixel costs, and when the mistake hides",
    ),
    prerequisites=("batchnorm_forward",),
)
