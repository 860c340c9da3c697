"""Exercises of solutions/03_signals_through_depth.py: how large weights should be, and why."""

# ruff: noqa: I001 (in the order of the lesson, which is the order that progress() shows)

from coursekit.checking import Lesson
from coursekit.exercises.signals_through_depth import init_std as init_std
from coursekit.exercises.signals_through_depth import forward_stats as forward_stats
from coursekit.exercises.signals_through_depth import dead_fraction as dead_fraction
from coursekit.exercises.signals_through_depth import lsuv_scale as lsuv_scale
from coursekit.exercises.signals_through_depth import predictions as predictions
from coursekit.exercises.signals_through_depth import quiz as quiz

LESSON = Lesson(
    title="Signals through depth",
    question="Ten layers, a library's defaults, SGD at any of four rates: it learns nothing. Why?",
    difficulty=3,
    cpu_seconds=60,
    objectives=(
        "Derive how large a layer's weights must be to keep its signal's size",
        "Measure a signal layer by layer, forward and backward, before training anything",
        "Tell a dead unit from a silent sample",
        "Say what a fair baseline is, and hold later lessons to it",
    ),
    prerequisites=("mean_and_variance", "scaling_inputs"),
)
