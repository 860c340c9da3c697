"""The exercise redundant_biases of the lesson batchnorm_everywhere."""

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


def any_network(rng):
    """Up to nine layers of any kind in any order, with a bias or without."""
    kinds = [*PASSED_ON, *NORMS, "Linear", "BatchNorm2d", "Conv2d", "Conv3d", "ReLU", "Tanh"]
    kinds += ["Dropout", "LayerNorm", "GroupNorm"]
    chosen = rng.choice(kinds, rng.integers(0, 10))
    return ([(f"layer{i}", str(kind), bool(rng.integers(2))) for i, kind in enumerate(chosen)],)


@exercise(
    cases=networks,
    domain=any_network,
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

    layers: (name, kind, has a bias), in the order in which the data pass, maybe none. The table
    says what each kind does to a shift, and "everything else" is every kind that it does not name.
    -> a list of names, in the same order, empty where no bias is redundant
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
