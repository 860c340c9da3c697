"""Gradient descent in a loss whose contours are ellipses, because one feature is larger."""

import numpy as np

from coursekit.widgets.explorable import Choice, Explorable, Slider, State, Step, fixed, short

STEPS = 40


def frame(state: State):
    """The path of 40 steps on ½ wᵀHw, the loss along it, and the largest rate that converges."""
    scale = 1.0 if state["features"] == "standardized" else state["scale"]
    hessian = np.array([1.0, scale**2])  # of a least-squares loss on uncorrelated features
    rate = 10.0 ** state["log10_rate"]
    factor = 1 - rate * hessian
    path = np.array(state["start"]) * factor ** np.arange(STEPS + 1)[:, None]
    loss = (hessian * path**2).sum(1) / 2
    limit, ratio = 2 / hessian.max(), loss[-1] / loss[0]
    verdict = (
        f"it diverges: after 40 steps the loss is {short(ratio)} times the first"
        if rate > limit
        else f"after 40 steps {short(100 * ratio)} % of the loss is left"
    )
    words = (
        f"λmax = {short(hessian.max())}, so rates up to 2/λmax = {short(limit)} converge. "
        f"Rate {short(rate)} is {fixed(100 * rate / limit, 0)} % of that: {verdict}. "
        f"Across the valley each step multiplies by {fixed(factor[1])}, "
        f"along it by {fixed(factor[0])}."
    )
    return {
        "path": path.tolist(),
        "loss": loss.tolist(),
        "hessian": hessian.tolist(),
        "limit": limit,
        "words": words,
    }


DESCENT = Explorable(
    name="descent",
    title="Descent in a narrow valley",
    about="Left, the contours of a loss over two weights, narrower the larger the second feature "
    "is, and the path of 40 steps of gradient descent. Right, the loss after each step, on a "
    "logarithmic axis.",
    frame=frame,
    first={"features": "raw", "scale": 4, "log10_rate": -1.0, "start": [8.0, 2.5]},
    controls=(
        Choice("features", "Features", {"raw": "raw", "standardized": "standardized"}),
        Slider("scale", "size of feature 2", 1, 10, 0.5),
        Slider("log10_rate", "learning rate", -3, 0.4, 0.05),
    ),
    steps=(
        Step("Just below 2/λmax: it bounces across the valley and creeps along it.",
             {"log10_rate": -0.95}),
        Step("A little above: it climbs out.", {"log10_rate": -0.85}),
        Step("A feature twice as large allows a quarter of the rate. The old one explodes.",
             {"scale": 8}),
        Step("The rate that is safe there gets 3 % of the way along the valley in a step.",
             {"scale": 8, "log10_rate": -1.55}),
        Step("Standardized features: a round bowl, a rate of 1, one step.",
             {"features": "standardized", "scale": 8, "log10_rate": 0.0}),
    ),
    size=(700, 300),
    data=lambda: {"steps": STEPS},
)  # fmt: skip
