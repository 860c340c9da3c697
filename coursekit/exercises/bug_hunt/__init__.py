"""Exercises of solutions/17_bug_hunt.py: twelve sealed layers, and five claims before a court."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.bug_hunt import layers as layers
from coursekit.exercises.bug_hunt import named as named
from coursekit.exercises.bug_hunt import claim_verdict as claim_verdict
from coursekit.exercises.bug_hunt import court as court
from coursekit.exercises.bug_hunt import predictions as predictions
from coursekit.exercises.bug_hunt import quiz as quiz
from coursekit.exercises.bug_hunt import quiz_of_use as quiz_of_use
# isort: on

LESSON = Lesson(
    title="Bug hunt",
    question="Twelve layers pass the check that everybody runs, and all twelve are wrong. "
    "What is wrong in each?",
    difficulty=5,
    cpu_seconds=30,
    objectives=(
        "Choose inputs on which a wrong layer cannot look right",
        "Tell one mistake from another by a few probes, and repair it",
        "Choose a norm for a case of practice, and say why",
        "Judge a claim by an interval and a bar that was fixed beforehand",
    ),
    prerequisites=(
        "scaling_inputs",
        "backward_geometry",
        "batchnorm_everywhere",
        "training_with_batchnorm",
        "noise_and_small_batches",
        "sequences_and_transformers",
    ),
)
