"""Exercises of solutions/16_in_production.py: what becomes of batch norm once it is trained."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.in_production import mend_update_bn as mend_update_bn
from coursekit.exercises.in_production import freeze_bn as freeze_bn
from coursekit.exercises.in_production import adapt_bn as adapt_bn
from coursekit.exercises.in_production import fold_conv_bn as fold_conv_bn
from coursekit.exercises.in_production import equalize as equalize
from coursekit.exercises.in_production import sync_moments as sync_moments
from coursekit.exercises.in_production import plan_freezing as plan_freezing
from coursekit.exercises.in_production import predictions as predictions
from coursekit.exercises.in_production import quiz as quiz
# isort: on

LESSON = Lesson(
    title="In production",
    question="A network reads nearly every digit. Somebody averages its weights, rounds them to 8 "
    "bits, or sends it darker images, and it guesses. No weight is wrong. What is?",
    difficulty=4,
    cpu_seconds=40,
    objectives=(
        "Fold batch norm into the layer before it, and say where that is wrong",
        "Make a folded network survive 8 bits by a change that changes nothing",
        "Measure, freeze and adapt what batch norm stores, in PyTorch and in Keras",
        "Put the statistics of two processes together, so that they are those of one",
        "Plan a comparison of frozen and moving statistics",
    ),
    prerequisites=("full_layer", "noise_and_small_batches"),
)
