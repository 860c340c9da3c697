"""The exercise freeze_bn of the lesson in_production."""

from torch import nn

from coursekit.checking import exercise
from coursekit.exercises.in_production.inputs import filled, reach, rows

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def flat(D):
    """Batch norms at two depths, a layer norm beside them."""
    inner = nn.Sequential(nn.Linear(D, 4), nn.BatchNorm1d(4, 0.3), nn.ReLU())
    return nn.Sequential(inner, nn.LayerNorm(4), nn.BatchNorm1d(4, 0.1), nn.Linear(4, 2))


def images():
    """One of each rank; batch norms of images and of rows."""
    return nn.Sequential(
        nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3, 0.3), nn.InstanceNorm2d(3, affine=True), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(3, 0.1), nn.Linear(3, 2),
    )  # fmt: skip


def with_dropout():
    """A batch norm without an affine part; group norm and, behind all norms, dropout."""
    return nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4, 0.3, affine=False), nn.GroupNorm(2, 4),
        nn.Sequential(nn.BatchNorm1d(4, 0.1), nn.Linear(4, 2)), nn.Dropout(0.5),
    )  # fmt: skip


def networks(rng):
    """Each with a batch, and the path of each of its parts."""
    yield "batch norms at two depths", flat(3), rows(rng, 5, 3)
    yield "batch norms of images and of rows", images(), rows(rng, 96, 3).reshape(4, 2, 6, 6)
    yield "one batch norm without gamma and beta, and dropout", with_dropout(), rows(rng, 6, 3)


def frozen(answer, rng):
    """What each part's mode is, who learns, and what a step in training changes."""
    for label, model, x in networks(rng):
        yield from looked_at(answer, label, filled(model, rng).train(), x)


def looked_at(answer, label, model, x):
    answer.doing = label
    names = [name for name, _ in model.named_modules()]
    made = answer(model)
    if not hasattr(made, "vjp"):
        yield f"the model: {label}", made
        return
    yield f"batch norms in training: {label}", modes(made, model, names, norms=True), "state"
    yield f"other layers in training: {label}", modes(made, model, names, norms=False), "state"
    learned = [name for name, _ in model.named_parameters()]
    yield f"what learns: {label}", {name: learns(made, name) for name in learned}, "state"
    if not any(isinstance(part, nn.Dropout) for part in model.modules()):
        yield f"output: {label}", made(x, no_grad=True)
    else:
        made(x, no_grad=True)
    yield f"what is stored after a batch: {label}", stored(made.do("state_dict")), "state"


def modes(made, model, names, norms):
    chosen = [n for n in names if isinstance(model.get_submodule(n), BATCH_NORMS) == norms]
    return {n or "the model": reach(made, n).get("training") for n in chosen}


def learns(made, name):
    """Whether a parameter of the answer's model has a gradient."""
    path, _, own = name.rpartition(".")
    return bool(getattr(reach(made, path).get(own), "requires_grad", False))


def stored(state):
    """Weights and running statistics, without the count of batches."""
    if not isinstance(state, dict):
        return state
    return {n: v for n, v in state.items() if not n.endswith("num_batches_tracked")}


def any_network(answer, rng):
    """Up to five linear layers, each with some norm or none behind it, some of them nested."""
    D = width = int(rng.integers(2, 5))
    model = nn.Sequential()
    for _ in range(int(rng.integers(1, 6))):
        wide = int(rng.integers(1, 4)) * 2
        norms = (
            nn.BatchNorm1d(wide, 0.1), nn.BatchNorm1d(wide, 0.3, affine=False), nn.LayerNorm(wide),
            nn.GroupNorm(2, wide), nn.Identity(),
        )  # fmt: skip
        made = nn.Sequential(nn.Linear(width, wide), norms[rng.integers(len(norms))], nn.ReLU())
        nested = rng.random() < 0.5
        for part in [made] if nested else made:
            model.append(part)
        width = wide
    yield from looked_at(answer, "a network", filled(model, rng).train(), rows(rng, 4, D))


@exercise(
    script=frozen,
    domain=any_network,
    hints=(
        "Two things move in a batch norm during training, and two different settings stop them. "
        "Which setting stops what is *stored*, and which stops γ and β?",
        "Look at `model.training` and at the mode of a dropout in it after your call. Both were "
        "True before. Are they still?",
        "for layer in model.modules():\n"
        "    if isinstance(layer, (nn.BatchNorm1d, ___, ___)):\n"
        "        layer.___()\n"
        "        layer.requires_grad_(___)\n"
        "return model",
    ),
    points=2,
    minutes=7,
    difficulty=2,
    writes=("model",),
    allows=("batch_norm", "layer_norm", "group_norm", "instance_norm"),
    ask="The next epoch begins with model.train(). What is left of your freezing, and where would "
    "you call freeze_bn?",
)
def freeze_bn(model):
    """Freeze the batch norms of a model that is in training, in place. -> the model

    Whatever their depth, nn.BatchNorm1d, 2d and 3d then normalize by what they have stored, which
    stands still, and their gamma and beta learn no more. All other layers go on training.
    """
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    for layer in model.modules():
        if isinstance(layer, norms):
            layer.eval()
            layer.requires_grad_(False)
    return model


@freeze_bn.alternative
def by_kind_of_name(model):
    for layer in model.modules():
        if type(layer).__name__.startswith("BatchNorm"):
            layer.training = False
            for parameter in layer.parameters():
                parameter.requires_grad = False
    return model


@freeze_bn.alternative
def from_child_to_child(model):
    def freeze(part):
        if isinstance(part, BATCH_NORMS):
            part.train(False)
            if part.affine:
                part.weight.requires_grad, part.bias.requires_grad = False, False
        for child in part.children():
            freeze(child)

    freeze(model)
    return model


@freeze_bn.alternative
def by_apply(model):
    def freeze(part):
        if isinstance(part, BATCH_NORMS):
            part.eval().requires_grad_(False)

    return model.apply(freeze)


@freeze_bn.alternative
def modes_of_all_others(model):
    """Everything into eval, and then back again whatever is no batch norm."""
    model.eval()
    for part in model.modules():
        part.training = not isinstance(part, BATCH_NORMS)
        if not part.training:
            [p.requires_grad_(False) for p in part.parameters(recurse=False)]
    return model
