"""Exercises of solutions/10_training_with_batchnorm.py: what a fair comparison takes."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.training_with_batchnorm import steps_to_target as steps_to_target
from coursekit.exercises.training_with_batchnorm import mend_best_rate as mend_best_rate
from coursekit.exercises.training_with_batchnorm import usable_window as usable_window
from coursekit.exercises.training_with_batchnorm import paired_interval as paired_interval
from coursekit.exercises.training_with_batchnorm import equal_budget as equal_budget
from coursekit.exercises.training_with_batchnorm import fair_plan as fair_plan
from coursekit.exercises.training_with_batchnorm import predictions as predictions
from coursekit.exercises.training_with_batchnorm import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Training with batch norm",
    question="With batch norm a network trains faster. Faster than which network, at which "
    "learning rate, and says who?",
    difficulty=3,
    cpu_seconds=40,
    objectives=(
        "Measure how fast a network trains without losing the runs that fail",
        "Give every arm its own learning rate, chosen on data that judge nothing",
        "Say which rates, depths and initial scales batch norm makes usable, and where it fails",
        "Compare two arms seed by seed, and give an interval",
        "Design an experiment that could also come out against you",
    ),
    prerequisites=("running_statistics", "signals_through_depth"),
)
