"""Explorables: pictures a learner can take hold of. `dot_plot()` as a cell's last line shows one.

Each is a pure `frame(state)` in Python, the same in JavaScript, and a drawing; see `explorable`.
"""

from coursekit.widgets.axes_cube import AXES_CUBE
from coursekit.widgets.batch_sandbox import BATCH_SANDBOX
from coursekit.widgets.cancellation import CANCELLATION
from coursekit.widgets.descent import DESCENT
from coursekit.widgets.dot_plot import DOT_PLOT
from coursekit.widgets.ema_playground import EMA_PLAYGROUND
from coursekit.widgets.gradient_circle import GRADIENT_CIRCLE
from coursekit.widgets.graph import GRAPH
from coursekit.widgets.rate_map import RATE_MAP
from coursekit.widgets.signal_depth import SIGNAL_DEPTH

EXPLORABLES = {
    e.name: e
    for e in (
        DOT_PLOT,
        CANCELLATION,
        DESCENT,
        SIGNAL_DEPTH,
        BATCH_SANDBOX,
        GRAPH,
        GRADIENT_CIRCLE,
        EMA_PLAYGROUND,
        AXES_CUBE,
        RATE_MAP,
    )
}


def dot_plot():
    """Drag dots on a line: mean ± σ, divided by N and by N − 1."""
    return _live("dot_plot")


def cancellation():
    """Move readings away from zero: a variance in one pass against two, in float32."""
    return _live("cancellation")


def descent():
    """Choose the size of a feature and a learning rate: does descent creep, bounce or climb?"""
    return _live("descent")


def signal_depth():
    """Choose gain, activation and norm: what reaches the twentieth layer?"""
    return _live("signal_depth")


def batch_sandbox():
    """Drag one sample and see all outputs move; batch or layer norm, and what ε does."""
    return _live("batch_sandbox")


def graph():
    """Batch norm node by node: values, gradients, shapes; cut a wire and see dx go wrong."""
    return _live("graph")


def gradient_circle():
    """Three samples: drag dy and see which part of it batch norm's backward pass lets through."""
    return _live("gradient_circle")


def ema_playground():
    """Choose momentum, noise and drift: what has the running mean stored after 100 batches?"""
    return _live("ema_playground")


def axes_cube():
    """Choose a norm, groups and a memory layout: which cells share a statistic?"""
    return _live("axes_cube")


def rate_map():
    """Choose a norm, a depth and an optimizer: which rates and weights train?"""
    return _live("rate_map")


def _live(name: str):
    from coursekit.widgets.view import view  # anywidget takes a third of a second to import

    return view(EXPLORABLES[name])
