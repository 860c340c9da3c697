"""Exercises of solutions/13_one_function_many_norms.py: one formula, and the axes that name it."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.one_function_many_norms import normalize as normalize
from coursekit.exercises.one_function_many_norms import layer_norm as layer_norm
from coursekit.exercises.one_function_many_norms import instance_norm as instance_norm
from coursekit.exercises.one_function_many_norms import group_norm as group_norm
from coursekit.exercises.one_function_many_norms import mend_group_norm as mend_group_norm
from coursekit.exercises.one_function_many_norms import layer_norm_backward as layer_norm_backward
from coursekit.exercises.one_function_many_norms import adain as adain
from coursekit.exercises.one_function_many_norms import predictions as predictions
from coursekit.exercises.one_function_many_norms import quiz as quiz
# isort: on

LESSON = Lesson(
    title="One function, many norms",
    question="A network reads nearly every digit, and fails once the images are dimmed, although "
    "you still read them all. Which one line, with nothing to learn, repairs it?",
    difficulty=3,
    cpu_seconds=30,
    objectives=(
        "Write batch, layer, instance and group norm as one function and a choice of axes",
        "Say from outside which values share a mean, and where two norms are the same",
        "Send a gradient back through layer norm, with γ in its right place",
        "Predict which change of contrast a norm undoes, and which it cannot",
        "Move one image's statistics onto another (AdaIN)",
    ),
    prerequisites=("batchnorm_forward", "batchnorm_backward"),
)
