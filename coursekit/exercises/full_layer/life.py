"""The scripts of the exercise BatchNorm: what a layer is put through, part by part.

Each part has layers of its own and looks at one thing: an output that is wrong costs nothing where
only what is stored is looked at.
"""

import torch
from torch import nn

from coursekit.checking.local import copy
from coursekit.exercises.full_layer.inputs import (
    another,
    cotangent,
    dtypes,
    far_from_zero,
    images,
    kind_of,
    names_in,
    parameters,
    statistics,
)

WEIGHTS = {"weight": torch.tensor([1.5, -0.7, 2.0]), "bias": torch.tensor([0.5, 1.0, -1.5])}
STORED = {
    "running_mean": torch.tensor([0.5, -1.0, 2.0]), "running_var": torch.tensor([0.2, 1.7, 6.0]),
}  # fmt: skip


def owned(answer, rng):
    """What a new layer owns, with each of the settings."""
    answer.doing = "BatchNorm(3)"
    layer = answer(3)
    yield "a new layer", kind_of(layer), "structure"
    if not hasattr(layer, "vjp"):
        return
    yield "a new layer's weight and bias", parameters(layer)
    yield "a new layer's running statistics", statistics(layer)[0], "state"
    answer.doing = "state_dict()"
    yield "names in state_dict()", names_in(layer.do("state_dict")), "state"
    answer.doing = "BatchNorm(3, affine=False)"
    plain = another(answer, 3, eps=0.3, affine=False)
    yield "affine=False: weight and bias", parameters(plain), "state"
    answer.doing = "BatchNorm(3, track_running_stats=False)"
    forgetful = another(answer, 3, eps=0.3, track_running_stats=False)
    names = names_in(forgetful.do("state_dict"))
    yield "track_running_stats=False: names in state_dict()", names, "state"


def forward(answer, rng):
    """Outputs in training, with gradients and without, of every rank."""
    answer.doing = "BatchNorm(3, eps=0.3, momentum=0.37)"
    layer = another(answer, 3, eps=0.3, momentum=0.37)
    answer.doing = "training, images (3, 3, 2, 3)"
    yield answer.doing, layer(images(rng, 3, 3, 2, 3))
    layer.do("load_state_dict", WEIGHTS, False)
    answer.doing = "training, images (5, 3, 4, 2), weight and bias set"
    yield answer.doing, layer(images(rng, 5, 3, 4, 2))
    answer.doing = "training under no_grad, images (2, 3, 4, 2)"
    yield answer.doing, layer(images(rng, 2, 3, 4, 2), no_grad=True)
    answer.doing = "training again after eval()"
    layer.do("eval")
    layer.do("train")
    yield answer.doing, layer(images(rng, 4, 3, 2))
    for shape in (6, 3), (4, 3, 5), (2, 3, 2, 3, 2), (2, 3):
        answer.doing = f"training, x of shape {shape}"
        yield answer.doing, layer(images(rng, *shape))
    answer.doing = "BatchNorm(2), inputs of size 0.003"
    small = another(answer, 2)
    yield "default eps, inputs of size 0.003", small(0.003 * images(rng, 4, 2, 3))
    answer.doing = "BatchNorm(2), float32 around 4096"
    far = another(answer, 2)
    far.do("load_state_dict", {"weight": torch.tensor([0.05, 0.05])}, False)
    yield "float32 around 4096, weight 0.05", far(far_from_zero(rng, 4, 2, 2, 1))
    answer.doing = "BatchNorm(3, affine=False)"
    plain = another(answer, 3, eps=0.3, affine=False)
    yield "affine=False", plain(images(rng, 5, 3, 2))
    answer.doing = "BatchNorm(3, track_running_stats=False)"
    forgetful = another(answer, 3, eps=0.3, track_running_stats=False)
    yield "track_running_stats=False", forgetful(images(rng, 5, 3, 2))


def backward(answer, rng):
    """Gradients of a batch, through its mean and its variance."""
    answer.doing = "BatchNorm(3, eps=0.3)"
    layer = another(answer, 3, eps=0.3)
    layer.do("load_state_dict", WEIGHTS, False)
    answer.doing = "gradients in training, images (5, 3, 4, 2)"
    x = images(rng, 5, 3, 4, 2)
    found = layer.vjp(x, cotangent(rng, x))
    found.pop("y")
    yield "gradients of the (5, 3, 4, 2) batch", found, "gradients"


def buffers(answer, rng):
    """What batches leave behind."""
    answer.doing = "BatchNorm(3, eps=0.3, momentum=0.37)"
    layer = another(answer, 3, eps=0.3, momentum=0.37)
    answer.doing = "training on three batches"
    layer(images(rng, 3, 3, 2, 3))
    yield from kept(layer, 1)
    x = images(rng, 5, 3, 4, 2)
    layer.vjp(x, cotangent(rng, x))
    yield from kept(layer, 2)
    layer(images(rng, 2, 3, 4, 2), no_grad=True)
    yield from kept(layer, 3)
    answer.doing = "training on x of shapes (4, 3, 2) and (6, 3)"
    layer(images(rng, 4, 3, 2))
    layer(images(rng, 6, 3))
    yield "stored after all these shapes", statistics(layer)[0], "state"
    answer.doing = "BatchNorm(2), the default momentum"
    small = another(answer, 2)
    small(0.003 * images(rng, 4, 2, 3))
    yield "default momentum", statistics(small)[0], "state"
    answer.doing = "BatchNorm(3, momentum=None)"
    average = another(answer, 3, eps=0.3, momentum=None)
    for N in 3, 5, 2:
        average(images(rng, N, 3, 2))
    yield "momentum=None after 3 batches", statistics(average)[0], "state"
    answer.doing = "BatchNorm(3, momentum=0.0)"
    still = another(answer, 3, momentum=0.0)
    still(images(rng, 4, 3, 2))
    yield "momentum=0.0 after a batch", statistics(still)[0], "state"


def kept(layer, i):
    """What is stored after that batch, and whether a graph hangs on it."""
    stored, constant = statistics(layer)
    yield f"stored after batch {i}", stored, "state"
    yield f"stored after batch {i}, as constants", constant, "state"
    count = {"num_batches_tracked": layer.get("num_batches_tracked")}
    yield f"counted after batch {i}", count, "state"


def evaluated(answer, rng):
    """Evaluation uses what is stored, whoever stands beside an image, and moves nothing."""
    answer.doing = "BatchNorm(3, eps=0.3), its buffers loaded"
    layer = another(answer, 3, eps=0.3)
    layer.do("load_state_dict", WEIGHTS | STORED, False)
    answer.doing = "eval()"
    layer.do("eval")
    x = images(rng, 4, 3, 3, 2)
    answer.doing = "evaluating under no_grad"
    yield "evaluating 4 images", layer(x, no_grad=True), "state"
    answer.doing = "evaluating with gradients"
    found = layer.vjp(x, cotangent(rng, x))
    yield "evaluating the same with gradients", found.pop("y"), "state"
    yield "gradients in evaluation", found, "gradients"
    answer.doing = "evaluating one image"
    yield "evaluating the first image alone", layer(x[:1]), "state"
    yield "stored after evaluating", statistics(layer)[0], "state"
    answer.doing = "BatchNorm(2), a stored variance of 0.00002"
    small = another(answer, 2)
    small.do("load_state_dict", {"running_var": torch.tensor([2e-5, 2e-5])}, False)
    small.do("eval")
    yield "default eps in evaluation", small(0.003 * images(rng, 4, 2, 3)), "state"
    answer.doing = "BatchNorm(3, track_running_stats=False)"
    forgetful = another(answer, 3, eps=0.3, track_running_stats=False)
    forgetful.do("eval")
    yield "track_running_stats=False in evaluation", forgetful(images(rng, 4, 3, 2)), "state"


def saved(answer, rng):
    """The state of torch.nn.BatchNorm2d in and out again, copies, another precision."""
    answer.doing = "loading torch.nn.BatchNorm2d's state_dict()"
    layer = another(answer, 3, eps=0.3)
    theirs = dict(nn.BatchNorm2d(3).state_dict()) | WEIGHTS | STORED
    layer.do("load_state_dict", theirs | {"num_batches_tracked": torch.tensor(4)})
    answer.doing = "state_dict()"
    state = copy(layer.do("state_dict"))
    yield "state_dict() with torch.nn.BatchNorm2d's state", state, "state"
    if not isinstance(state, dict):
        return
    answer.doing = "loading the state_dict() into a new layer"
    other = another(answer, 3, eps=0.3)
    other.do("load_state_dict", state)
    yield "a new layer with the state of the old one", statistics(other)[0], "state"
    answer.doing = "copy.deepcopy(layer) after a training step"
    x = images(rng, 3, 3, 2)
    other.vjp(x, cotangent(rng, x))
    before = copy(statistics(other)[0])
    twin = other.copy()
    twin(images(rng, 3, 3, 2))
    unmoved = all(torch.equal(before[k], v) for k, v in statistics(other)[0].items())
    yield "training a deep copy moves nothing in the layer", unmoved, "state"
    answer.doing = "double()"
    other.do("double")
    y = other(x.double())
    yield "dtype of the output after double()", dtypes({"output": y}), "state"
    yield "dtypes of the state after double()", dtypes(other.do("state_dict")), "state"
