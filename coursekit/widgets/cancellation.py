"""25 readings with variance 1, ever farther from zero: what float32 makes of two formulas."""

import numpy as np

from coursekit.widgets.explorable import Explorable, Slider, State, Step, fixed, short

STEP = 0.25
OFFSETS = [10.0 ** (STEP * k) for k in range(25)]
_draws = np.random.default_rng(3).standard_normal(25)
READINGS = ((_draws - _draws.mean()) / _draws.std()).tolist()


def frame(state: State):
    """E[x²], E[x]² and both variances in float32, and how far apart numbers lie there."""
    offset = OFFSETS[round(state["power"] / STEP)]
    x = np.array([offset + r for r in READINGS]).astype(np.float32)
    mean = mean32(x)
    square_mean, mean_square = mean32(x * x), mean * mean
    one, two = square_mean - mean_square, mean32((x - mean) ** 2)
    gap, truth = np.spacing(square_mean), x.astype(float).var()
    words = (
        f"Readings near {fixed(offset, 0)}: one pass gives {short(one)}, two passes {short(two)}; "
        f"the truth is {short(truth)}. E[x²] = {fixed(square_mean, 1)} has neighbours "
        f"{short(gap)} away: one pass can only answer in steps of about that size."
    )
    values = {"square_mean": square_mean, "mean_square": mean_square, "one": one, "two": two}
    values |= {"gap": gap, "truth": truth}
    return {name: float(value) for name, value in values.items()} | {"words": words}


def mean32(x):
    """Average in float32, one value after the other, as a plain loop does."""
    total = np.float32(0)
    for value in x:
        total += value
    return total / np.float32(len(x))


CANCELLATION = Explorable(
    name="cancellation",
    title="Cancellation in one pass",
    about="Three rows of digits, E[x²] minus E[x]² in float32, with the leading digits that cancel "
    "struck out, and a number line from −20 to 20 with the answers of one pass and two passes.",
    frame=frame,
    first={"power": 4},
    controls=(Slider("power", "Readings near", 0, 6, STEP),),
    steps=(
        Step("Near 1 both are right.", {"power": 0}),
        Step("Near 1000 the first six digits are the same, and cancel.", {"power": 3}),
        Step("Near 10,000 the numbers around E[x²] lie 8 apart. A variance of 1 fits in between.",
             {"power": 4}),
        Step("Near 100,000 the answer is rounding error and nothing else. Two passes do not care.",
             {"power": 5}),
    ),
    size=(700, 290),
    data=lambda: {"offsets": OFFSETS, "readings": READINGS, "step": STEP},
)  # fmt: skip
