"""The exercise lsuv_scale of the lesson signals_through_depth."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.signals_through_depth.inputs import matrix, rows


def layers(rng):
    yield "6 samples, 4 inputs, 3 units", (matrix(rng, 4, 3), rows(rng, 6, 4))
    yield "4 samples, 4 inputs, 4 units", (matrix(rng, 4, 4), rows(rng, 4, 4))
    yield "weights 1000 times too small", (matrix(rng, 3, 5) / 1000, rows(rng, 7, 3))
    yield "after a ReLU: no input is negative", (matrix(rng, 3, 2), np.abs(rows(rng, 5, 3)))


@exercise(
    cases=layers,
    hints=(
        "No formula for fan_in and no assumption: send x through, look how far the outputs "
        "spread, and correct W by that factor.",
        "Send x through what you return: is (x @ yours).std() 1? Is yours still W up to one "
        "factor?",
        "z = ___ @ ___\nreturn W / z.___()",
    ),
    points=1,
    minutes=4,
    difficulty=1,
    ask="Ten layers are to be scaled this way. In which order, and why?",
)
def lsuv_scale(W, x):
    """W times one factor, so that x @ W has std 1 over samples and units. (D, K), (N, D) -> (D, K)

    x is a batch of what enters the layer. W itself stays as it is.
    """
    z = x @ W  # (N, K)
    return W / z.std()


@lsuv_scale.alternative
def by_variance(W, x):
    z = np.einsum("nd,dk->nk", x, W)
    return W * ((z - z.mean()) ** 2).mean() ** -0.5


@lsuv_scale.alternative
def until_it_fits(W, x):
    W = W.copy()
    for _ in range(10):
        W /= np.sqrt(np.var(x @ W))
    return W


@lsuv_scale.alternative
def on_plain_lists(W, x):
    z = [float(v) for row in x.dot(W) for v in row]
    mean = sum(z) / len(z)
    std = (sum((v - mean) ** 2 for v in z) / len(z)) ** 0.5
    return [[float(w) / std for w in row] for row in W]


SIZES = {
    "std": lambda z: z.std(),
    "variance": lambda z: z.var(),
    "unbiased": lambda z: z.std(ddof=1),
    "rms": lambda z: np.sqrt((z**2).mean()),
    "per unit": lambda z: z.std(axis=0),
    "largest": lambda z: np.abs(z).max(),
    "units apart": lambda z: z.std(axis=0).mean(),
}
SEEN = {
    "x @ W": lambda W, x: x @ W,
    "W": lambda W, x: W,
    "x": lambda W, x: x,
    "relu": lambda W, x: np.maximum(x @ W, 0),
    "centred": lambda W, x: (x - x.mean(axis=0)) @ W,
}


@lsuv_scale.variant
def _(W, x, *, size="std", of="x @ W", power=-1):
    return W * SIZES[size](SEEN[of](W, x)) ** power


lsuv_scale.switch(
    "divided_by_variance",
    "You divided by the variance. W enters the std once and the variance twice: divide by the std.",
    size="variance",
)
lsuv_scale.switch("multiplied", "You multiplied by the std; divide by it.", power=1)
lsuv_scale.switch(
    "unbiased_std",
    "You divided by one less than the number of values. Then this batch does not come out with a "
    "std of 1.",
    size="unbiased",
)
lsuv_scale.switch(
    "rms_for_std",
    "You took the root of the mean square. It holds the mean too; the std alone is to be 1.",
    size="rms",
)
lsuv_scale.switch(
    "each_unit_by_its_own",
    "You scaled every unit by its own std (axis 0). That is a step towards batch norm; LSUV has "
    "one factor for the layer.",
    size="per unit",
)
lsuv_scale.switch(
    "average_of_unit_stds",
    "You averaged the units' stds. That misses how far the units' means lie apart: take one std "
    "over all values.",
    size="units apart",
)
lsuv_scale.switch(
    "divided_by_the_largest",
    "You divided by the largest output. One outlier then decides; divide by the std.",
    size="largest",
)
lsuv_scale.switch(
    "std_of_the_weights",
    "You made the weights' own std 1. What counts is what they do to this input: the std of x @ W.",
    of="W",
)
lsuv_scale.switch(
    "std_of_the_input",
    "You divided by the std of x. What is to have a std of 1 is x @ W.",
    of="x",
)
lsuv_scale.switch(
    "measured_after_relu",
    "You measured after a ReLU. Asked for is the std of x @ W itself.",
    of="relu",
)
lsuv_scale.switch(
    "input_centred_first",
    "You took the mean off x first. The layer will see x as it is.",
    of="centred",
)


@lsuv_scale.mistake("That is the layer's output, scaled. Return the weights, shape (D, K).")
def output_returned(W, x):
    z = x @ W
    return z / z.std()


@lsuv_scale.mistake("That is the factor alone. Return W times it.")
def factor_returned(W, x):
    return 1 / (x @ W).std()


@lsuv_scale.mistake(
    "Right values, and the caller's W was changed: W /= … writes into it. Write W / …."
)
def weights_overwritten(W, x):
    W /= (x @ W).std()
    return W


@lsuv_scale.mistake(
    "That gives the weights He's std and never looks at x. LSUV measures, it assumes nothing."
)
def he_s_rule(W, x):
    return W / W.std() * np.sqrt(2 / len(W))
