"""Exercises of solutions/12_noise_and_small_batches.py: who shares a mean, and what that costs."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.noise_and_small_batches import ghost_batch_norm as ghost_batch_norm
from coursekit.exercises.noise_and_small_batches import mend_epoch as mend_epoch
from coursekit.exercises.noise_and_small_batches import accumulation_gap as accumulation_gap
from coursekit.exercises.noise_and_small_batches import leaks as leaks
from coursekit.exercises.noise_and_small_batches import variance_shift as variance_shift
from coursekit.exercises.noise_and_small_batches import plan_groups as plan_groups
from coursekit.exercises.noise_and_small_batches import predictions as predictions
from coursekit.exercises.noise_and_small_batches import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Noise and small batches",
    question="Networks learn from the same batches of 64 digits, for as many steps. In one all "
    "64 share a mean, in another two do, and it misreads far more. Why, and how many must share "
    "one?",
    difficulty=4,
    cpu_seconds=30,
    objectives=(
        "Separate what a batch is to the optimizer from what it is to batch norm (ghost batches)",
        "Say what gradient accumulation and a short last batch do to a network with batch norm",
        "Measure who sees whom in a batch, and tell where that gives an answer away",
        "Predict the variance that batch norm meets in evaluation behind dropout",
        "Plan a comparison of group sizes that a reader can trust",
    ),
    prerequisites=("running_statistics",),
)
