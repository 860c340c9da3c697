"""Every refusal says what was needed, what came, and what to do."""

import numpy as np
import pytest
import torch

from coursekit import layers, norms
from coursekit.errors import CourseError

rng = np.random.default_rng(0)


def a(*shape):
    return rng.standard_normal(shape)


def t(*shape):
    return torch.zeros(shape)


IN_NUMPY = {
    "gamma of another length": (
        lambda: norms.batch_norm(a(2, 3, 4, 4), a(4), a(4)),
        r"x of shape \(2, 3, 4, 4\) has C = 3 channels.*must be \(3,\); got \(4,\)",
    ),
    "beta of another length": (
        lambda: norms.group_norm(a(2, 4, 3), a(4), a(3), groups=2),
        r"C = 4 channels.*got \(3,\)",
    ),
    "too few axes": (lambda: norms.batch_norm(a(4), a(4), a(4)), r"at least 2 axes; got.*\(4,\)"),
    "no pixels": (
        lambda: norms.instance_norm(a(4, 3), a(3), a(3)),
        r"\(N, C, \*spatial\).*got shape \(4, 3\).*reshape",
    ),
    "one value per channel": (
        lambda: norms.batch_norm(a(1, 3), a(3), a(3)),
        r"more than one value per channel; x of shape \(1, 3\) has 1.*larger batch",
    ),
    "an empty batch": (
        lambda: norms.batch_norm(a(0, 3), a(3), a(3)),
        r"more than one value per channel; x of shape \(0, 3\) has 0",
    ),
    "one value per group": (
        lambda: norms.group_norm(a(2, 4), a(4), a(4), groups=4),
        r"more than one value per group",
    ),
    "integers": (
        lambda: norms.batch_norm(np.ones((4, 3), int), a(3), a(3)),
        r"floating point.*got int64.*x.astype\(float\)",
    ),
    "groups that do not divide C": (
        lambda: norms.group_norm(a(2, 6, 4), a(6), a(6), groups=4),
        r"C = 6 channels.*groups = 4. Choose one of 1, 2, 3, 6",
    ),
    "a negative eps": (
        lambda: norms.batch_norm(a(4, 3), a(3), a(3), eps=-1e-5),
        r"eps.*must be >= 0; got -1e-05. The usual value is 1e-5",
    ),
    "an eps that is no number": (
        lambda: norms.rms_norm(a(4, 3), a(3), eps=float("nan")),
        r"eps.*got nan",
    ),
    "momentum beyond 1": (
        lambda: norms.update_running(0.0, 1.0, momentum=1.1),
        r"momentum is the weight of the new batch.*in \[0, 1\]; got 1.1.*Keras and Flax call 0.9",
    ),
    "a gamma that is not x's end": (
        lambda: norms.layer_norm(a(2, 3, 4), a(3), a(3)),
        r"shape of x's last axes.*x is \(2, 3, 4\), got \(3,\)",
    ),
    "a ghost that does not divide N": (
        lambda: norms.ghost_batch_norm(a(6, 3), a(3), a(3), ghost=4),
        r"N = 6 samples does not split into ghost batches of 4.*drop_last=True",
    ),
    "limits that contradict themselves": (
        lambda: norms.batch_renorm(a(4, 3), *np.ones((4, 3)), r_max=0.5),
        r"r_max >= 1 and d_max >= 0; got r_max = 0.5.*plain batch norm",
    ),
    "labels of another length": (
        lambda: norms.conditional_batch_norm(a(4, 3), a(2, 3), a(2, 3), np.zeros(3, int)),
        r"one per sample, \(4,\); got \(3,\)",
    ),
    "content and style that differ": (
        lambda: norms.adaptive_instance_norm(a(2, 3, 4), a(2, 5, 4)),
        r"agree in N and C; got \(2, 3, 4\) and \(2, 5, 4\)",
    ),
    "queries and keys that differ": (
        lambda: norms.query_key_norm(a(2, 8, 5, 4), a(2, 4, 5, 4), a(4), a(4)),
        r"\(\*batch, T, d\).*got \(2, 8, 5, 4\) and \(2, 4, 5, 4\). Repeat keys",
    ),
    "a scale of another head": (
        lambda: norms.query_key_norm(a(5, 4), a(6, 4), a(4), a(5)),
        r"d = 4 features, so both gammas must be \(4,\); got \(5,\)",
    ),
    "a condition of another batch": (
        lambda: norms.adaptive_layer_norm_zero(a(2, 3, 4), a(3, 5), a(12, 5), a(12)),
        r"one vector per sample, \(2, K\); got \(3, 5\)",
    ),
    "a linear layer of two parts": (
        lambda: norms.adaptive_layer_norm_zero(a(2, 3, 4), a(2, 5), a(8, 5), a(8)),
        r"weight must be \(12, 5\) and bias \(12,\); got \(8, 5\) and \(8,\)",
    ),
    "a branch that loses tokens": (
        lambda: norms.adaptive_layer_norm_zero(
            a(2, 3, 4), a(2, 5), a(12, 5), a(12), lambda z: (z[:, :1], None)
        ),
        r"must give \(2, 3, 4\); got \(2, 1, 4\)",
    ),
    "a window without channels": (
        lambda: norms.local_response_norm(a(2, 3, 4), size=0),
        r"at least one channel; got size = 0",
    ),
    "lengths that do not fit the weights": (
        lambda: norms.weight_norm(a(5, 3), a(5)),
        r"v is \(5, 3\), so g must be \(5, 1\); got \(5,\)",
    ),
    "singular vectors that do not fit the weights": (
        lambda: norms.spectral_norm(a(5, 3), a(3), a(5)),
        r"matrix \(5, 3\), so u must be \(5,\) and v \(3,\); got \(3,\) and \(5,\)",
    ),
    "one pixel for an instance": (
        lambda: norms.instance_norm(a(4, 3, 1), a(3), a(3)),
        r"per channel of each sample.*Use a larger image",
    ),
    "no eps": (lambda: norms.batch_norm(a(4, 3), a(3), a(3), eps=None), r"eps.*got None"),
    "a list": (lambda: norms.normalize([1.0, 2.0], 0), r"NumPy array; got list.*coursekit.layers"),
    "a momentum that is text": (lambda: norms.update_running(0.0, 1.0, "0.1"), r"got 0.1"),
    "fewer than no steps": (
        lambda: norms.spectral_norm(a(5, 3), a(5), a(3), steps=-1),
        r"steps >= 0; got -1",
    ),
}

IN_TORCH = {
    "other channels": (
        lambda: layers.BatchNorm(3)(t(2, 4, 5)),
        r"made for 3 channels; x of shape \(2, 4, 5\) has 4 on axis 1. Set channel_axis",
    ),
    "too few axes": (lambda: layers.BatchNorm(3)(t(3)), r"at least 2 axes; got shape \(3,\)"),
    "one value per channel": (
        lambda: layers.BatchNorm(3)(t(1, 3)),
        r"more than one value per channel; x of shape \(1, 3\).*drop_last=True.*eval\(\)",
    ),
    "one pixel": (
        lambda: layers.InstanceNorm(3)(t(4, 3, 1)),
        r"more than one value per channel of each sample.*has 1",
    ),
    "no pixels": (lambda: layers.InstanceNorm(3)(t(4, 3)), r"at least 3 axes"),
    "integers": (
        lambda: layers.LayerNorm(3)(t(4, 3).long()),
        r"floating point.*got torch.int64.*x.float\(\)",
    ),
    "momentum below 0": (lambda: layers.BatchNorm(3, momentum=-0.1), r"in \[0, 1\]; got -0.1"),
    "one value per channel in eval without statistics": (
        lambda: layers.BatchNorm(3, track_running_stats=False).eval()(t(1, 3)),
        r"without running statistics batch norm needs more than one value.*\(1, 3\).*"
        r"track_running_stats=True$",
    ),
    "one pixel for a group": (
        lambda: layers.GroupNorm(4, 4)(t(2, 4)),
        r"more than one value per group.*Use fewer groups",
    ),
    "an axis too far from the end": (
        lambda: layers.BatchNorm(3, channel_axis=-5)(t(2, 3, 4, 4)),
        r"at least 5 axes; got shape \(2, 3, 4, 4\)",
    ),
    "an axis that is no integer": (
        lambda: layers.BatchNorm(3, channel_axis=(1, 2)),
        r"channel_axis is one axis of x.*got \(1, 2\)",
    ),
    "samples for channels": (
        lambda: layers.InstanceNorm(2, channel_axis=0)(t(2, 3, 4)),
        r"axis 0 holds the samples",
    ),
    "samples for channels of ghosts": (
        lambda: layers.GhostBatchNorm(2, ghost=1, channel_axis=-2)(t(2, 3)),
        r"axis 0 holds the samples",
    ),
    "no eps": (lambda: layers.BatchNorm(3, eps=None), r"eps.*got None"),
    "a NumPy mask": (
        lambda: layers.BatchNorm(3)(t(4, 3), np.ones(4, bool)),
        r"mask must be a torch tensor; got numpy.ndarray",
    ),
    "labels that are no integers": (
        lambda: layers.ConditionalBatchNorm(3, 2)(t(4, 3), torch.ones(4, dtype=torch.bool)),
        r"labels choose rows.*got torch.bool",
    ),
    "an axis that the weights do not have": (
        lambda: layers.WeightNorm(dim=5).right_inverse(t(3, 4)),
        r"shape \(3, 4\) it must be in -2 .. 1; got 5",
    ),
    "no axis of the weights": (lambda: layers.WeightNorm(dim=None)(t(3, 1), t(3, 4)), r"got None"),
    "an axis that a spectrum does not have": (
        lambda: layers.SpectralNorm(t(3, 4), dim=-3),
        r"must be in -2 .. 1; got -3",
    ),
    "a negative eps": (lambda: layers.GroupNorm(4, 2, eps=-1.0), r"eps.*got -1.0"),
    "groups that do not divide C": (
        lambda: layers.GroupNorm(6, 4),
        r"groups = 4. Choose one of 1, 2, 3, 6",
    ),
    "no groups": (lambda: layers.GroupNorm(6, 0), r"groups = 0"),
    "other channels for groups": (lambda: layers.GroupNorm(6, 2)(t(2, 4)), r"6 channels.*has 4"),
    "another last axis": (
        lambda: layers.LayerNorm((4, 5))(t(2, 5, 4)),
        r"last axes of shape \(4, 5\); got x of shape \(2, 5, 4\)",
    ),
    "a mask of another shape": (
        lambda: layers.BatchNorm(3)(t(2, 3, 4), torch.ones(2, 3, 4, dtype=torch.bool)),
        r"mask must be boolean and \(2, 4\), without channels; got torch.bool \(2, 3, 4\)",
    ),
    "a mask of numbers": (
        lambda: layers.BatchNorm(3)(t(2, 3, 4), t(2, 4)),
        r"must be boolean.*got torch.float32",
    ),
    "a mask that hides all": (
        lambda: layers.BatchNorm(3)(t(2, 3, 4), t(2, 4).bool()),
        r"False everywhere",
    ),
    "a ghost that does not divide N": (
        lambda: layers.GhostBatchNorm(3, ghost=4)(t(6, 3)),
        r"ghost batches of 4",
    ),
    "limits that contradict themselves": (lambda: layers.BatchRenorm(3, d_max=-1), r"d_max = -1"),
    "renorm without statistics": (
        lambda: layers.BatchRenorm(3, track_running_stats=False),
        r"needs running statistics to correct towards",
    ),
    "an axis that x does not have": (
        lambda: layers.BatchNorm(3, channel_axis=3)(t(2, 3)),
        r"at least 4 axes; got shape \(2, 3\)",
    ),
    "labels of another length": (
        lambda: layers.ConditionalBatchNorm(3, 2)(t(4, 3), torch.zeros(5).long()),
        r"one per sample, \(4,\)",
    ),
    "content and style that differ": (
        lambda: layers.AdaptiveInstanceNorm()(t(2, 3, 4), t(1, 3, 4)),
        r"agree in N and C",
    ),
    "queries without an axis of tokens": (
        lambda: layers.QueryKeyNorm(4)(t(4), t(4)),
        r"queries must be \(\*batch, T, d\).*got \(4,\) and \(4,\)",
    ),
    "queries of another head": (
        lambda: layers.QueryKeyNorm(4)(t(3, 5), t(2, 5)),
        r"d = 5 features.*must be \(5,\); got \(4,\)",
    ),
    "a condition for each token": (
        lambda: layers.AdaptiveLayerNormZero(4, 5)(t(2, 3, 4), t(2, 3, 5)),
        r"one vector per sample, \(2, K\); got \(2, 3, 5\)",
    ),
    "other features for a condition": (
        lambda: layers.AdaptiveLayerNormZero(4, 5)(t(2, 3, 6), t(2, 5)),
        r"D = 6 features.*weight must be \(18, 5\).*got \(12, 5\)",
    ),
    "a branch that changes the shape": (
        lambda: layers.AdaptiveLayerNormZero(4, 5, torch.nn.Linear(4, 3))(t(2, 4), t(2, 5)),
        r"must give \(2, 4\); got \(2, 3\)",
    ),
    "other channels for a filter": (
        lambda: layers.FilterResponseNorm(3)(t(2, 4, 5)),
        r"C = 4 channels, so this layer's parameters must be \(4,\); got \(3,\)",
    ),
    "a window without channels": (lambda: layers.LocalResponseNorm(0), r"size = 0"),
    "no power iteration": (lambda: layers.SpectralNorm(t(3, 4), steps=0), r"steps >= 1; got 0"),
    "weights without fan-in": (lambda: layers.WeightNorm().right_inverse(t(3)), r"at least 2 axes"),
}

CASES = [
    pytest.param(cause, words, id=f"{where}: {name}")
    for where, table in (("NumPy", IN_NUMPY), ("torch", IN_TORCH))
    for name, (cause, words) in table.items()
]


@pytest.mark.parametrize("cause, words", CASES)
def test_a_refusal_says_what_was_needed_what_came_and_what_to_do(cause, words):
    with pytest.raises(CourseError, match=words) as refusal:
        cause()
    assert isinstance(refusal.value, ValueError)  # as torch.nn raises


LAYERS = {
    "batch": lambda: layers.BatchNorm(3),
    "ghost": lambda: layers.GhostBatchNorm(3, ghost=2),
    "renorm": lambda: layers.BatchRenorm(3),
    "sync": lambda: layers.SyncBatchNorm(3),
    "frozen": lambda: layers.FrozenBatchNorm(3),
    "layer": lambda: layers.LayerNorm(5),
    "channel_layer": lambda: layers.ChannelLayerNorm(3),
    "instance": lambda: layers.InstanceNorm(3),
    "group": lambda: layers.GroupNorm(3, 1),
    "rms": lambda: layers.RMSNorm(5),
    "filter_response": lambda: layers.FilterResponseNorm(3),
    "local_response": lambda: layers.LocalResponseNorm(3),
    "dynamic_tanh": lambda: layers.DynamicTanh(5),
    "dynamic_erf": lambda: layers.DynamicErf(5),
    "standardized": lambda: layers.WeightStandardizedConv2d(3, 4, 2),
    "scaled": lambda: layers.ScaledWeightStandardizedConv2d(3, 4, 2),
    "layer_scale": lambda: layers.LayerScale(3),
    "skip_init": lambda: layers.SkipInit(),
    "query_key": lambda: lambda x: layers.QueryKeyNorm(5)(x, x),
    "told": lambda: lambda x: layers.AdaptiveLayerNormZero(5, 2)(x, torch.ones(4, 2)),
    "adaptive": lambda: lambda x: layers.AdaptiveInstanceNorm()(x, x),
    "conditional": lambda: lambda x: layers.ConditionalBatchNorm(3, 2)(x, torch.zeros(4).long()),
    "weight": lambda: lambda x: layers.WeightNorm()(torch.ones(4, 1, 1, 1), x),
    "spectral": lambda: lambda x: layers.SpectralNorm(torch.ones(4, 3, 4, 5))(x),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    "x, words",
    [
        (np.ones((4, 3, 4, 5)), r"must be a torch tensor; got numpy.ndarray.*torch.from_numpy"),
        ([[1.0, 2.0]], r"must be a torch tensor; got list"),
        (torch.ones(4, 3, 4, 5, dtype=torch.complex64), r"must be real; got torch.complex64"),
        (torch.ones(4, 3, 4, 5, dtype=torch.int64), r"floating point.*got torch.int64"),
    ],
    ids=["NumPy", "list", "complex", "integers"],
)
def test_what_no_layer_takes_is_refused_by_every_layer(name, training, x, words):
    layer = LAYERS[name]()
    layer = layer.train(training) if isinstance(layer, torch.nn.Module) else layer
    with pytest.raises(CourseError, match=words):
        layer(x)


@pytest.mark.filterwarnings("ignore:Complex modules")
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    "layer",
    [make() for make in LAYERS.values() if isinstance(make(), torch.nn.Module)],
    ids=lambda layer: type(layer).__name__,
)
def test_complex_parameters_are_refused_too(layer, training):
    if not [*layer.parameters(), *layer.buffers()]:
        pytest.skip("it has none")
    with pytest.raises(CourseError, match="must be real"):
        layer.to(torch.complex64).train(training)(torch.ones(4, 3, 4, 5))
