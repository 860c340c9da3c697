"""Exercises of solutions/01_mean_and_variance.py: axes, divisors, streams, shards, digits."""

# ruff: noqa: I001 (in the order of the lesson, which is the order that progress() shows)

from coursekit.checking import Lesson
from coursekit.exercises.mean_and_variance import batch_mean as batch_mean
from coursekit.exercises.mean_and_variance import batch_var as batch_var
from coursekit.exercises.mean_and_variance import moments as moments
from coursekit.exercises.mean_and_variance import welford_update as welford_update
from coursekit.exercises.mean_and_variance import merge_moments as merge_moments
from coursekit.exercises.mean_and_variance import stable_var32 as stable_var32
from coursekit.exercises.mean_and_variance import predictions as predictions
from coursekit.exercises.mean_and_variance import quiz as quiz

LESSON = Lesson(
    title="Mean and variance",
    question="How can an average of squares be negative?",
    difficulty=2,
    cpu_seconds=15,
    objectives=(
        "Reduce an array of any rank over the axes you mean",
        "Choose between N and N − 1, and say what each one promises",
        "Follow a mean and a variance through a stream, and merge those of two machines",
        "Predict when a variance in float32 is nonsense, and compute one that is not",
    ),
    prerequisites=("start_here",),
)
