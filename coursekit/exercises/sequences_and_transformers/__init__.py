"""Exercises of solutions/14_sequences_and_transformers.py: norms for tokens, and where they go."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.sequences_and_transformers import rms_norm as rms_norm
from coursekit.exercises.sequences_and_transformers import mend_rms_half as mend_rms_half
from coursekit.exercises.sequences_and_transformers import rms_norm_backward as rms_norm_backward
from coursekit.exercises.sequences_and_transformers import residual_block as residual_block
from coursekit.exercises.sequences_and_transformers import qk_attention as qk_attention
from coursekit.exercises.sequences_and_transformers import dyt_backward as dyt_backward
from coursekit.exercises.sequences_and_transformers import plan_token_norm as plan_token_norm
from coursekit.exercises.sequences_and_transformers import predictions as predictions
from coursekit.exercises.sequences_and_transformers import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Sequences and transformers",
    question="Eight blocks train well with a norm in one place, and barely with the same norm "
    "in another. Which place is right, and why?",
    difficulty=4,
    cpu_seconds=60,
    objectives=(
        "Say what padding and time do to batch statistics, and why layer norm does not care",
        "Write RMS norm forward and backward, and in half precision",
        "Put a norm before, behind or around a branch, and foretell how the stream grows",
        "Bound the logits of attention by a norm on queries and keys",
        "Send a gradient through a layer that has no statistics at all",
    ),
    prerequisites=("one_function_many_norms", "running_statistics"),
)
