"""A running mean that starts at 0 and follows noisy batch means: how fast, how steadily."""

import numpy as np

from coursekit.norms import update_running
from coursekit.widgets.explorable import Choice, Explorable, Slider, State, Step, fixed, short

STEPS = 100
NOISE = np.random.default_rng(7).standard_normal(STEPS).round(3).tolist()
TRUTH = 3.0
MOMENTA = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.9, 1.0]


def frame(state: State):
    """The true mean, the batch means and the running mean after each of 100 batches."""
    momentum = MOMENTA[state["momentum"]]
    steps = np.arange(1, STEPS + 1)
    truth = np.where(steps > STEPS // 2, TRUTH + state["drift"], TRUTH)
    batch = truth + state["noise"] * np.array(NOISE)
    running, path = 0.0, []
    for k, value in enumerate(batch, start=1):
        running = update_running(running, value, 1 / k if state["rule"] == "average" else momentum)
        path.append(running)
    forgotten = 1 - (1 - momentum) ** STEPS
    if state["rule"] == "average":
        rule = "momentum=None: the plain average of all batches so far. "
    else:
        rule = (
            f"Momentum {short(momentum)} (Keras would say {short(1 - momentum)}): about the last "
            f"{fixed(1 / momentum, 0)} batches count, and after 100 the start at 0 weighs "
            f"{fixed(100 * (1 - forgotten), 0)} %. "
        )
    off = running - truth[-1]
    words = f"{rule}Stored: {fixed(running)}; true: {fixed(truth[-1])}; off by {fixed(off)}."
    arrays = {"truth": truth, "batch": batch, "running": np.array(path)}
    return {k: v.tolist() for k, v in arrays.items()} | {"momentum": momentum, "words": words}


EMA_PLAYGROUND = Explorable(
    name="ema_playground",
    title="Running mean",
    about="One hundred batches from left to right: grey dots are the batches' means, a dashed line "
    "is the true mean, and a thick line is the running mean that inference would use, from 0 on.",
    frame=frame,
    first={"momentum": 4, "noise": 1, "drift": 0, "rule": "running"},
    controls=(
        Slider("momentum", "momentum", 0, len(MOMENTA) - 1, 1),
        Slider("noise", "noise", 0, 2, 0.25),
        Slider("drift", "drift at 50", -3, 3, 0.5),
        Choice("rule", "Rule", {"running": "momentum", "average": "None (average)"}),
    ),
    steps=(
        Step("PyTorch's default, 0.1: it arrives after some 30 batches, and stays restless.",
             {"momentum": 6}),
        Step("0.01: quiet, but after 100 batches it has not arrived. Evaluate now and be wrong.",
             {"momentum": 3}),
        Step("0.001: training looks the same, evaluation is nonsense.", {"momentum": 0}),
        Step("0.9, a Keras value in PyTorch: it believes the last batch.", {"momentum": 9}),
        Step("The data drift half-way: 0.1 follows.", {"momentum": 6, "drift": 3}),
        Step("The plain average never forgets the time before.", {"drift": 3, "rule": "average"}),
    ),
    size=(700, 280),
    data=lambda: {"noise": NOISE, "momenta": MOMENTA, "truth": TRUTH},
)  # fmt: skip
