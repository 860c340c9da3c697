"""Exercises of solutions/15_normalizing_weights.py: norms of weights, and no norm at all."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.normalizing_weights import weight_norm as weight_norm
from coursekit.exercises.normalizing_weights import mend_transposed as mend_transposed
from coursekit.exercises.normalizing_weights import weight_standardize as weight_standardize
from coursekit.exercises.normalizing_weights import clip_adaptively as clip_adaptively
from coursekit.exercises.normalizing_weights import skip_init_block as skip_init_block
from coursekit.exercises.normalizing_weights import spectral_normalize as spectral_normalize
from coursekit.exercises.normalizing_weights import plan_weight_norm as plan_weight_norm
from coursekit.exercises.normalizing_weights import predictions as predictions
from coursekit.exercises.normalizing_weights import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Normalizing weights",
    question="Twenty layers can be kept healthy at the start by their weights alone, without a "
    "look at the data. Why do they train worse than with batch norm?",
    difficulty=4,
    cpu_seconds=60,
    objectives=(
        "Write weight norm forward and backward, and say why a step never shortens v",
        "Start a network from one batch of data, and from none",
        "Standardize weights with the gain that ReLU needs, and say what that does to gradients",
        "Train without any norm: branches that start at zero, and gradients that are clipped",
        "Bound what a layer can do by its largest singular value",
    ),
    prerequisites=("signals_through_depth", "backward_geometry"),
)
