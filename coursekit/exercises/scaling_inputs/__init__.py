"""Exercises of solutions/02_scaling_inputs.py: a bowl, its steps, its shape, and four cures."""

# ruff: noqa: I001 (in the order of the lesson, which is the order that progress() shows)

from coursekit.checking import Lesson
from coursekit.exercises.scaling_inputs import gd_quadratic as gd_quadratic
from coursekit.exercises.scaling_inputs import max_stable_lr as max_stable_lr
from coursekit.exercises.scaling_inputs import hessian_condition as hessian_condition
from coursekit.exercises.scaling_inputs import fit_scaler as fit_scaler
from coursekit.exercises.scaling_inputs import apply_scaler as apply_scaler
from coursekit.exercises.scaling_inputs import zca_whiten as zca_whiten
from coursekit.exercises.scaling_inputs import predictions as predictions
from coursekit.exercises.scaling_inputs import quiz as quiz

LESSON = Lesson(
    title="Scaling inputs",
    question="Same patients, same model, same best fit: why does training now take for ever?",
    difficulty=2,
    cpu_seconds=15,
    objectives=(
        "Predict from a loss's curvature which learning rates diverge",
        "Compute a condition number, and say what it promises about the number of steps",
        "Standardize inputs without looking at the test set",
        "Whiten inputs, and say why the fastest training can give the worst model",
    ),
    prerequisites=("mean_and_variance",),
)
