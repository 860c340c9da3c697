"""The exercise redundant_biases of the lesson batchnorm_everywhere."""

from collections.abc import Callable

from coursekit.checking import exercise

PASSED_ON = ("Identity", "Flatten", "MaxPool2d", "AvgPool2d", "Linear")
NORMS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")


def networks(rng):
    """Layers in the order in which the data pass: (name, kind, has a bias)."""
    yield (
        "convolution, batch norm, ReLU, linear",
        (
            [
                ("conv", "Conv2d", True),
                ("norm", "BatchNorm2d", True),
                ("relu", "ReLU", False),
                ("head", "Linear", True),
            ],
        ),
    )
    yield (
        "the norm after the ReLU",
        (
            [
                ("conv1", "Conv2d", True),
                ("relu1", "ReLU", False),
                ("norm1", "BatchNorm2d", True),
                ("conv2", "Conv2d", False),
                ("norm2", "BatchNorm2d", True),
                ("relu2", "ReLU", False),
            ],
        ),
    )
    yield "pooling, flattening and nothing between", (
        [
            ("a", "Conv2d", True), ("b", "MaxPool2d", False), ("c", "BatchNorm2d", True),
            ("d", "Tanh", False), ("e", "Conv2d", True), ("f", "AvgPool2d", False),
            ("g", "Flatten", False), ("h", "Identity", False), ("i", "BatchNorm1d", True),
            ("j", "Linear", True),
        ],
    )  # fmt: skip
    yield "two linear layers, and two norms in a row", (
        [
            ("one", "Linear", True), ("two", "Linear", True), ("three", "BatchNorm1d", True),
            ("four", "BatchNorm1d", True), ("five", "Sigmoid", False), ("six", "Linear", True),
        ],
    )  # fmt: skip
    yield "other norms and dropout", (
        [
            ("p", "Linear", True), ("q", "LayerNorm", True), ("r", "ReLU", False),
            ("s", "Linear", True), ("t", "Dropout", False), ("u", "BatchNorm1d", True),
            ("v", "ReLU", False), ("w", "Conv3d", True), ("x", "BatchNorm3d", False),
            ("y", "Conv3d", True), ("z", "Conv3d", True), ("end", "BatchNorm3d", True),
        ],
    )  # fmt: skip
    yield "no batch norm at all", ([("in", "Linear", True), ("out", "Linear", True)],)


@exercise(
    cases=networks,
    hints=(
        "Follow a bias forwards. It shifts its channel by the same amount in every sample. Which "
        "layers hand such a shift on, and which one takes it off?",
        "In Linear → Linear → BatchNorm1d, do you name both? In Conv2d → ReLU → BatchNorm2d, none? "
        "In BatchNorm1d → BatchNorm1d, the first?",
        "found = []\nfor i, (name, _, bias) in enumerate(layers):\n"
        "    for _, kind, _ in layers[i + 1 :]:\n"
        "        if kind in ___ and bias:\n            found.append(___)\n"
        "        if kind not in ___:\n            break\nreturn found",
    ),
    points=2,
    minutes=10,
    difficulty=3,
    allows=("batch_norm", "layer_norm", "instance_norm", "group_norm"),
    ask="In evaluation, with stored statistics, may you delete the biases that you found?",
)
def redundant_biases(layers):
    """Name the layers whose bias does nothing in training, because a batch norm takes it off.

    layers: (name, kind, has a bias), in the order in which the data pass through them. A shift of
    whole channels is handed on by Identity, Flatten, MaxPool2d, AvgPool2d and Linear; BatchNorm1d,
    2d and 3d take it off; every other kind stops the search. -> names, in order
    """
    passed_on = ("Identity", "Flatten", "MaxPool2d", "AvgPool2d", "Linear")
    norms = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")
    found = []
    for i, (name, _, bias) in enumerate(layers):
        for _, kind, _ in layers[i + 1 :]:
            if kind in norms and bias:
                found.append(name)
            if kind not in passed_on:
                break
    return found


@redundant_biases.alternative
def from_the_end(layers):
    found, taken_off = [], False
    for name, kind, bias in reversed(layers):
        if taken_off and bias:
            found.append(name)
        if kind.startswith("BatchNorm"):
            taken_off = True
        elif kind not in PASSED_ON:
            taken_off = False
    return found[::-1]


@redundant_biases.alternative
def by_the_first_that_acts(layers):
    def ends_in_a_norm(rest):
        acting = [kind for _, kind, _ in rest if kind not in PASSED_ON]
        return bool(acting) and acting[0] in NORMS

    return [
        name for i, (name, _, bias) in enumerate(layers) if bias and ends_in_a_norm(layers[i + 1 :])
    ]


@redundant_biases.alternative
def by_recursion(layers):
    if not layers:
        return []
    (name, _, bias), *rest = layers
    return [name] * (bias and caught(rest)) + by_recursion(rest)


def caught(layers):
    if not layers:
        return False
    (_, kind, _), *rest = layers
    return kind in NORMS or (kind in PASSED_ON and caught(rest))


KINDS: dict[str, Callable] = {
    "right": lambda kind: kind in NORMS,
    "2d": lambda kind: kind == "BatchNorm2d",
    "every norm": lambda kind: kind in (*NORMS, "LayerNorm"),
}
ON: dict[str, Callable] = {
    "right": lambda kind: kind in PASSED_ON,
    "nothing": lambda kind: False,
    "no linear": lambda kind: kind in PASSED_ON and kind != "Linear",
    "activations": lambda kind: kind in (*PASSED_ON, "ReLU", "Tanh", "Sigmoid"),
    "dropout": lambda kind: kind in (*PASSED_ON, "Dropout"),
    "convolutions": lambda kind: kind in PASSED_ON or kind.startswith("Conv"),
    "everything": lambda kind: True,
}


@redundant_biases.variant
def _(layers, *, norm="right", on="right", asked="bias", own="any"):
    found = []
    for i, (name, mine, bias) in enumerate(layers):
        for _, kind, _ in layers[i + 1 :]:
            if KINDS[norm](kind):
                if (bias or asked == "never") and (own == "any" or mine not in NORMS):
                    found.append(name)
                break
            if not ON[on](kind):
                break
    return found


for name, words, switch in (
    (
        "next_layer_only",
        "You look at the next layer only. Pooling, flattening and a linear layer hand a shift on "
        "to the batch norm behind them.",
        {"on": "nothing"},
    ),
    (
        "linear_stops",
        "A linear layer hands a shift on: it turns one constant into another.",
        {"on": "no linear"},
    ),
    (
        "through_activations",
        "An activation is in between. A shift before a ReLU changes what passes it, sample by "
        "sample; no mean takes that off.",
        {"on": "activations"},
    ),
    (
        "through_dropout",
        "Dropout sets the shift to 0 in some samples and scales it in others, so it is no constant "
        "any more.",
        {"on": "dropout"},
    ),
    (
        "through_convolutions",
        "A convolution pads with zeros, which are not shifted: at the border the shift is another "
        "one. The search stops there.",
        {"on": "convolutions"},
    ),
    (
        "any_norm_later",
        "A batch norm somewhere later is not enough. What lies between must hand the shift on.",
        {"on": "everything"},
    ),
    (
        "two_dimensional_only",
        "You know BatchNorm2d only; 1d and 3d take a shift off as well.",
        {"norm": "2d"},
    ),
    (
        "layer_norm_too",
        "Layer norm compares the features of one sample, and a bias differs from feature to "
        "feature: it is not taken off.",
        {"norm": "every norm"},
    ),
    (
        "bias_or_not",
        "You named layers that have no bias.",
        {"asked": "never"},
    ),
    (
        "norms_left_out",
        "The β of a batch norm is a bias like any other: a second batch norm takes it off.",
        {"own": "no norms"},
    ),
):
    redundant_biases.switch(name, words, **switch)


@redundant_biases.mistake("These are the biases to keep; asked for are those that do nothing.")
def the_useful_ones(layers):
    useless = redundant_biases.right(layers)
    return [name for name, _, bias in layers if bias and name not in useless]


@redundant_biases.mistake("You named every bias, whether a batch norm follows or not.")
def every_bias(layers):
    return [name for name, _, bias in layers if bias]


@redundant_biases.mistake(
    "You named the batch norms. Asked for are the layers before them, whose bias does nothing."
)
def the_norms(layers):
    return [name for name, kind, _ in layers if kind in NORMS]


@redundant_biases.mistake(
    "You looked behind a batch norm. What comes after it shifts freely; what comes before is taken "
    "off."
)
def after_instead_of_before(layers):
    return redundant_biases.right(layers[::-1])[::-1]


@redundant_biases.mistake("You return places in the list; return the layers' names.")
def places(layers):
    useless = redundant_biases.right(layers)
    return [i for i, (name, _, _) in enumerate(layers) if name in useless]
