"""Twenty layers, nine gains: how large activations are, layer by layer, with and without norm."""

from functools import cache

import numpy as np

from coursekit.widgets.explorable import Choice, Explorable, Slider, State, Step, short

LAYERS, WIDTH, BATCH, BINS = 20, 64, 128, 25
GAINS = [0.5, 0.75, 1.0, 1.25, 1.414, 1.75, 2.0, 2.5, 3.0]
ACTIVATIONS = {"relu": lambda h: np.maximum(h, 0), "tanh": np.tanh}
TITLES = {"relu": "ReLU", "tanh": "tanh"}
NORMS = {"none": "no norm", "batch": "batch norm"}


@cache
def measure():
    """Run every network once. -> log10 of the std (…, gain, layer), histograms in % (…, bin)"""
    rng = np.random.default_rng(0)
    first = rng.standard_normal((BATCH, WIDTH))
    weights = rng.standard_normal((LAYERS, WIDTH, WIDTH)) / np.sqrt(WIDTH)
    size, shape = {}, {}
    for act, f in ACTIVATIONS.items():
        for norm in NORMS:
            runs = [_run(first, gain * weights, f, norm) for gain in GAINS]
            size[f"{act} {norm}"] = [[_log_std(h) for h in run] for run in runs]
            shape[f"{act} {norm}"] = [[_histogram(h) for h in run] for run in runs]
    return size, shape


def _run(x, weights, f, norm):
    seen = []
    for w in weights:
        x = x @ w
        if norm == "batch":
            x = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
        x = f(x)
        seen.append(x)
    return seen


def _log_std(h):
    return round(float(np.log10(max(h.std(), 1e-12))), 2)


def _histogram(h):
    """Percentages in 25 bins over ±4; what lies outside is counted in the last bins."""
    counts, _ = np.histogram(np.clip(h, -3.99, 3.99), BINS, (-4, 4))
    return np.rint(100 * counts / h.size).astype(int).tolist()


def frame(state: State):
    """The map of sizes for this activation and norm, and one cell of it."""
    key, gain, layer = f"{state['act']} {state['norm']}", state["gain"], state["layer"]
    size, shape = measure()
    grid = size[key]
    here, last = 10.0 ** grid[gain][layer - 1], 10.0 ** grid[gain][-1]
    factor = 10 ** ((grid[gain][-1] - grid[gain][0]) / (LAYERS - 1))
    verdict = "vanished" if last < 0.1 else "exploded" if last > 10 else "kept its size"
    words = (
        f"{TITLES[state['act']]}, {NORMS[state['norm']]}, gain {short(GAINS[gain])}: after layer "
        f"{layer} the standard deviation is {short(here)}. Over 20 layers each multiplies it by "
        f"{short(factor)} on average: the signal has {verdict}, at {short(last)}."
    )
    bars = shape[key][gain][layer - 1]
    return {"grid": grid, "bars": bars, "factor": factor, "words": words}


SIGNAL_DEPTH = Explorable(
    name="signal_depth",
    title="A signal through twenty layers",
    about="A map with a row for each gain and a column for each layer; blue with an arrow down "
    "where activations are below 0.1, red with an arrow up where they exceed 10. Beside it, the "
    "histogram of the chosen layer's activations.",
    frame=frame,
    first={"act": "relu", "norm": "none", "gain": 2, "layer": 20},
    controls=(
        Choice("act", "Activation", TITLES),
        Choice("norm", "Norm", NORMS),
        Slider("gain", "gain", 0, len(GAINS) - 1, 1),
        Slider("layer", "layer", 1, LAYERS, 1),
    ),
    steps=(
        Step("Gain √2, He's: ReLU throws half the square away, √2 puts it back.", {"gain": 4}),
        Step("A little more, and it explodes.", {"gain": 5}),
        Step("tanh cannot explode. With too large a gain it sits at −1 and 1, where it is flat.",
             {"act": "tanh", "gain": 8}),
        Step("tanh with gain 0.75 fades away.", {"act": "tanh", "gain": 1}),
        Step("Batch norm in every layer: the gain no longer matters.", {"norm": "batch"}),
    ),
    size=(700, 280),
    data=lambda: {
        **dict(zip(("size", "shape"), measure(), strict=True)),
        "gains": GAINS, "titles": TITLES, "norms": NORMS,
    },
)  # fmt: skip
