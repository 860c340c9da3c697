"""Exercises of solutions/05_batchnorm_backward.py: node by node, and how to trust the result."""

from coursekit.checking import Lesson

# In the order of the lesson.
# isort: off
from coursekit.exercises.batchnorm_backward import numgrad as numgrad
from coursekit.exercises.batchnorm_backward import numgrad_mistakes as numgrad_mistakes
from coursekit.exercises.batchnorm_backward import affine_backward as affine_backward
from coursekit.exercises.batchnorm_backward import variance_backward as variance_backward
from coursekit.exercises.batchnorm_backward import mean_backward as mean_backward
from coursekit.exercises.batchnorm_backward import (
    batch_norm_backward_staged as batch_norm_backward_staged,
)
from coursekit.exercises.batchnorm_backward import gradcheck as gradcheck
from coursekit.exercises.batchnorm_backward import predictions as predictions
from coursekit.exercises.batchnorm_backward import quiz as quiz
# isort: on

LESSON = Lesson(
    title="Batch norm, backward",
    question="Your backward passes its test with y.sum(). Why does that prove nothing?",
    difficulty=4,
    cpu_seconds=30,
    objectives=(
        "Measure a gradient by central differences, and choose the step",
        "Derive the gradient at every node of batch norm's graph from three rules",
        "Say through which three paths x reaches y, and what is lost without each",
        "Write a gradient check that refuses a wrong backward pass and accepts a right one",
    ),
    prerequisites=("batchnorm_forward",),
)
