"""Exercises of solutions/04_batchnorm_forward.py: what batch norm computes, and what it forgets."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.batchnorm_forward import batch_norm as batch_norm
from coursekit.exercises.batchnorm_forward import influence_of_sample as influence_of_sample
from coursekit.exercises.batchnorm_forward import bn_invariances as bn_invariances
from coursekit.exercises.batchnorm_forward import (
    bn_invariances_mistakes as bn_invariances_mistakes,
)
from coursekit.exercises.batchnorm_forward import undo_normalization as undo_normalization
from coursekit.exercises.batchnorm_forward import mend_batch_norm as mend_batch_norm
from coursekit.exercises.batchnorm_forward import predictions as predictions
from coursekit.exercises.batchnorm_forward import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Batch norm, forward",
    question="The same photo, the same network, nothing random, and two different outputs: "
    "what changed?",
    difficulty=2,
    cpu_seconds=20,
    objectives=(
        "Write batch norm's forward pass and match PyTorch's",
        "Predict what comes out for one sample, for two, and for a feature that never changes",
        "Test from outside whether a function is batch norm, by what it cannot see",
        "Measure how much one sample's output depends on the others in its batch",
        "Say what γ and β can undo, and what they cannot",
    ),
    prerequisites=("mean_and_variance",),
)
