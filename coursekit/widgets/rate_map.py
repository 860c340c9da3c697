"""Nine learning rates and seven scales of the initial weights: which pairs of them train?"""

import json
from functools import cache
from pathlib import Path

from coursekit.widgets.explorable import Choice, Explorable, Slider, State, Step, short

STORED = Path(__file__).with_suffix(".json")  # experiments.rate_gain measures it anew
GAINS = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
NORMS = {"none": "no norm", "layer": "layer norm", "batch": "batch norm"}
DEPTHS = [3, 8, 20]
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
GOOD = 90  # percent of the test digits


def key(norm: str, depth: int, optimizer: str) -> str:
    """What a map is stored as."""
    return f"{optimizer} {depth} {norm}"


@cache
def maps() -> dict[str, list[list[int]]]:
    """Percent of the test digits read after 100 steps: (gain, rate) of every map."""
    return json.loads(STORED.read_text("utf-8"))


def frame(state: State):
    """The map of this norm, depth and optimizer, and one square of it."""
    norm, depth, optimizer = state["norm"], int(state["depth"]), state["optimizer"]
    grid = maps()[key(norm, depth, optimizer)]
    gain, rate = state["gain"], state["rate"]
    good = sum(value >= GOOD for row in grid for value in row)
    rows = sum(max(row) >= GOOD for row in grid)
    columns = sum(value >= GOOD for value in grid[GAINS.index(1.0)])
    words = (
        f"{depth} layers, {NORMS[norm]}, {OPTIMIZERS[optimizer]}: with gain {short(GAINS[gain])} "
        f"and learning rate {short(RATES[rate])} it reads {grid[gain][rate]} of 100 "
        f"test digits after 100 steps. {good} of {len(GAINS) * len(RATES)} squares reach {GOOD}. "
        f"Of the gains {rows} of {len(GAINS)} do at some rate; of the rates {columns} of "
        f"{len(RATES)} do at gain 1."
    )
    return {"grid": grid, "good": good, "rows": rows, "columns": columns, "words": words}


RATE_MAP = Explorable(
    name="rate_map",
    title="Which rates, from which start?",
    about="A map with a row for each gain of the initial weights and a column for each learning "
    "rate. Each square holds how many of 100 test digits are read after 100 steps; the more, the "
    "darker, and those that reach 90 have a frame.",
    frame=frame,
    first={"norm": "none", "depth": "8", "optimizer": "sgd", "gain": 4, "rate": 4},
    controls=(
        Choice("norm", "Norm", NORMS),
        Choice("depth", "Hidden layers", {str(n): str(n) for n in DEPTHS}),
        Choice("optimizer", "Optimizer", OPTIMIZERS),
        Slider("gain", "gain", 0, len(GAINS) - 1, 1),
        Slider("rate", "learning rate", 0, len(RATES) - 1, 1),
    ),
    steps=(
        Step("Without a norm one gain of seven trains, He's own, and no more at rate 0.1.",
             {"rate": 6}),
        Step("With batch norm six of seven do, at some rate.", {"norm": "batch"}),
        Step("The larger the gain, the higher the rate that it takes.",
             {"norm": "batch", "gain": 6, "rate": 7}),
        Step("Layer norm trains along a narrow band.", {"norm": "layer", "gain": 3, "rate": 3}),
        Step("Twenty layers with batch norm: no square reaches 90 in 100 steps.",
             {"norm": "batch", "depth": "20", "gain": 3, "rate": 5}),
    ),
    size=(700, 300),
    data=lambda: {
        "maps": maps(), "gains": GAINS, "rates": RATES, "norms": NORMS, "optimizers": OPTIMIZERS,
        "good": GOOD,
    },
)  # fmt: skip
