"""The script of the exercise BatchNorm: what a layer is put through, and what is looked at."""

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


def a_layers_life(answer, rng):
    """Outputs, gradients, what is stored, evaluation, copies and saves, then special settings."""
    answer.doing = "BatchNorm(3)"
    layer = answer(3)
    yield "a new layer", kind_of(layer), "structure"
    if not hasattr(layer, "vjp"):
        return
    yield "a new layer's weight and bias", parameters(layer)
    answer.doing = "BatchNorm(3, eps=0.3, momentum=0.37)"
    layer = another(answer, 3, eps=0.3, momentum=0.37)
    yield from trained(answer, layer, rng)
    yield from evaluated(answer, layer, rng)
    yield from copied(answer, layer, rng)
    yield from saved(answer, layer, rng)
    yield from with_defaults(answer, rng)
    yield from with_settings(answer, rng)
    yield from other_ranks(answer, rng)


def trained(answer, layer, rng):
    """Three batches: outputs first, then gradients, then what they left behind."""
    answer.doing = "training, images (3, 3, 2, 3)"
    yield answer.doing, layer(images(rng, 3, 3, 2, 3))
    after = [statistics(layer)]
    loaded = {"weight": torch.tensor([1.5, -0.7, 2.0]), "bias": torch.tensor([0.5, 1.0, -1.5])}
    layer.do("load_state_dict", loaded, False)
    answer.doing = "training, images (5, 3, 4, 2), weight and bias set"
    x = images(rng, 5, 3, 4, 2)
    found = layer.vjp(x, cotangent(rng, x))
    yield answer.doing, found.pop("y")
    after.append(statistics(layer))
    answer.doing = "training under no_grad, images (2, 3, 4, 2)"
    yield answer.doing, layer(images(rng, 2, 3, 4, 2), no_grad=True)
    yield "gradients of the (5, 3, 4, 2) batch", found, "gradients"
    after.append(statistics(layer))
    for i, (stored, constant) in enumerate(after, 1):
        yield f"stored after batch {i}", stored, "state"
        yield f"stored after batch {i}, as constants", constant, "state"


def evaluated(answer, layer, rng):
    """Evaluation depends on no batch mate, has gradients of its own, and leaves no trace."""
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


def copied(answer, layer, rng):
    """A deep copy trains on by itself; the layer goes back to training."""
    answer.doing = "copy.deepcopy(layer)"
    twin = layer.copy()
    twin.do("train")
    yield "a deep copy in training", twin(images(rng, 3, 3, 2)), "state"
    yield "stored after the copy trained", statistics(layer)[0], "state"
    yield "stored in the copy", statistics(twin)[0], "state"
    answer.doing = "training again after eval()"
    layer.do("train")
    yield "training again after eval()", layer(images(rng, 4, 3, 2))
    yield "stored after training again", statistics(layer)[0], "state"


def saved(answer, layer, rng):
    """state_dict() into a new layer, and from torch.nn.BatchNorm2d into it; dtypes follow."""
    answer.doing = "state_dict()"
    state = copy(layer.do("state_dict"))
    yield "names in state_dict()", names_in(state), "state"
    yield "state_dict()", state, "state"
    if not isinstance(state, dict):
        return
    answer.doing = "loading the state_dict() into a new layer"
    other = another(answer, 3, eps=0.3)
    other.do("load_state_dict", state)
    other.do("eval")
    x = images(rng, 2, 3, 3, 2)
    yield "a new layer with the state of the old one", other(x), "state"
    answer.doing = "loading torch.nn.BatchNorm2d's state_dict()"
    theirs = nn.BatchNorm2d(3)
    theirs(images(rng, 5, 3, 2, 2))
    other.do("load_state_dict", {k: v.clone() for k, v in theirs.state_dict().items()})
    yield "a layer with torch.nn.BatchNorm2d's state", other(x), "state"
    answer.doing = "double()"
    other.do("double")
    y = other(x.double())
    yield "after double()", y.float() if hasattr(y, "float") else y, "state"
    yield "dtype of the output after double()", dtypes({"output": y}), "state"
    yield "dtypes of the state after double()", dtypes(other.do("state_dict")), "state"


def with_defaults(answer, rng):
    """The default eps and momentum, tiny inputs, and a mean so large that squares lose the rest."""
    answer.doing = "BatchNorm(2), inputs of size 0.003"
    small = another(answer, 2)
    yield "default eps, inputs of size 0.003", small(0.003 * images(rng, 4, 2, 3))
    yield "default momentum", statistics(small)[0], "state"
    small.do("eval")
    yield "default eps in evaluation", small(0.003 * images(rng, 4, 2, 3)), "state"
    answer.doing = "BatchNorm(2), float32 around 4096"
    far = another(answer, 2)
    far.do("load_state_dict", {"weight": torch.tensor([0.05, 0.05])}, False)
    yield "float32 around 4096, weight 0.05", far(far_from_zero(rng, 4, 2, 2, 1))


def with_settings(answer, rng):
    """momentum=None, affine=False, track_running_stats=False."""
    answer.doing = "BatchNorm(3, momentum=None)"
    average = another(answer, 3, eps=0.3, momentum=None)
    for N in 3, 5, 2:
        average(images(rng, N, 3, 2))
    yield "momentum=None after 3 batches", statistics(average)[0], "state"
    answer.doing = "BatchNorm(3, momentum=0.0)"
    still = another(answer, 3, momentum=0.0)
    still(images(rng, 4, 3, 2))
    yield "momentum=0.0 after a batch", statistics(still)[0], "state"
    answer.doing = "BatchNorm(3, affine=False)"
    plain = another(answer, 3, eps=0.3, affine=False)
    yield "affine=False", plain(images(rng, 5, 3, 2))
    yield "affine=False: weight and bias", parameters(plain), "state"
    answer.doing = "BatchNorm(3, track_running_stats=False)"
    forgetful = another(answer, 3, eps=0.3, track_running_stats=False)
    yield "track_running_stats=False", forgetful(images(rng, 5, 3, 2))
    forgetful.do("eval")
    yield "track_running_stats=False in evaluation", forgetful(images(rng, 4, 3, 2)), "state"
    names = names_in(forgetful.do("state_dict"))
    yield "track_running_stats=False: names in state_dict()", names, "state"


def other_ranks(answer, rng):
    """Tables, sequences and volumes; at last two values for each channel."""
    layer = another(answer, 3, eps=0.3, momentum=0.37)
    for shape in (6, 3), (4, 3, 5), (2, 3, 2, 3, 2), (2, 3):
        answer.doing = f"training, x of shape {shape}"
        yield answer.doing, layer(images(rng, *shape))
    yield "stored after all these shapes", statistics(layer)[0], "state"
