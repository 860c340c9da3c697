"""A module as an argument: copied whole or refused in words, and what was changed in it noticed."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from coursekit.checking import Local
from coursekit.checking.guest.marks import mark
from coursekit.checking.modules import LAYERS, copy_module, is_module, plan
from coursekit.errors import ExerciseError

ARGUMENTS = {
    "Linear": dict(in_features=3, out_features=2, bias=False),
    "Conv": dict(in_channels=4, out_channels=6, kernel_size=3, stride=2, padding="valid"),
    "BatchNorm": dict(num_features=3, eps=0.1, momentum=None),
    "InstanceNorm": dict(num_features=3, affine=True, track_running_stats=True),
    "LayerNorm": dict(normalized_shape=(4, 2), eps=0.3, bias=False),
    "GroupNorm": dict(num_groups=2, num_channels=6, affine=False),
    "RMSNorm": dict(normalized_shape=4),
    "Embedding": dict(num_embeddings=5, embedding_dim=3, padding_idx=1),
    "GELU": dict(approximate="tanh"),
    "Flatten": dict(start_dim=2),
    "Dropout": dict(p=0.3),
    "MaxPool": dict(kernel_size=2, ceil_mode=True),
    "AvgPool": dict(kernel_size=2, padding=1),
    "AdaptiveMaxPool": dict(output_size=2),
    "AdaptiveAvgPool": dict(output_size=1),
}


def layer(kind):
    """One of that kind, in float64, with arguments that are not the defaults."""
    made = getattr(nn, kind)(**ARGUMENTS.get(kind.rstrip("123d"), ARGUMENTS.get(kind, {})))
    return made.double()


def network():
    """A nested one, every flag set differently."""
    inner = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, eps=0.1, momentum=0.37), nn.ReLU())
    made = nn.Sequential(inner, nn.ModuleList([nn.Identity()]), nn.Linear(4, 2))
    inner[1].eval().running_mean.fill_(torch.nan)
    inner[0].weight.requires_grad_(False)
    made[2].bfloat16()
    return made


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_is_described_by_its_constructor(kind):
    module = layer(kind)
    said = plan(module)
    assert said.kind == kind and repr(getattr(nn, kind)(**said.arguments)) == repr(module)
    assert said.tensors.keys() == module.state_dict().keys() and said.training is True


@pytest.mark.parametrize("kind", LAYERS)
def test_a_copy_is_the_same_and_lives_its_own_life(kind):
    module = layer(kind)
    twin = copy_module(module)
    assert mark(module) == mark(twin) and twin is not module
    for tensor in twin.state_dict().values():
        tensor.add_(1)
    assert (mark(module) == mark(twin)) is not bool(module.state_dict())


def test_other_values_are_no_modules():
    for value in (3, nn, nn.Linear, torch.ones(2), lambda x: x):
        assert not is_module(value) and plan(value) is None


class Own(nn.Module):
    pass


class Linear(nn.Linear):
    """Torch's in name only."""


def hooked():
    module = nn.ReLU()
    module.register_forward_hook(lambda *_: None)
    return module


def remarked():
    module = nn.ReLU()
    module.remark = "mine"
    return module


def cut():
    module = nn.Linear(3, 2)
    module.weight = nn.Parameter(torch.ones(2, 9))
    return module


def untracked():
    module = nn.BatchNorm1d(3)
    module.track_running_stats = False
    return module


def twofold():
    part = nn.Linear(3, 3)
    return nn.Sequential(part, nn.ReLU(), part)


def tied():
    module = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    module[0].weight = module[1].weight
    return module


def endless():
    module = nn.Sequential()
    module.add_module("again", module)
    return module


def stuffed():
    module = nn.ReLU()
    module.add_module("inner", nn.Linear(1, 1))
    return module


def broken():
    module = nn.Linear(3, 2)
    module.in_features = "three"
    return module


REFUSED = {
    "class Own cannot be an argument. These of torch.nn can: Linear, Conv1d": Own,
    "or give the function `lambda x: model": lambda: nn.Sequential(nn.ReLU(), nn.LSTM(2, 2)),
    "class Linear cannot be": lambda: Linear(2, 2),
    "this ReLU cannot be an argument: it has hooks": hooked,
    r"does not set the same attributes \(remark\)": remarked,
    r"shapes {'weight': \(2, 9\), 'bias': \(2,\)}, and its constructor makes {'weight'": cut,
    "running_mean": untracked,
    "one Linear stands in it twice; give each place its own": twofold,
    "one Parameter stands in it twice": tied,
    "one Sequential stands in it twice": endless,
    "it holds a module, inner": stuffed,
    r"its constructor refuses what its attributes say \(TypeError": broken,
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_would_not_cross_whole_is_refused_in_the_notebook_too(words):
    with pytest.raises(ExerciseError, match=words):
        Local(lambda pair: None)(([REFUSED[words]()], 1))


def set_(module, path, value):
    *home, name = path.split(".")
    setattr(module.get_submodule(".".join(home)), name, value)


CHANGES = {
    "a parameter": lambda m: m[2].weight.data.zero_(),
    "a NaN in a parameter": lambda m: m[2].weight.data.fill_(torch.nan),
    "a buffer": lambda m: m[0][1].running_var.add_(1e-3),
    "the mode of one layer": lambda m: m[0][1].train(),
    "what learns": lambda m: m[0][0].weight.requires_grad_(True),
    "the dtype": lambda m: m[2].float(),
    "a setting": lambda m: set_(m, "0.1.momentum", None),
    "an attribute": lambda m: set_(m, "0.1.seen", 3),
    "a layer": lambda m: set_(m, "0.1", nn.Identity()),
    "a layer of the same kind": lambda m: set_(m, "0.1", nn.BatchNorm1d(4, 0.1, 0.37).eval()),
    "a hook that stays": lambda m: m[0][2].register_forward_hook(lambda *_: None),
    "a layer more": lambda m: m.append(nn.ReLU()),
    "a parameter less": lambda m: set_(m, "2.bias", None),
    "a training step": lambda m: m[0].train()(torch.ones(3, 3)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_in_place_is_noticed_and_kept_from_the_judge(what):
    model = network()
    before = copy.deepcopy(model)
    answer = Local(lambda models, x: CHANGES[what](models["a"]))
    answer({"a": model}, 1)
    assert answer.mutated == {0} and mark(model) == mark(before)
    reads = Local(lambda model: model[2](model[0][0](torch.ones(2, 3)).bfloat16()))
    reads(model)
    assert reads.mutated == set()


def test_something_else_put_in_a_modules_place_is_a_change():
    def replaces(items):
        items[:] = [None] * len(items)

    answer = Local(replaces)
    answer([nn.ReLU(), torch.ones(2)])
    answer([np.ones(2)])
    assert answer.mutated == {0}


def test_looking_at_a_module_draws_no_random_numbers():
    module, before = nn.Linear(3, 4), torch.get_rng_state()
    copy_module(module)
    assert torch.equal(before, torch.get_rng_state())


def test_a_module_given_by_keyword_is_a_copy_too():
    model = nn.BatchNorm1d(3)
    Local(lambda x, model: model(x))(torch.randn(4, 3), model=model)
    assert model.num_batches_tracked == 0


def test_bfloat16_tensors_are_compared():
    answer = Local(lambda x, y: y.zero_())
    answer(torch.ones(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.bfloat16))
    assert answer.mutated == {1}


def test_a_part_of_an_answers_own_layer_is_that_part_and_no_copy():
    held = Local(lambda: nn.Sequential(nn.BatchNorm1d(2)))()
    held.get("0").do("eval")
    assert held.get("0").get("training") is False
