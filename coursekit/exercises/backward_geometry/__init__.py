"""Exercises of solutions/06_backward_geometry.py: the gradient as a projection."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.backward_geometry import project_out as project_out
from coursekit.exercises.backward_geometry import batch_norm_backward as batch_norm_backward
from coursekit.exercises.backward_geometry import weight_gradient_facts as weight_gradient_facts
from coursekit.exercises.backward_geometry import predictions as predictions
from coursekit.exercises.backward_geometry import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Backward geometry",
    question="Which two directions can no gradient ever take on its way back through batch norm?",
    difficulty=4,
    cpu_seconds=30,
    objectives=(
        "Read off a function's invariances which directions its gradient cannot take",
        "Project a vector out of any set of directions, orthogonal or not",
        "Fold batch norm's backward pass into one line, from x_hat and 1/σ alone",
        "Say what eps does to the projection",
        "Measure what a norm after a weight does to its gradient: no radial part, size 1/a",
    ),
    prerequisites=("signals_through_depth", "batchnorm_backward"),
)
