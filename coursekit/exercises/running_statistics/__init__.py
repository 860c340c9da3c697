"""Exercises of solutions/07_running_statistics.py: what training leaves for evaluation."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.running_statistics import update_running as update_running
from coursekit.exercises.running_statistics import keras_momentum as keras_momentum
from coursekit.exercises.running_statistics import effective_window as effective_window
from coursekit.exercises.running_statistics import batch_norm_1d as batch_norm_1d
from coursekit.exercises.running_statistics import batch_norm_1d_styles as batch_norm_1d_styles
from coursekit.exercises.running_statistics import mend_step as mend_step
from coursekit.exercises.running_statistics import recalibrate as recalibrate
from coursekit.exercises.running_statistics import diagnose_gap as diagnose_gap
from coursekit.exercises.running_statistics import predictions as predictions
from coursekit.exercises.running_statistics import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Running statistics",
    question="Two networks train identically, bit by bit. Why does one then read nearly every "
    "digit, and the other far fewer?",
    difficulty=3,
    cpu_seconds=45,
    objectives=(
        "Keep a running average, and translate its momentum between libraries",
        "Say how many batches a momentum remembers",
        "Write a layer that trains with the batch and evaluates without it",
        "Estimate the statistics again after training, every sample counting once",
        "Find out from outside why a layer evaluates worse than it trains",
    ),
    prerequisites=("batchnorm_forward",),
)
