"""Running statistics, train and eval: batch norm and its relatives against torch.nn's own."""

import copy

import pytest
import torch
from norm_inputs import TRACKED
from torch import nn

from coursekit.errors import ShapeError
from coursekit.layers import BatchNorm, BatchRenorm, GhostBatchNorm, InstanceNorm, SyncBatchNorm

close = torch.testing.assert_close

TORCHS = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}
SHAPES = [(5, 3), (5, 3, 4), (5, 3, 4, 2), (5, 3, 4, 2, 2)]
SETTINGS = [
    {},
    {"eps": 0.1, "momentum": 0.37},
    {"momentum": None},
    {"momentum": 0.0},
    {"affine": False},
    {"track_running_stats": False},
]


def batches(shape, count=4):
    """Draw batches whose channels differ in mean and scale, by 20 and 1e-3."""
    generator = torch.Generator().manual_seed(0)
    spread = (-1, *[1] * (len(shape) - 2))
    scale = torch.tensor([1e-3, 1.0, 20.0], dtype=torch.float64).view(spread)
    mean = torch.tensor([3.0, -2.0, 50.0], dtype=torch.float64).view(spread)
    for _ in range(count):
        yield mean + scale * torch.randn(shape, generator=generator, dtype=torch.float64)


def twins(ours, theirs):
    """Give both the same random scale and shift."""
    ours, theirs = ours.double(), theirs.double()
    if ours.weight is not None:
        with torch.no_grad():
            for parameter in theirs.parameters():
                parameter.uniform_(0.5, 2, generator=torch.Generator().manual_seed(1))
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@pytest.mark.parametrize("shape", SHAPES, ids=len)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_batch_norm_tracks_and_infers_as_torch_does(shape, settings):
    ours, theirs = twins(BatchNorm(3, **settings), TORCHS[len(shape)](3, **settings))
    for x in batches(shape):
        close(ours(x), theirs(x), rtol=1e-9, atol=1e-9)
    close(ours.state_dict(), theirs.state_dict(), rtol=1e-9, atol=1e-12)
    ours.eval(), theirs.eval()
    for x in batches(shape, 1):
        close(ours(x), theirs(x), rtol=1e-9, atol=1e-9)
    close(ours.state_dict(), theirs.state_dict(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_gradients_match_torch_in_both_modes(training):
    ours, theirs = twins(BatchNorm(3), nn.BatchNorm2d(3))
    for x in batches((5, 3, 4, 2)):
        ours(x), theirs(x)
    grads = []
    for layer in (ours.train(training), theirs.train(training)):
        leaf = x.clone().requires_grad_()
        dy = torch.randn(x.shape, generator=torch.Generator().manual_seed(2)).double()
        grads.append(torch.autograd.grad(layer(leaf), (leaf, layer.weight, layer.bias), dy))
    for a, b in zip(*grads, strict=True):
        close(a, b, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("settings", [{}, {"affine": True, "momentum": 0.37}], ids=str)
def test_instance_norm_tracks_as_torch_does_and_counts_its_batches(settings):
    """torch.nn averages unbiased variances over the samples too, but never counts a batch."""
    settings = {"track_running_stats": True, **settings}
    ours, theirs = twins(InstanceNorm(3, **settings), nn.InstanceNorm2d(3, **settings))
    for x in batches((5, 3, 4, 2)):
        close(ours(x), theirs(x), rtol=1e-9, atol=1e-9)
    assert ours.state_dict().pop("num_batches_tracked") == 4
    for name in ("running_mean", "running_var"):
        close(ours.state_dict()[name], theirs.state_dict()[name], rtol=1e-9, atol=1e-12)
    ours.eval(), theirs.eval()
    close(ours(x), theirs(x), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("norm", TRACKED, ids=lambda norm: norm.name)
@pytest.mark.parametrize("rank", [3, 4, 5])
def test_state_dicts_load_both_ways(norm, rank):
    theirs = TORCHS[rank](3)
    options = {"affine": True, "track_running_stats": True}
    ours = norm.module(3, **options)
    ours.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())
    assert list(ours.state_dict()) == list(theirs.state_dict())


@pytest.mark.parametrize("layer", [BatchRenorm, GhostBatchNorm, SyncBatchNorm])
def test_relatives_of_batch_norm_infer_as_it_does(layer):
    plain, other = BatchNorm(3).double(), layer(3).double()
    for x in batches((5, 3, 4, 2)):
        plain(x)
    other.load_state_dict(plain.state_dict())
    close(other.eval()(x), plain.eval()(x))


def test_ghost_batches_each_take_a_step_of_the_running_statistics():
    ghost, plain = GhostBatchNorm(3, ghost=2).double(), BatchNorm(3).double()
    (x,) = batches((6, 3, 4, 2), 1)
    close(ghost(x), torch.cat([plain(part) for part in x.split(2)]))
    close(ghost.state_dict(), plain.state_dict())


def test_batch_renorm_with_closed_limits_is_batch_norm_but_for_the_variance_it_keeps():
    renorm, plain = BatchRenorm(3, r_max=1, d_max=0).double(), BatchNorm(3).double()
    for x in batches((5, 3, 4, 2)):
        close(renorm(x), plain(x))
    close(renorm.running_mean, plain.running_mean)


def test_batch_renorm_is_algorithm_1_over_10_steps_and_in_eval():
    renorm = BatchRenorm(3, r_max=1.5, d_max=0.5, eps=0.1, momentum=0.2).double()
    mu, sigma = torch.zeros(3).double(), torch.ones(3).double().add(0.1).sqrt()
    for step, x in enumerate(batches((4, 3), 10)):
        x = x * 2 ** (step % 3)
        m, s = x.mean(0), (x.var(0, correction=0) + 0.1).sqrt()
        r, d = (s / sigma).clamp(1 / 1.5, 1.5), ((m - mu) / sigma).clamp(-0.5, 0.5)
        close(renorm(x), (x - m) / s * r + d, rtol=1e-9, atol=1e-9)
        mu, sigma = mu + 0.2 * (m - mu), sigma + 0.2 * (s - sigma)
    close(renorm.eval()(x), (x - mu) / sigma, rtol=1e-9, atol=1e-9)
    close((renorm.running_var + 0.1).sqrt(), sigma)


def test_running_statistics_hold_no_graph():
    bn = BatchNorm(3)
    bn(torch.ones(4, 3, requires_grad=True) * torch.arange(4.0)[:, None])
    assert bn.running_mean.grad_fn is None and bn.running_var.grad_fn is None
    copy.deepcopy(bn)  # refuses tensors that belong to a graph


def test_no_grad_does_not_freeze_the_statistics_and_eval_does():
    bn = BatchNorm(3).double()
    (x,) = batches((5, 3), 1)
    with torch.no_grad():
        bn.requires_grad_(False)(x)
    assert bn.num_batches_tracked == 1
    before = copy.deepcopy(bn.state_dict())
    bn.eval()(x.requires_grad_())
    close(bn.state_dict(), before, rtol=0, atol=0)


def test_eval_treats_every_sample_alone():
    bn = BatchNorm(3).double()
    for x in batches((5, 3, 4, 2)):
        bn(x)
    bn.eval()
    close(torch.cat([bn(x[i : i + 1]) for i in range(5)]), bn(x), rtol=0, atol=0)


def test_an_empty_batch_counts_but_says_nothing():
    ours, theirs = BatchNorm(3), nn.BatchNorm1d(3)
    for layer in (ours, theirs):
        assert layer(torch.empty(0, 3)).shape == (0, 3)
    close(ours.state_dict(), theirs.state_dict())
    assert ours.num_batches_tracked == 1


@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1, 1)])
@pytest.mark.parametrize(
    "settings, training", [({}, True), ({"track_running_stats": False}, False)]
)
def test_one_value_per_channel_raises_where_torch_raises(shape, settings, training):
    for layer in (BatchNorm(3, **settings), TORCHS[len(shape)](3, **settings)):
        with pytest.raises(ValueError, match=r"more than (1|one) value per channel"):
            layer.train(training)(torch.zeros(shape))


def test_one_value_per_channel_leaves_the_statistics_alone():
    bn = BatchNorm(3)
    with pytest.raises(ShapeError, match=r"drop_last=True"):
        bn(torch.zeros(1, 3))
    close(bn.state_dict(), BatchNorm(3).state_dict())


@pytest.mark.parametrize("axis, rank", [(-1, 4), (-1, 3), (2, 5), (1, 4)])
def test_channel_axis_says_where_the_channels_are(axis, rank):
    first, other = BatchNorm(3).double(), BatchNorm(3, channel_axis=axis).double()
    for x in batches((5, 3, 4, 2, 2)[:rank]):
        close(other(x.movedim(1, axis)).movedim(axis, 1), first(x))
    close(other.state_dict(), first.state_dict())
    close(other.eval()(x.movedim(1, axis)).movedim(axis, 1), first.eval()(x))


def test_a_mask_leaves_the_padding_out_of_the_statistics():
    (x,) = batches((5, 3, 7), 1)
    lengths = torch.tensor([7, 2, 5, 1, 4])
    mask = torch.arange(7) < lengths[:, None]  # (N, T)
    ours, plain = (twins(BatchNorm(3), nn.BatchNorm1d(3))[0] for _ in range(2))
    packed = x.movedim(1, 2)[mask]  # (19, C)
    padded = x.masked_fill(~mask[:, None], float("nan"))
    padded.requires_grad_()
    y = ours(padded, mask)
    close(y.movedim(1, 2)[mask], plain(packed))
    close(ours.state_dict(), plain.state_dict())


def test_a_mask_counts_in_eval_too_where_eval_uses_the_batch():
    (x,) = batches((5, 3, 7), 1)
    mask = torch.arange(7) < torch.tensor([7, 2, 5, 1, 4])[:, None]
    bare = BatchNorm(3, track_running_stats=False).double()
    close(bare.eval()(x, mask), bare.train()(x, mask))


def test_a_mask_of_all_true_changes_neither_output_nor_gradient():
    (x,) = batches((5, 3, 7), 1)
    grads = []
    for mask in (None, torch.ones(5, 7, dtype=torch.bool)):
        bn, leaf = BatchNorm(3).double(), x.clone().requires_grad_()
        y = bn(leaf, mask) if mask is not None else bn(leaf)
        grads.append((y, *torch.autograd.grad(y, (leaf, bn.weight), torch.cos(x))))
    close(*grads)


def test_reset_running_stats_forgets_every_batch():
    bn = BatchNorm(3).double()
    for x in batches((5, 3)):
        bn(x)
    bn.reset_running_stats()
    close(bn.state_dict(), BatchNorm(3).double().state_dict())


def test_repr_shows_the_settings():
    expected = "BatchNorm(3, eps=1e-05, momentum=0.1, affine=False, track_running_stats=True)"
    assert repr(BatchNorm(3, affine=False)) == expected


@pytest.mark.parametrize("layer", [BatchNorm, BatchRenorm, GhostBatchNorm, SyncBatchNorm])
def test_with_equal_weights_an_empty_batch_leaves_no_trace(layer):
    options = {"ghost": 6} if layer is GhostBatchNorm else {}
    bn = layer(3, momentum=None, **options).double()
    full = list(batches((6, 3), 2))
    for x in (full[0][:0], full[0], full[0][:0], full[1]):
        bn(x)
    close(bn.running_mean, torch.stack([x.mean(0) for x in full]).mean(0))
    assert bn.num_batches_tracked == 2


@pytest.mark.parametrize("padding", [float("nan"), float("inf"), -float("inf"), 1e30, 0.0])
@pytest.mark.parametrize("axis", [1, -1])
def test_whatever_lies_in_the_padding_gradients_and_statistics_are_those_of_the_rest(padding, axis):
    (x,) = batches((5, 3, 7), 1)
    mask = torch.arange(7) < torch.tensor([7, 2, 5, 1, 4])[:, None]
    packed = x.movedim(1, 2)[mask].clone().requires_grad_()  # (19, C)
    plain = BatchNorm(3).double()
    y = plain(packed)
    dy = torch.cos(y).detach()
    expected = torch.autograd.grad(y, (packed, plain.weight, plain.bias), dy)
    padded = x.masked_fill(~mask[:, None], padding).movedim(1, axis).requires_grad_()
    ours = BatchNorm(3, channel_axis=axis).double()
    y = ours(padded, mask).movedim(axis, -1)[mask]
    found = torch.autograd.grad(y, (padded, ours.weight, ours.bias), dy)
    close(found[0].movedim(axis, -1)[mask], expected[0], rtol=1e-9, atol=1e-9)
    assert not found[0].movedim(axis, -1)[~mask].any()
    close(found[1:], expected[1:], rtol=1e-9, atol=1e-9)
    close(ours.state_dict(), plain.state_dict())


def test_finite_padding_is_normalized_by_the_rest():
    (x,) = batches((5, 3, 7), 1)
    mask = torch.arange(7) < torch.tensor([7, 2, 5, 1, 4])[:, None]
    y = BatchNorm(3).double()(x, mask)
    packed = x.movedim(1, 2)[mask]
    mean, var = packed.mean(0)[:, None], packed.var(0, correction=0)[:, None]
    close(y, (x - mean) / (var + 1e-5).sqrt())


@pytest.mark.parametrize("norm", TRACKED, ids=lambda norm: norm.name)
def test_checkpoints_from_before_the_count_load(norm):
    state = nn.BatchNorm1d(3).state_dict()
    del state["num_batches_tracked"]
    layer = norm.module(3, affine=True, track_running_stats=True)
    layer.num_batches_tracked.fill_(7)
    layer.load_state_dict(state)
    assert layer.num_batches_tracked == 7  # torch.nn keeps it as well
    with torch.device("meta"):
        there = norm.module(3, affine=True, track_running_stats=True)
    there.load_state_dict(state, assign=True)
    assert there.num_batches_tracked == 0


@pytest.mark.parametrize("offset", [1e4, 1e5, 1e6])
@pytest.mark.parametrize("training", [True, False])
def test_a_large_offset_is_no_worse_than_in_torch(offset, training):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(256, 3, generator=generator) + offset
    ours, theirs = BatchNorm(3).train(training), nn.BatchNorm1d(3).train(training)
    for layer in (ours, theirs):
        with torch.no_grad():
            layer.running_mean.fill_(offset)
    exact = copy.deepcopy(ours).double()
    errors, dy = {}, torch.cos(x)
    found = []
    for layer, a in ((ours, x), (theirs, x), (exact, x.double())):
        leaf = a.clone().requires_grad_()
        y = layer(leaf)
        found.append((y, *torch.autograd.grad(y, leaf, dy.to(a))))
    for name, outcome in (("ours", found[0]), ("theirs", found[1])):
        errors[name] = [(a - b).abs().max().item() for a, b in zip(outcome, found[2], strict=True)]
    assert all(a <= b + 1e-6 for a, b in zip(errors["ours"], errors["theirs"], strict=True)), errors
    assert errors["ours"][0] < 1e-5


@pytest.mark.parametrize("layer", [BatchNorm, BatchRenorm, GhostBatchNorm, SyncBatchNorm])
def test_eps_0_is_refused_where_torch_refuses_it(layer):
    bn, theirs = layer(3, eps=0.0), nn.BatchNorm1d(3, eps=0.0)
    x = torch.eye(32, 3)
    try:
        theirs(x)
    except ValueError:
        with pytest.raises(ValueError, match="eps must be > 0"):
            bn(x)
    else:
        bn(x)
    close(bn.eval()(x), nn.BatchNorm1d(3, eps=0.0).eval()(x))
