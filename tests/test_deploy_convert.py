"""Exchanging norms: what is shared, frozen, hooked or tied stays so; the rest is refused."""

import copy
import pickle

import pytest
import torch
from norm_inputs import ROWS
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

from coursekit import layers
from coursekit.deploy import convert, freeze_bn
from coursekit.errors import ArgumentError, ShapeError

close = torch.testing.assert_close


def randn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).double()


def trained(bn):
    """Give a batch norm statistics and parameters that a mistake would show on."""
    with torch.no_grad():
        bn.running_mean.copy_(randn(bn.num_features, seed=1))
        bn.running_var.copy_(randn(bn.num_features, seed=2).square() + 0.01)
        if bn.weight is not None:
            bn.weight.copy_(randn(bn.num_features, seed=3))
            bn.bias.copy_(randn(bn.num_features, seed=4))
    return bn.double().eval()


def images():
    """Build a network of torch.nn's and our norms, to be converted."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        trained(nn.BatchNorm2d(8, eps=0.1, momentum=0.37)),
        nn.Sequential(nn.ReLU(), trained(layers.BatchNorm(8))),
    ).double()


@pytest.mark.parametrize("old, new", [("batch", "sync_batch"), ("batch", "batch")])
def test_converting_to_a_relative_keeps_settings_statistics_and_output(old, new):
    before = images().eval()
    after = convert(copy.deepcopy(before), {old: new})
    x = randn(4, 3, 6, 6)
    close(after(x), before(x))
    close(after.state_dict(), before.state_dict())
    assert after[1].eps == 0.1 and after[1].momentum == 0.37
    assert type(after[1]).__module__.startswith("coursekit")
    close(after.train()(x), before.train()(x))


def test_converting_to_group_norm_keeps_scale_and_shift_and_drops_the_rest():
    model = convert(images(), {"batch": "group"})
    assert type(model[1]) is type(model[2][1]) is layers.GroupNorm
    assert set(model.state_dict()) == {
        f"{k}.{p}" for k in ("0", "1", "2.1") for p in ("weight", "bias")
    }
    close(model[1].weight, images()[1].weight)
    assert model[1].weight.dtype == torch.float64 and not model[1].training


@pytest.mark.parametrize("own, name", [(nn.LayerNorm(6), "rms"), (nn.RMSNorm(6), "layer")])
def test_norms_of_the_last_axes_convert_among_themselves(own, name):
    model = convert(nn.Sequential(own), {"layer" if name == "rms" else "rms": name})
    assert model[0].normalized_shape == (6,) and model(randn(5, 6).float()).shape == (5, 6)


def test_a_model_that_is_itself_a_norm_comes_back_as_a_new_one():
    assert type(convert(nn.BatchNorm1d(6), {"batch": "instance"})) is layers.InstanceNorm


def test_what_the_old_norm_did_not_learn_the_new_one_does_not():
    new = convert(nn.BatchNorm2d(6, affine=False), {"batch": "group"})
    assert not new.weight.requires_grad and not new.bias.requires_grad


@pytest.mark.parametrize(
    "model, kinds, words",
    [
        (nn.BatchNorm1d(6), {"batch": "grop"}, r"no norm is called 'grop'; choose from batch, "),
        (
            nn.BatchNorm1d(6),
            {"batch": "rms"},
            r"RMS norm cannot stand for BatchNorm1d; choose.*group",
        ),
        (
            nn.LayerNorm(6),
            {"layer": "batch"},
            r"cannot stand for LayerNorm; choose from layer, rms",
        ),
        (
            nn.LocalResponseNorm(3),
            {"local_response": "batch"},
            r"LocalResponseNorm has no channels",
        ),
    ],
)
def test_a_conversion_that_makes_no_sense_is_refused(model, kinds, words):
    with pytest.raises(ArgumentError, match=words):
        convert(model, kinds)


RELATIVES = ["sync_batch", "batch", "ghost_batch", "batch_renorm"]
BATCH_NORMS = [nn.BatchNorm1d, layers.BatchNorm, nn.SyncBatchNorm, layers.SyncBatchNorm]


@pytest.mark.parametrize("new", RELATIVES)
@pytest.mark.parametrize("make", BATCH_NORMS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"eps": 0.1, "momentum": 0.37},
        {"momentum": None},
        {"affine": False},
        {"track_running_stats": False},
    ],
    ids=str,
)
@pytest.mark.parametrize("training", [True, False])
def test_a_relative_keeps_every_setting_and_tensor(make, new, options, training):
    if new == "batch_renorm" and "track_running_stats" in options:
        with pytest.raises(ArgumentError, match="needs running statistics"):
            convert(make(6, **options), dict.fromkeys(("batch", "sync_batch"), new))
        return
    old = make(6, **options).double()
    if old.running_mean is not None:
        trained(old)
    old.train(training)
    before, twin = dict(vars(old)), copy.deepcopy(old)
    after = convert(nn.Sequential(old), dict.fromkeys(("batch", "sync_batch"), new))[0]
    assert list(after.state_dict()) == list(old.state_dict())
    for name, a in (*old.named_parameters(), *old.named_buffers()):
        assert getattr(after, name) is a
    for name in ("eps", "momentum", "training", "num_features"):
        assert getattr(after, name) == before[name]
    x = randn(32, 6, seed=9) * 3 + 5
    if isinstance(twin, nn.SyncBatchNorm):  # torch's own has none for the CPU
        twin = convert(twin, {"sync_batch": "batch"})
    if new != "batch_renorm" or not training:
        close(after(x), twin(x))
        close(after.state_dict(), twin.state_dict())


def test_what_is_shared_stays_shared():
    """In two places, in a ModuleList and a ModuleDict, as an attribute twice, and tied weights."""
    model, bn, tied = nn.Module(), nn.BatchNorm1d(4), nn.BatchNorm1d(4)
    tied.weight = bn.weight
    block = nn.Sequential(bn)
    model.a, model.b, model.first, model.again = bn, bn, block, block
    model.list, model.dict = nn.ModuleList([bn, tied]), nn.ModuleDict({"x": bn})
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    convert(model, {"batch": "sync_batch"})
    new = model.a
    assert type(new) is layers.SyncBatchNorm and model.first is model.again
    assert all(n is new for n in (model.b, model.first[0], model.list[0], model.dict["x"]))
    assert model.list[1] is not new and model.list[1].weight is new.weight is bn.weight
    new(torch.eye(5, 4)).square().sum().mul(torch.tensor(1.0)).backward()
    new.weight.grad.fill_(1.0)
    optimizer.step()
    close(new.weight, torch.zeros(4))


@pytest.mark.parametrize("new", [n for n in ("group", "instance", "layer", *RELATIVES)])
def test_what_is_frozen_stays_frozen(new):
    model = nn.Sequential(trained(nn.BatchNorm1d(6)), trained(nn.BatchNorm1d(6)).train())
    freeze_bn(model[0])
    model[1].weight.requires_grad_(False)
    convert(model, {"batch": new}).train()
    assert not any(p.requires_grad for p in model[0].parameters())
    assert not model[1].weight.requires_grad and model[1].bias.requires_grad
    before = copy.deepcopy(model[0].state_dict())
    model[0](randn(32, 6, 4))
    close(model[0].state_dict(), before, rtol=0, atol=0)
    assert not model[0].training and model[1].training


def test_frozen_batch_norm_takes_everything_and_gives_it_back_frozen():
    old = trained(nn.BatchNorm2d(6, eps=0.1))
    x = randn(4, 6, 3, 3)
    expected = old(x)
    frozen = convert(nn.Sequential(copy.deepcopy(old)), {"batch": "frozen_batch"}).train()
    close(frozen(x), expected)
    assert not list(frozen.parameters())
    back = convert(frozen, {"frozen_batch": "batch"}).train()
    close(back(x), expected)
    close(back(x), expected)
    assert not any(p.requires_grad for p in back.parameters())
    with pytest.raises(ArgumentError, match="Frozen batch norm needs running statistics"):
        convert(nn.GroupNorm(2, 6), {"group": "frozen_batch"})


HOOKS = {
    "register_forward_hook": "_forward_hooks",
    "register_forward_pre_hook": "_forward_pre_hooks",
    "register_full_backward_hook": "_backward_hooks",
    "register_full_backward_pre_hook": "_backward_pre_hooks",
}


@pytest.mark.parametrize("register", HOOKS)
@pytest.mark.parametrize("new", ["sync_batch", "group"])
def test_hooks_stay_fire_with_the_new_norm_and_can_be_removed(register, new):
    called, bn = [], nn.BatchNorm1d(4)
    handle = getattr(bn, register)(lambda module, *_: called.append(module))
    model = convert(nn.Sequential(bn), {"batch": new})
    y = model(torch.eye(5, 4).requires_grad_())
    y.cos().sum().backward()
    assert called == [model[0]]
    handle.remove()
    assert not getattr(model[0], HOOKS[register])


def test_hooks_with_keywords_and_those_that_are_always_called_stay():
    called, bn = [], nn.BatchNorm1d(4)
    bn.register_forward_pre_hook(lambda m, a, k: called.append(("pre", k)), with_kwargs=True)
    bn.register_forward_hook(lambda m, a, k, y: called.append(("post", k)), with_kwargs=True)
    bn.register_forward_hook(lambda m, a, y: called.append(("always", y)), always_call=True)
    model = convert(nn.Sequential(bn), {"batch": "sync_batch"})
    model[0](x=torch.eye(5, 4))
    assert [name for name, _ in called] == ["pre", "post", "always"]
    with pytest.raises(ValueError):
        model[0](torch.eye(5, 3))
    assert called[-1] == ("always", None)


@pytest.mark.parametrize(
    "register",
    [
        "register_state_dict_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_state_dict_post_hook",
    ],
)
def test_hooks_that_are_bound_to_the_old_norm_are_named(register):
    bn = nn.BatchNorm1d(4)
    getattr(bn, register)(lambda *_, **__: None)
    with pytest.raises(ArgumentError, match=r"0 \(BatchNorm1d\).*hooks that are bound.*state dict"):
        convert(nn.Sequential(bn), {"batch": "sync_batch"})


ODD = {
    "a subclass": (
        lambda: type("Mine", (nn.BatchNorm1d,), {})(4),
        r"Mine.*subclass of BatchNorm1d",
    ),
    "parametrized": (
        lambda: weight_through_relu(nn.BatchNorm1d(4)),
        r"parametrized; call torch.nn.utils.parametrize.remove_parametrizations",
    ),
    "pruned": (lambda: prune.identity(nn.BatchNorm1d(4), "weight"), r"weight_mask, weight_orig"),
    "lazy": (nn.LazyBatchNorm1d, r"call the model once first"),
    "a forward of its own": (lambda: with_forward(nn.BatchNorm1d(4)), r"forward was replaced"),
    "another buffer": (lambda: with_buffer(nn.BatchNorm1d(4)), r"also holds seen"),
    "a module inside": (lambda: with_child(nn.BatchNorm1d(4)), r"holds modules of its own: probe"),
    "scripted": (lambda: torch.jit.script(nn.BatchNorm1d(4)), r"scripted"),
}


def weight_through_relu(module):
    parametrize.register_parametrization(module, "weight", nn.ReLU())
    return module


def with_forward(module):
    module.forward = lambda x: x
    return module


def with_buffer(module):
    module.register_buffer("seen", torch.zeros(1))
    return module


def with_child(module):
    module.probe = nn.Identity()
    return module


@pytest.mark.filterwarnings("ignore:.*torch.jit")
@pytest.mark.parametrize("name", ODD)
def test_a_norm_that_is_more_than_its_class_says_is_refused_and_nothing_changes(name):
    make, words = ODD[name]
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Sequential(make()))
    with pytest.raises(ArgumentError, match=words):
        convert(model, {"batch": "sync_batch"})
    assert type(model[0]) is nn.BatchNorm1d


def test_a_norm_held_beside_the_registry_is_refused():
    model = nn.Sequential(nn.BatchNorm1d(4))
    model.norms = [model[0]]
    with pytest.raises(ArgumentError, match=r"model.norms also holds a norm.*nn.ModuleList"):
        convert(model, {"batch": "sync_batch"})


def test_what_users_put_on_a_norm_goes_along():
    bn = nn.BatchNorm1d(4)
    bn.stage = "stem"
    assert convert(bn, {"batch": "group"}).stage == "stem"


def test_a_module_that_computes_its_norm_itself_is_refused():
    model = torch.ao.nn.intrinsic.qat.ConvBn2d(
        3, 4, 3, qconfig=torch.ao.quantization.default_qat_qconfig
    )
    with pytest.raises(ArgumentError, match=r"ConvBn2d\) computes its norm itself"):
        convert(model, {"batch": "group"})


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64], ids=str)
@pytest.mark.parametrize("new", ["sync_batch", "group", "filter_response", "channel_layer"])
@pytest.mark.parametrize("affine", [True, False])
def test_precision_and_device_go_along(dtype, new, affine):
    new_norm = convert(nn.BatchNorm2d(6, affine=affine).to(dtype), {"batch": new})
    assert {a.dtype for a in (*new_norm.parameters(), *new_norm.buffers())} <= {dtype, torch.int64}
    with torch.device("meta"):
        there = nn.BatchNorm2d(6, affine=affine)
    there = convert(there, {"batch": new})
    assert all(a.is_meta for a in (*there.parameters(), *there.buffers()))


@pytest.mark.parametrize("new", ["batch", "sync_batch"])
@pytest.mark.parametrize("make", [nn.InstanceNorm1d, layers.InstanceNorm])
def test_a_norm_without_statistics_becomes_one_without(make, new):
    norm = convert(make(4), {"instance": new})
    assert norm.running_mean is None and norm.weight is None
    x = randn(6, 4, 3)
    close(norm.eval()(x), norm.train()(x))


@pytest.mark.parametrize("old", [nn.GroupNorm(2, 6), layers.GroupNorm(6, 2)], ids=str)
def test_group_norm_keeps_its_groups(old):
    x = randn(4, 6, 3).float()
    close(convert(old, {"group": "group"})(x), old(x))


def test_what_already_is_of_the_new_kind_stays_with_what_only_it_has():
    ghost, renorm = layers.GhostBatchNorm(4, ghost=2), layers.BatchRenorm(4, r_max=1.5)
    model = nn.Sequential(ghost, renorm)
    kinds = {"ghost_batch": "ghost_batch", "batch_renorm": "batch_renorm"}
    assert list(convert(model, kinds)) == [ghost, renorm]


@pytest.mark.parametrize("new", ["group", "filter_response", "layer"])
def test_another_channel_axis_is_refused_where_the_new_kind_has_none(new):
    with pytest.raises(ArgumentError, match=r"channels on axis 1, and this BatchNorm on axis -1"):
        convert(layers.BatchNorm(4, channel_axis=-1), {"batch": new})
    for able in ("instance", "channel_layer", "sync_batch"):
        assert convert(layers.BatchNorm(4, channel_axis=-1), {"batch": able}).channel_axis == -1


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
def test_an_eps_of_none_keeps_its_meaning(dtype):
    own = nn.RMSNorm(32, dtype=dtype)
    x = (randn(4, 32) * 3e-4).to(dtype)
    close(convert(nn.Sequential(own), {"rms": "rms"})(x), own(x))
    eps = torch.finfo(torch.promote_types(dtype, torch.float32)).eps
    assert convert(own, {"rms": "layer"}).eps == eps


def test_the_dialect_of_rms_norm_is_not_lost():
    with pytest.raises(ArgumentError, match=r"scales by 1 \+ weight"):
        convert(layers.RMSNorm(4, one_plus=True), {"rms": "layer"})


@pytest.mark.parametrize("new", ["instance", "filter_response"])
def test_a_norm_of_pixels_is_refused_behind_a_linear_layer(new):
    with pytest.raises(ArgumentError, match="follows a linear layer, which leaves none"):
        convert(nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6)), {"batch": new})


@pytest.mark.parametrize("C", [1, 2, 3, 16, 32, 48, 64, 97])
def test_group_norm_for_batch_norm_runs_in_a_perceptron_of_any_width(C):
    model = convert(nn.Sequential(nn.Linear(4, C), nn.BatchNorm1d(C)), {"batch": "group"})
    if C > 1:
        assert model(torch.eye(4)).isfinite().all()
    else:
        with pytest.raises(ValueError, match="fewer groups or a larger image"):
            model(torch.eye(4))


@pytest.mark.parametrize("new", ["rms", "dynamic_tanh", "layer"])
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("depth", [0, 2, -2])  # negative: without a norm at the end
def test_torchs_encoders_compute_with_the_new_norms_in_eval_too(
    new, norm_first, bias, activation, depth
):
    layer = nn.TransformerEncoderLayer(
        8, 2, 16, batch_first=True, norm_first=norm_first, bias=bias, activation=activation
    )
    model = layer
    if depth:
        model = nn.TransformerEncoder(
            layer,
            abs(depth),
            norm=nn.LayerNorm(8) if depth > 0 else None,
            enable_nested_tensor=False,
        )
        model.use_nested_tensor = not norm_first and bias  # as its default would have it
    with torch.no_grad():
        for i, p in enumerate(model.parameters()):
            p.add_(0.3 * randn(*p.shape, seed=i).float())
    x, padded = torch.randn(2, 3, 8), torch.tensor([[False, False, False], [False, False, True]])
    model = convert(model.eval(), {"layer": new})
    assert not any(type(m) is nn.LayerNorm for m in model.modules())
    for mask in (None, padded):
        with torch.no_grad():
            fast = model(x, src_key_padding_mask=mask)
            torch.backends.mha.set_fastpath_enabled(False)
            try:
                plain = model(x, src_key_padding_mask=mask)
            finally:
                torch.backends.mha.set_fastpath_enabled(True)
        close(fast[~padded], plain[~padded], rtol=1e-4, atol=1e-5)


def test_a_decoder_converts_as_well():
    model = nn.Transformer(8, 2, 1, 1, 16, batch_first=True).eval()
    model = convert(model, {"layer": "rms"})
    x = torch.randn(2, 3, 8)
    with torch.no_grad():
        y = model(x, x)
    close(y, model(x, x))


def test_norms_inside_conditional_norms_convert():
    model = layers.ConditionalBatchNorm(6, 3)
    for new in ("sync_batch", "group"):
        twin = convert(copy.deepcopy(model), {"batch": new})
        assert twin(randn(5, 6, 4), torch.arange(5) % 3).isfinite().all()


@pytest.mark.parametrize("old", ROWS, ids=lambda n: n.name)
@pytest.mark.parametrize("new", ROWS, ids=lambda n: n.name)
def test_every_pair_of_kinds_gives_a_norm_that_runs_or_a_refusal(old, new):
    if old.drop_in:
        model, x = nn.Sequential(old.drop_in(6)), randn(32, 6, 4, 3).float()
    elif hasattr(
        old.module(6) if old.name in ("layer", "rms", "dynamic_tanh", "dynamic_erf") else None,
        "eps",
    ):
        model, x = nn.Sequential(old.module(6)), randn(5, 6).float()
    else:
        return
    source = type(model[0])
    kinds = {name.name: new.name for name in ROWS if name.module is source}
    try:
        model = convert(model, kinds)
    except ArgumentError as refusal:
        assert "cannot stand for" in str(refusal) or "needs running statistics" in str(refusal)
        return
    assert model(x).shape == x.shape
    again = pickle.loads(pickle.dumps(model))
    close(again.eval()(x), model.eval()(x))


def test_parametrized_weights_elsewhere_are_left_alone():
    linear = parametrizations.weight_norm(nn.Linear(4, 4))
    model = convert(nn.Sequential(linear, nn.BatchNorm1d(4)), {"batch": "sync_batch"})
    assert parametrize.is_parametrized(model[0]) and type(model[1]) is layers.SyncBatchNorm


@pytest.mark.parametrize(
    "make, shape", [(nn.InstanceNorm1d, (4, 4)), (nn.InstanceNorm2d, (4, 4, 4))]
)
@pytest.mark.parametrize("new", ["instance", "batch", "group", "channel_layer"])
def test_torchs_instance_norm_takes_single_images_and_its_successor_says_that_it_does_not(
    make, shape, new
):
    """With as many rows as channels, the rows of a single image would pass for channels."""
    model = pickle.loads(pickle.dumps(convert(nn.Sequential(make(4)), {"instance": new})))
    assert model(randn(2, *shape).float()).shape == (2, *shape)
    with pytest.raises(ShapeError, match=r"x has \d axes, and .* batch; add an axis"):
        model(randn(*shape).float())
