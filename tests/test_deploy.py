import copy
import io

import pytest
import torch
from devices import device_fixture
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval, fuse_linear_bn_eval

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
    """Average the batches' means and unbiased variances by hand, layer after layer, no dropout."""
    ghost = 8 if isinstance(model[1], layers.GhostBatchNorm) else 16
    stats = []
    for linear, bn in ((model[0], model[1]), (model[4], model[5])):
        parts = [part for batch in batches for part in linear(batch).split(ghost)]
        mean = torch.stack([part.mean(0) for part in parts]).mean(0)
        var = torch.stack([part.var(0) for part in parts]).mean(0)
        stats.append((mean, var))
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


def test_recalibrating_averages_the_batches_and_nothing_else(model):
    batches = [randn(16, 4, seed=s) * (s + 1) for s in range(3)]
    model.train()
    model[5].eval()
    before = {k: v.clone() for k, v in model.named_parameters()}
    assert recalibrate(model, iter(batches)) is model
    for bn, (mean, var) in zip(
        batch_norms(model), expected_statistics(model, batches), strict=True
    ):
        close(bn.running_mean, mean)
        close(bn.running_var, var)
    close(dict(model.named_parameters()), before)
    assert [m.training for m in model] == [True, True, True, True, True, False]
    assert {bn.momentum for bn in batch_norms(model)} == {0.1}
    assert getattr(model[1], "r_max", 3.0) == 3.0


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
