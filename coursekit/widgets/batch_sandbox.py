"""Six samples through batch norm or layer norm: drag one input and see who else moves."""

import numpy as np

from coursekit.norms import batch_norm, layer_norm
from coursekit.widgets.explorable import Choice, Explorable, Slider, State, Step, fixed, short

ORDINARY = [0.5, 4.0, -3.0, 1.5, -6.0, 3.0]
CONSTANT = [7.001, 6.999, 7.002, 6.998, 7.0, 7.0]
OTHERS = [[1.0, -2.0], [-1.5, 3.0], [0.5, 1.0], [2.5, -1.0], [-2.0, 0.5], [1.0, 2.0]]
NAMES = {"batch": "Batch norm", "layer": "Layer norm"}


def frame(state: State):
    """Inputs and outputs of the feature shown, now and before anything was moved."""
    column = 0 if state["feature"] == "ordinary" else 3
    eps = 10.0 ** state["log10_eps"]
    x = features(state["ordinary"], state["constant"])
    y = normalized(x, state["norm"], eps)[:, column]
    before = normalized(features(ORDINARY, CONSTANT), state["norm"], eps)[:, column]
    moved = [i for i in range(6) if (x[i] != features(ORDINARY, CONSTANT)[i]).any()]
    change = np.abs(y - before)
    std_in, std_out, out = x[:, column].std(), y.std(), int((change > 1e-6).sum())
    words = (
        f"{NAMES[state['norm']]}, ε = {short(eps)}: standard deviation {short(std_in)} in, "
        f"{short(std_out)} out. "
    )
    if moved:
        which = f"sample{'s' if len(moved) > 1 else ''} {', '.join(map(str, moved))}"
        words += f"You moved {which}: {out} of 6 outputs moved, by up to {fixed(change.max())}."
    else:
        words += "Drag a sample: whose outputs move?"
    if state["norm"] == "batch":
        outermost = np.abs(y).max()
        words += (
            f" The outermost output is at {fixed(outermost)}; no batch of 6 can pass √5 = 2.24."
        )
    return {"x": x[:, column], "y": y, "before": before, "moved": moved, "words": words}


def features(ordinary, constant):
    """Put the two columns that can be moved around two that stay. -> (6, 4)"""
    return np.column_stack([ordinary, OTHERS, constant]).astype(float)


def normalized(x, norm, eps):
    one, zero = np.ones(4), np.zeros(4)
    return (batch_norm if norm == "batch" else layer_norm)(x, one, zero, eps)[0]


_FAR = {"ordinary": [0.5, 4.0, -3.0, 1.5, -6.0, 20.0]}
BATCH_SANDBOX = Explorable(
    name="batch_sandbox",
    title="Batch sandbox",
    about="Two panels of six samples, one feature. Left, the inputs; right, the outputs after "
    "normalization, with a hollow ring where each was before a sample was moved.",
    frame=frame,
    first={
        "norm": "batch",
        "feature": "ordinary",
        "log10_eps": -5,
        "ordinary": ORDINARY,
        "constant": CONSTANT,
    },
    controls=(
        Choice("norm", "Norm", {"batch": "batch", "layer": "layer"}),
        Choice("feature", "Feature", {"ordinary": "ordinary", "constant": "nearly constant"}),
        Slider("log10_eps", "ε", -8, 0, 0.5),
    ),
    steps=(
        Step("Sample 5 goes up. Nobody else was touched, and every output moves.",
             {"ordinary": [0.5, 4.0, -3.0, 1.5, -6.0, 9.0]}),
        Step("Far out it can never pass √5, and the others are pressed together.", _FAR),
        Step("The same under layer norm: nobody else moves.", {**_FAR, "norm": "layer"}),
        Step("A feature that hardly varies is blown up to the same size as any other.",
             {"feature": "constant", "log10_eps": -8}),
        Step("Unless ε is larger than its variance, 1.7e−6: then it fades away.",
             {"feature": "constant", "log10_eps": -3}),
    ),
    size=(700, 310),
    data=lambda: {"others": OTHERS, "ordinary": ORDINARY, "constant": CONSTANT},
)  # fmt: skip
