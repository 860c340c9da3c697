"""Exercises of solutions/11_why_it_works.py: reasons for what batch norm does, put to the test."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.why_it_works import drift as drift
from coursekit.exercises.why_it_works import noisy_batch_norm as noisy_batch_norm
from coursekit.exercises.why_it_works import loss_along_gradient as loss_along_gradient
from coursekit.exercises.why_it_works import gradient_growth as gradient_growth
from coursekit.exercises.why_it_works import turn_per_step as turn_per_step
from coursekit.exercises.why_it_works import mend_decay as mend_decay
from coursekit.exercises.why_it_works import cause_plan as cause_plan
from coursekit.exercises.why_it_works import predictions as predictions
from coursekit.exercises.why_it_works import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Why it works",
    question="If batch norm helps because layers' inputs stand still, what if you shake them?",
    difficulty=4,
    cpu_seconds=30,
    objectives=(
        "Turn an explanation into a number, and the number into an experiment that can refute it",
        "Measure drift, smoothness along a step, and the growth of gradients with depth",
        "Derive what a norm does to the size of gradients in each layer of a deep network",
        "Say what weight decay does to weights before a norm, and which parameters to exempt",
        "Design a fair test of a claim about causes",
    ),
    prerequisites=("signals_through_depth", "backward_geometry", "training_with_batchnorm"),
)
