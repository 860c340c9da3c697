import copy
import io
import warnings

import pytest
import torch
from devices import device_fixture
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval, fuse_linear_bn_eval, parametrizations, prune

from coursekit import layers
from coursekit.deploy import (
    adapt_bn,
    batch_norms,
    convert,
    fold_conv_bn,
    fold_linear_bn,
    freeze_bn,
    recalibrate,
)
from coursekit.errors import ArgumentError, ShapeError

device = device_fixture()
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


CONVOLUTIONS = {
    "conv1d": (nn.Conv1d(4, 6, 3, padding=1), (2, 4, 7)),
    "conv2d": (nn.Conv2d(4, 6, 3, stride=2, padding=1), (2, 4, 7, 5)),
    "conv3d": (nn.Conv3d(4, 6, 2), (2, 4, 3, 4, 5)),
    "no bias": (nn.Conv2d(4, 6, 3, bias=False), (2, 4, 7, 5)),
    "grouped": (nn.Conv2d(4, 6, 3, groups=2), (2, 4, 7, 5)),
    "depthwise": (nn.Conv2d(4, 4, 3, groups=4, padding=1), (2, 4, 7, 5)),
    "transposed": (nn.ConvTranspose2d(4, 6, 3, stride=2), (2, 4, 5, 3)),
    "transposed and grouped": (nn.ConvTranspose2d(4, 6, 3, groups=2), (2, 4, 5, 3)),
    "transposed without bias": (nn.ConvTranspose1d(4, 6, 3, bias=False), (2, 4, 5)),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
@pytest.mark.parametrize("affine", [True, False])
def test_a_folded_convolution_gives_what_the_two_layers_gave(name, affine):
    conv, shape = copy.deepcopy(CONVOLUTIONS[name][0]).double(), CONVOLUTIONS[name][1]
    bn = trained(layers.BatchNorm(conv.out_channels, affine=affine, eps=0.1))
    before = copy.deepcopy(conv.state_dict())
    folded = fold_conv_bn(conv, bn)
    x = randn(*shape)
    close(folded(x), bn(conv(x)), rtol=1e-10, atol=1e-10)
    close(conv.state_dict(), before)
    assert type(folded) is type(conv) and folded.bias is not None


def test_folding_agrees_with_torchs_own_fusion():
    conv, bn = nn.Conv2d(4, 6, 3).double().eval(), trained(nn.BatchNorm2d(6))
    close(fold_conv_bn(conv, bn).state_dict(), fuse_conv_bn_eval(conv, bn).state_dict())
    linear = nn.Linear(4, 6).double().eval()
    bn = trained(nn.BatchNorm1d(6))
    close(fold_linear_bn(linear, bn).state_dict(), fuse_linear_bn_eval(linear, bn).state_dict())


@pytest.mark.parametrize("bias", [True, False])
def test_a_folded_linear_layer_gives_what_the_two_layers_gave(bias):
    linear, bn = nn.Linear(4, 6, bias=bias).double(), trained(layers.BatchNorm(6))
    x = randn(5, 4)
    close(fold_linear_bn(linear, bn)(x), bn(linear(x)), rtol=1e-11, atol=1e-12)


def test_folding_loses_no_more_than_rounding_in_float32():
    conv, bn = nn.Conv2d(4, 6, 3).float(), trained(layers.BatchNorm(6)).float()
    x = randn(2, 4, 7, 5).float()
    y = bn(conv(x))
    assert (fold_conv_bn(conv, bn)(x) - y).abs().max() < 1e-5 * y.abs().max()


def test_a_norm_before_a_padded_convolution_would_not_fold():
    """Away from the border it would: the zeros of the padding are what batch norm would move."""
    conv, bn = nn.Conv2d(4, 6, 3, padding=1).double(), trained(layers.BatchNorm(4))
    x = randn(2, 4, 7, 5)
    scale = bn.weight / (bn.running_var + bn.eps).sqrt()
    shift = bn.bias - bn.running_mean * scale
    folded = copy.deepcopy(conv)
    with torch.no_grad():
        folded.weight.mul_(scale.view(1, -1, 1, 1))
        folded.bias.add_((conv.weight.sum((2, 3)) * shift).sum(1))
    error = (folded(x) - conv(bn(x))).abs()
    assert error[:, :, 1:-1, 1:-1].max() < 1e-12 < 0.1 < error.max()


@pytest.mark.parametrize(
    "bn, error, words",
    [
        (layers.BatchNorm(5).eval(), ShapeError, r"6 outputs and batch norm 5 channels"),
        (layers.BatchNorm(6), ArgumentError, r"call model.eval\(\) first"),
        (
            layers.BatchNorm(6, track_running_stats=False).eval(),
            ArgumentError,
            r"without running statistics",
        ),
    ],
)
def test_what_cannot_be_folded_is_refused(bn, error, words):
    with pytest.raises(error, match=words):
        fold_conv_bn(nn.Conv2d(4, 6, 3), bn)
    with pytest.raises(error, match=words):
        fold_linear_bn(nn.Linear(4, 6), bn)


@pytest.fixture(
    params=[layers.BatchNorm, nn.BatchNorm1d, layers.GhostBatchNorm, layers.BatchRenorm]
)
def model(request):
    first = {"ghost": 8} if request.param is layers.GhostBatchNorm else {}
    linears = nn.Linear(4, 6), nn.Linear(6, 6)
    for seed, linear in enumerate(linears):
        with torch.no_grad():
            linear.weight.copy_(randn(*linear.weight.shape, seed=seed))
    return nn.Sequential(
        linears[0], request.param(6, **first), nn.ReLU(), nn.Dropout(0.5), linears[1],
        request.param(6, **first),
    ).double()  # fmt: skip


def expected_statistics(model, batches):
    """Find mean and variance of all that each norm sees, put together; no dropout."""
    ghost = 8 if isinstance(model[1], layers.GhostBatchNorm) else 1000
    stats = []
    for linear, bn in ((model[0], model[1]), (model[4], model[5])):
        seen = torch.cat([linear(batch) for batch in batches])
        stats.append((seen.mean(0), seen.var(0)))
        batches = [
            torch.relu(
                torch.cat([
                    (part - part.mean(0)) / (part.var(0, correction=0) + bn.eps).sqrt()
                    for part in linear(batch).split(ghost)
                ])
            )
            for batch in batches
        ]  # fmt: skip
    return stats


@pytest.mark.parametrize("sizes", [(16, 16, 16), (8, 40, 16)], ids=str)
def test_recalibrating_pools_all_samples_and_does_nothing_else(model, sizes):
    batches = [randn(n, 4, seed=s) * (s + 1) + s for s, n in enumerate(sizes)]
    model.train()
    model[5].eval()
    before = {k: v.clone() for k, v in model.named_parameters()}
    assert recalibrate(model, iter(batches)) is model
    targets = expected_statistics(model, batches)
    for bn, (mean, var) in zip(batch_norms(model), targets, strict=True):
        close(bn.running_mean, mean)
        close(bn.running_var, var)
    close(dict(model.named_parameters()), before)
    assert [m.training for m in model] == [True, True, True, True, True, False]
    assert {bn.momentum for bn in batch_norms(model)} == {0.1}
    assert getattr(model[1], "r_max", 3.0) == 3.0
    assert not any(m._forward_hooks or "_track" in vars(m) for m in model.modules())


def test_each_sample_counts_once_however_the_batches_are_cut():
    x = randn(60, 3) * 2 + torch.arange(60).view(-1, 1)  # the batches' means differ
    for sizes in ([60], [30, 2, 28], [58, 2], [20] * 3):
        for norm in (layers.BatchNorm(3), nn.BatchNorm1d(3), layers.BatchRenorm(3)):
            norm.double().running_mean.fill_(float("nan"))
            recalibrate(nn.Sequential(norm), x.split(sizes))
            close(norm.running_mean, x.mean(0))
            close(norm.running_var, x.var(0))
            assert norm.num_batches_tracked == len(sizes)


LOADERS = {
    "x": lambda x: [x],
    "(x, y)": lambda x: [(x, torch.zeros(len(x)))],
    "[x, y]": lambda x: [[x, torch.zeros(len(x))]],
    "a DataLoader": lambda x: torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(x, torch.zeros(len(x))), batch_size=7
    ),
    "with empty batches": lambda x: [x[:0], x[:9], x[:0], x[9:], x[:0]],
}


@pytest.mark.parametrize("make", [layers.BatchNorm, nn.BatchNorm1d])
@pytest.mark.parametrize("name", LOADERS)
def test_what_a_loader_yields_is_understood(make, name):
    x = randn(20, 3) + 5
    norm = recalibrate(nn.Sequential(make(3).double()), LOADERS[name](x))[0]
    close(norm.running_mean, x.mean(0))
    close(norm.running_var, x.var(0))
    empty = [b for b in LOADERS[name](x) if len(b[0] if isinstance(b, tuple | list) else b)]
    assert norm.num_batches_tracked == len(empty)


def test_a_dict_needs_a_word_and_one_tensor_is_no_list_of_batches():
    model, x = nn.Sequential(layers.BatchNorm(3).double()), randn(20, 3)
    batch = {"image": x, "label": 0}
    with pytest.raises(ArgumentError, match=r"dict \['image', 'label'\].*call=lambda"):
        recalibrate(model, [batch])
    recalibrate(model, [batch], call=lambda model, batch: model(batch["image"]))
    close(model[0].running_mean, x.mean(0))
    with pytest.raises(ArgumentError, match=r"one tensor; give \[x\]"):
        recalibrate(model, x)
    adapt_bn(model, (x + 1, 0), prior=20)
    close(model[0].running_mean, x.mean(0) + 0.5)


class Breaks:
    """Batches of which the last cannot be had."""

    def __iter__(self):
        yield randn(8, 4)
        raise OSError("the disk is gone")


@pytest.mark.parametrize(
    "batches, error",
    [
        ([randn(16, 4), randn(1, 4)], ValueError),
        ([randn(16, 4), randn(16, 5)], Exception),
        (Breaks(), OSError),
        ([randn(0, 4)], ArgumentError),
        ([randn(16, 4), {}], ArgumentError),
        ([randn(16, 4), "text"], Exception),
    ],
)
@pytest.mark.parametrize("make", [layers.BatchNorm, nn.BatchNorm1d, layers.BatchRenorm])
def test_where_anything_fails_the_model_is_as_it_was(batches, error, make):
    model = nn.Sequential(nn.Linear(4, 6), make(6), nn.Dropout(), nn.Linear(6, 6), make(6)).double()
    for seed in range(3):
        model(randn(16, 4, seed=seed) + 5)
    model[4].eval()
    before, modes = copy.deepcopy(model.state_dict()), [m.training for m in model]
    settings = [{k: v for k, v in vars(m).items() if k[0] != "_"} for m in model]
    with pytest.raises(error):
        recalibrate(model, batches)
    close(model.state_dict(), before, rtol=0, atol=0)
    assert [m.training for m in model] == modes
    assert [{k: v for k, v in vars(m).items() if k[0] != "_"} for m in model] == settings
    assert not any(m._forward_hooks or "_track" in vars(m) for m in model.modules())


def test_frozen_norms_and_norms_that_see_nothing_keep_their_statistics():
    model = nn.ModuleDict({"used": layers.BatchNorm(4), "other": layers.BatchNorm(4)}).double()
    for norm in model.values():
        norm(randn(9, 4) + 7)
    before = copy.deepcopy(model["other"].state_dict())
    x = randn(20, 4)
    recalibrate(model, [x], call=lambda model, x: model["used"](x))
    close(model["other"].state_dict(), before)
    close(model["used"].running_mean, x.mean(0))
    freeze_bn(model["other"])
    recalibrate(model, [x], call=lambda model, x: (model["used"](x), model["other"](x)))
    adapt_bn(nn.Sequential(*model.values()), x, prior=5)
    close(model["other"].state_dict(), before, rtol=0, atol=0)
    freeze_bn(model)
    with pytest.raises(ArgumentError, match="every batch norm of the model is frozen"):
        recalibrate(model, [x])


def test_a_norm_used_twice_counts_both_uses():
    bn, x = layers.BatchNorm(3).double(), randn(12, 3)
    recalibrate(nn.ModuleList([bn]), [x], call=lambda model, x: (bn(x), bn(2 * x + 1)))
    seen = torch.cat([x, 2 * x + 1])
    close(bn.running_mean, seen.mean(0))
    close(bn.running_var, seen.var(0))


def test_a_lazy_norm_is_refused_until_it_has_channels():
    model = nn.Sequential(nn.LazyBatchNorm1d())
    with pytest.raises(ArgumentError, match="call the model once first"):
        recalibrate(model, [torch.ones(4, 3)])
    model(torch.eye(4, 3))
    recalibrate(model, [torch.eye(4, 3)])


def test_adapting_moves_the_statistics_towards_the_new_data(model):
    new = randn(16, 4, seed=9) * 3 + 5
    old = copy.deepcopy(model)
    targets = expected_statistics(model, [new])
    for prior, share in [(0, 1.0), (48, 0.25)]:
        adapted = adapt_bn(copy.deepcopy(model), new, prior=prior)
        pairs = zip(batch_norms(adapted), batch_norms(old), targets, strict=True)
        for bn, was, (mean, var) in pairs:
            close(bn.running_mean, (1 - share) * was.running_mean + share * mean)
            close(bn.running_var, (1 - share) * was.running_var + share * var)


def test_adapting_undoes_a_change_of_contrast():
    model = nn.Sequential(layers.BatchNorm(4), nn.Linear(4, 2)).double()
    x = randn(64, 4)
    recalibrate(model, [x])
    model.eval()
    before = model(x)
    dimmed = 0.3 * x + 0.4
    assert (model(dimmed) - before).abs().max() > 0.1
    adapt_bn(model, dimmed)
    close(model(dimmed), before, rtol=0, atol=1e-3)


def test_a_frozen_norm_stays_in_eval_through_train_copies_and_pickles(model):
    freeze_bn(model)
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    for frozen in (model, copy.deepcopy(model), torch.load(file, weights_only=False)):
        before = {k: v.clone() for k, v in frozen.named_buffers()}
        frozen.train()(randn(16, 4))
        close(dict(frozen.named_buffers()), before, rtol=0, atol=0)
        assert not any(p.requires_grad for bn in batch_norms(frozen) for p in bn.parameters())
        assert frozen[3].training and frozen[0].weight.requires_grad


@pytest.mark.parametrize(
    "change", [freeze_bn, lambda m: adapt_bn(m, 0), lambda m: recalibrate(m, [0])]
)
def test_a_model_without_batch_norm_is_refused(change):
    with pytest.raises(ArgumentError, match="no batch norm with running statistics"):
        change(nn.Sequential(nn.Linear(4, 6), layers.LayerNorm(6)))


def test_no_batches_and_a_negative_prior_are_refused_before_anything_changes(model):
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(ArgumentError, match="no batches"):
        recalibrate(model, [])
    with pytest.raises(ArgumentError, match=r"prior counts samples.*got -1"):
        adapt_bn(model, randn(16, 4), prior=-1)
    close(model.state_dict(), before)


def test_the_whole_round_works_where_the_model_is_put(device):
    model = nn.Sequential(nn.Conv2d(3, 4, 3), layers.BatchNorm(4), nn.ReLU()).to(device)
    x = randn(8, 3, 5, 5).float().to(device)
    adapt_bn(recalibrate(model, [x]), x, prior=8)
    freeze_bn(convert(model, {"batch": "ghost_batch"})).eval()
    folded = nn.Sequential(fold_conv_bn(model[0], model[1]), nn.ReLU())
    close(folded(x), model(x), rtol=1e-4, atol=1e-5)


PLAIN = {
    "a subclass": lambda: type("Mine", (nn.Conv2d,), {})(3, 8, 3),
    "weight standardized": lambda: layers.WeightStandardizedConv2d(3, 8, 3),
    "weight normed": lambda: parametrizations.weight_norm(nn.Conv2d(3, 8, 3)),
    "weight normed, the old way": lambda: old_style(nn.utils.weight_norm, nn.Conv2d(3, 8, 3)),
    "spectral normed": lambda: parametrizations.spectral_norm(nn.Conv2d(3, 8, 3)),
    "spectral normed, the old way": lambda: nn.utils.spectral_norm(nn.Conv2d(3, 8, 3)),
    "pruned": lambda: prune.l1_unstructured(nn.Conv2d(3, 8, 3), "weight", amount=0.5),
    "pruned bias": lambda: prune.l1_unstructured(nn.Conv2d(3, 8, 3), "bias", amount=2),
    "lazy": lambda: nn.LazyConv2d(8, 3),
    "hooked": lambda: hooks_on(nn.Conv2d(3, 8, 3), "register_forward_hook"),
    "hooked before": lambda: hooks_on(nn.Conv2d(3, 8, 3), "register_forward_pre_hook"),
    "hooked behind": lambda: hooks_on(nn.Conv2d(3, 8, 3), "register_full_backward_hook"),
    "complex": lambda: nn.Conv2d(3, 8, 3, dtype=torch.complex64),
    "replaced": lambda: with_forward(nn.Conv2d(3, 8, 3)),
    "no convolution": lambda: nn.Linear(3, 8),
    "no module": lambda: torch.relu,
    "quantized": lambda: torch.ao.nn.quantized.Conv2d(3, 8, 3),
}


def old_style(function, module):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return function(module)


def hooks_on(module, register):
    getattr(module, register)(lambda *_: None)
    return module


def with_forward(module):
    module.forward = lambda x: x
    return module


@pytest.mark.filterwarnings("ignore:torch.quantize_per")
@pytest.mark.parametrize("name", PLAIN)
def test_only_plain_layers_are_folded(name):
    conv = PLAIN[name]()
    with pytest.raises(ArgumentError, match="cannot be folded as a convolution: "):
        fold_conv_bn(conv, layers.BatchNorm(8).eval())


NORMS_THAT_DO_NOT_FOLD = {
    "the last axis": (lambda: layers.BatchNorm(8, channel_axis=-1), r"channels on axis -1"),
    "pixels": (lambda: layers.BatchNorm(8, channel_axis=2), r"channels on axis 2"),
    "instance": (
        lambda: nn.InstanceNorm2d(8, track_running_stats=True),
        r"InstanceNorm2d cannot be folded as batch norm",
    ),
    "ours": (lambda: layers.InstanceNorm(8, track_running_stats=True), r"InstanceNorm cannot"),
    "group": (lambda: nn.GroupNorm(2, 8), r"GroupNorm cannot be folded"),
    "subclass": (lambda: type("Mine", (nn.BatchNorm2d,), {})(8), r"Mine cannot be folded"),
    "hooked": (lambda: hooks_on(nn.BatchNorm2d(8), "register_forward_hook"), r"forward hooks"),
    "lazy": (lambda: nn.LazyBatchNorm2d(), r"lazy"),
    "pruned": (
        lambda: prune.l1_unstructured(nn.BatchNorm2d(8), "weight", amount=2),
        r"weight_mask, weight_orig",
    ),
    "parametrized": (
        lambda: parametrized(nn.BatchNorm2d(8)),
        r"remove_parametrizations",
    ),
}


def parametrized(module):
    torch.nn.utils.parametrize.register_parametrization(module, "weight", nn.ReLU())
    return module


@pytest.mark.parametrize("name", NORMS_THAT_DO_NOT_FOLD)
def test_only_plain_batch_norms_on_the_channel_axis_are_folded(name):
    make, words = NORMS_THAT_DO_NOT_FOLD[name]
    with pytest.raises(ArgumentError, match=words):
        fold_conv_bn(nn.Conv2d(3, 8, 3), make().eval())
    if name not in ("the last axis", "hooked", "pruned", "parametrized"):  # of images, or last
        with pytest.raises(ArgumentError, match=words):
            fold_linear_bn(nn.Linear(3, 8), make().eval())


@pytest.mark.parametrize(
    "fold, layer, bn",
    [
        (fold_linear_bn, nn.Linear(3, 8), nn.BatchNorm2d(8)),
        (fold_conv_bn, nn.Conv2d(3, 8, 3), nn.BatchNorm1d(8)),
        (fold_conv_bn, nn.ConvTranspose1d(3, 8, 3), nn.BatchNorm3d(8)),
    ],
    ids=str,
)
def test_a_norm_that_cannot_come_right_after_the_layer_is_refused(fold, layer, bn):
    with pytest.raises(ArgumentError, match=f"cannot come right after {type(layer).__name__}"):
        fold(layer, bn.eval())


@pytest.mark.parametrize("axis", [1, -3])
def test_the_channel_axis_may_be_counted_from_the_end(axis):
    conv, bn = nn.Conv2d(3, 6, 3).double(), trained(layers.BatchNorm(6, channel_axis=axis))
    x = randn(2, 3, 7, 5)
    close(fold_conv_bn(conv, bn)(x), bn(conv(x)), rtol=1e-10, atol=1e-10)
    linear, bn = nn.Linear(4, 6).double(), trained(layers.BatchNorm(6, channel_axis=-1))
    x = randn(2, 3, 4)
    close(fold_linear_bn(linear, bn)(x), bn(linear(x)), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("of_the_norm", [torch.float32, torch.float16])
@pytest.mark.parametrize("name", ["conv2d", "transposed and grouped", "no bias"])
def test_a_folded_layer_keeps_its_precision_and_what_is_frozen(dtype, of_the_norm, name):
    conv = copy.deepcopy(CONVOLUTIONS[name][0]).to(dtype)
    bn = trained(layers.BatchNorm(conv.out_channels)).to(of_the_norm)
    folded = fold_conv_bn(conv.requires_grad_(False), bn)
    assert folded.weight.dtype == folded.bias.dtype == dtype
    assert not folded.weight.requires_grad and not folded.bias.requires_grad
    exact = fold_conv_bn(copy.deepcopy(conv).double(), copy.deepcopy(bn).double())
    rounding = max(torch.finfo(dtype).eps, 1e-6)  # the norm's own numbers are in float32
    close(folded.double().state_dict(), exact.state_dict(), rtol=rounding, atol=rounding)


@pytest.mark.parametrize(
    "make", [layers.FrozenBatchNorm, layers.GhostBatchNorm, layers.BatchRenorm, nn.BatchNorm2d]
)
def test_every_relative_of_batch_norm_folds(make):
    conv, bn = nn.Conv2d(4, 6, 3).double(), trained(make(6))
    x = randn(2, 4, 7, 5)
    close(fold_conv_bn(conv, bn)(x), bn(conv(x)), rtol=1e-10, atol=1e-10)
    assert isinstance(bn, layers.FrozenBatchNorm) or fold_conv_bn(conv, freeze_bn(bn))
