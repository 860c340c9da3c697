"""Dots on a line: their mean, and one standard deviation either side by both divisors."""

import numpy as np

from coursekit.widgets.explorable import Explorable, Slider, State, Step, fixed

VALUES = [12, 16, 18, 20, 26, 9, 30, 14, 22, 24, 11, 19]  # of which the first n are shown


def frame(state: State):
    """Mean and standard deviations of the first n points."""
    x = np.array(state["points"][: state["n"]], float)
    by_n, by_less = x.std(), x.std(ddof=1)
    ratio = np.sqrt(len(x) / (len(x) - 1))
    spread = (
        f"σ is {fixed(by_n)} by N and {fixed(by_less)} by N − 1, {fixed(ratio, 3)} times as much."
        if by_n > 0
        else "They agree: σ is 0 by either divisor."
    )
    words = (
        f"{len(x)} values, mean {fixed(x.mean())}. {spread} "
        f"Move one value by 1, and the mean moves by {fixed(1 / len(x), 3)}."
    )
    return {"mean": x.mean(), "by_n": by_n, "by_less": by_less, "ratio": ratio, "words": words}


DOT_PLOT = Explorable(
    name="dot_plot",
    title="Mean and standard deviation",
    about="Dots on a line from 0 to 50, a vertical line at their mean, and above them two bars "
    "that reach one standard deviation to either side: divided by N, and longer, by N − 1.",
    frame=frame,
    first={"n": 5, "points": VALUES},
    controls=(Slider("n", "Values N", 2, 12, 1),),
    steps=(
        Step(
            "One value far out takes the mean along, by 1/N of its way.",
            _far := {"points": [12, 16, 18, 20, 46, *VALUES[5:]]},
        ),
        Step(
            "With 12 values the same one counts for less, and the bars are nearly equal.",
            {**_far, "n": 12},
        ),
        Step(
            "With two values the N bar ends exactly on them; the other is √2 times as long.",
            {"n": 2, "points": [14, 32, *VALUES[2:]]},
        ),
        Step("Values that agree have no spread, by either divisor.", {"points": [25] * 12}),
    ),
    size=(700, 250),
)
