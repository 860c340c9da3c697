"""Our layers against real Keras 3 layers on the torch backend, and conversion both ways.

In float32: on torch, Keras computes its norms in it even where their dtype says float64. The cases
make a wrong convention thousands of times larger than rounding.
"""

import os
import sys

import pytest

if "keras" not in sys.modules:
    os.environ["KERAS_BACKEND"] = "torch"  # read once, when Keras is imported

keras = pytest.importorskip("keras")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

from coursekit import layers, norms  # noqa: E402
from coursekit.deploy import freeze_bn, keras_to_torch, torch_to_keras  # noqa: E402
from coursekit.deploy.frozen import is_frozen  # noqa: E402
from coursekit.errors import ArgumentError, CourseError, ShapeError  # noqa: E402

if keras.backend.backend() != "torch":
    raise RuntimeError(
        f"Keras was imported with the {keras.backend.backend()} backend before this module could "
        "set KERAS_BACKEND=torch; set it in the environment"
    )

kl = keras.layers


def close(a, b, tolerance=2e-5):
    """Compare to the precision that Keras works in."""
    torch.testing.assert_close(a, b, rtol=tolerance, atol=tolerance)


def images(seed=0, channels_last=True):
    x = np.random.default_rng(seed).normal(3, 2, (5, 4, 3, 6)).astype(np.float32)
    return x if channels_last else np.moveaxis(x, -1, 1)


def randomized(layer, shape):
    """Build a Keras layer and give all its weights random values, variances positive ones."""
    layer.build(shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.uniform(0.5, 2, w.shape) for w in layer.weights])
    return layer


def call(layer, x, **options):
    return layer(torch.tensor(x), **options).detach().cpu()


LAYERS = {
    "batch": (lambda: kl.BatchNormalization(), True),
    "batch, channels first": (lambda: kl.BatchNormalization(axis=1, epsilon=0.1), False),
    "batch without scale": (lambda: kl.BatchNormalization(scale=False), True),
    "batch without center": (lambda: kl.BatchNormalization(center=False, momentum=0.8), True),
    "layer": (lambda: kl.LayerNormalization(), True),
    "layer over three axes": (lambda: kl.LayerNormalization(axis=[-3, -2, -1]), True),
    "layer without center": (lambda: kl.LayerNormalization(center=False), True),
    "group": (lambda: kl.GroupNormalization(3, axis=1), False),
    "instance": (lambda: kl.GroupNormalization(-1, axis=1), False),
    "rms": (lambda: kl.RMSNormalization(), True),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_converted_layer_gives_what_the_keras_layer_gives(name):
    make, channels_last = LAYERS[name]
    x = images(channels_last=channels_last)
    theirs = randomized(make(), x.shape)
    ours = keras_to_torch(theirs)
    close(ours(torch.tensor(x)), call(theirs, x))


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_that_went_there_and_back_is_the_same(name):
    make, channels_last = LAYERS[name]
    x = images(channels_last=channels_last)
    ours = keras_to_torch(randomized(make(), x.shape))
    theirs = torch_to_keras(ours, (None, *x.shape[1:]))
    close(call(theirs, x), ours(torch.tensor(x)))
    close(keras_to_torch(theirs).state_dict(), ours.state_dict())


@pytest.mark.parametrize(
    "layer",
    [nn.BatchNorm2d(6), nn.LayerNorm(3), nn.GroupNorm(3, 6), nn.RMSNorm(3, eps=1e-6)],
    ids=str,
)
def test_torchs_own_layers_convert_too(layer):
    x = images(channels_last=False)
    theirs = torch_to_keras(layer.eval(), (None, *x.shape[1:]))
    close(call(theirs, x), layer(torch.tensor(x)))


@pytest.mark.parametrize("momentum", [0.99, 0.8])
def test_training_gives_the_same_outputs_and_means_but_keras_stores_the_biased_variance(momentum):
    theirs = randomized(kl.BatchNormalization(momentum=momentum), (None, 4, 3, 6))
    ours = keras_to_torch(theirs).train()
    assert ours.momentum == pytest.approx(1 - momentum)
    biased = ours.running_var.clone()
    m = 5 * 4 * 3
    for seed in range(3):
        x = images(seed)
        y = ours(torch.tensor(x))
        close(y, call(theirs, x, training=True))
        batch_var = torch.tensor(x).var((0, 1, 2), correction=0)
        biased = norms.update_running(biased, batch_var, ours.momentum)
    close(ours.running_mean, theirs.moving_mean.value)
    close(biased, theirs.moving_variance.value)
    gained = (ours.running_var - biased) / biased
    assert (0 < gained).all() and (gained < 1 / (m - 1)).all()


def test_a_mask_leaves_out_the_padding_as_keras_does():
    x = np.random.default_rng(0).normal(3, 2, (5, 7, 6)).astype(np.float32)
    mask = np.arange(7) < np.array([7, 2, 5, 1, 4])[:, None]
    theirs = randomized(kl.BatchNormalization(), (None, 7, 6))
    ours = keras_to_torch(theirs).train()
    expected = call(theirs, x, training=True, mask=torch.tensor(mask))
    close(ours(torch.tensor(x), torch.tensor(mask)), expected)
    close(ours.running_mean, theirs.moving_mean.value)


def test_batch_renorm_matches_keras_in_output_and_gradient():
    clipping = {"rmin": 1 / 1.5, "rmax": 1.5, "dmax": 0.5}
    theirs = kl.BatchNormalization(renorm=True, renorm_clipping=clipping, epsilon=1e-5)
    theirs.build((None, 4, 3, 6))
    ours = layers.BatchRenorm(6, r_max=1.5, d_max=0.5, channel_axis=-1)
    results = []
    for layer, options in ((ours, {}), (theirs, {"training": True})):
        x = torch.tensor(images()).requires_grad_()
        y = layer(x, **options)
        results.append((y, torch.autograd.grad(y, x, torch.cos(torch.tensor(images())))[0]))
    for a, b in zip(*results, strict=True):
        close(a, b, 1e-4)  # Keras adds eps to the std as well as to the variance


def test_a_frozen_keras_layer_comes_over_frozen():
    theirs = randomized(kl.BatchNormalization(trainable=False), (None, 4, 3, 6))
    ours = keras_to_torch(theirs).train()
    x = images()
    close(ours(torch.tensor(x)), call(theirs, x, training=True))
    assert not any(p.requires_grad for p in ours.parameters())


def test_what_keras_does_not_learn_comes_over_frozen():
    ours = keras_to_torch(randomized(kl.BatchNormalization(scale=False), (None, 6)))
    assert not ours.weight.requires_grad and ours.bias.requires_grad


def test_ours_has_no_nan_where_keras_on_torch_has():
    """Keras 3.15 takes E[x^2] - E[x]^2 there, which float32 makes negative at a mean of 10 000."""
    x = np.random.default_rng(0).normal(1e4, 1, (64, 3)).astype(np.float32)
    y = layers.BatchNorm(3)(torch.tensor(x))
    close(y.std(0, correction=0), torch.ones(3), 1e-3)
    plain, _ = norms.batch_norm(x, np.ones(3, np.float32), np.zeros(3, np.float32))
    np.testing.assert_allclose(plain.std(0), 1, atol=1e-3)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: keras_to_torch(kl.Dense(3)), r"Dense cannot be converted; choose from BatchNorm"),
        (
            lambda: keras_to_torch(kl.BatchNormalization()),
            r"no weights yet; call it once, or build",
        ),
        (
            lambda: keras_to_torch(randomized(kl.GroupNormalization(3), (None, 4, 6))),
            r"axis=1, where ours has its channels.*axis=-1",
        ),
        (
            lambda: keras_to_torch(randomized(kl.LayerNormalization(axis=1), (None, 4, 6))),
            r"over the last axes.*axis=\[1\]",
        ),
        (
            lambda: keras_to_torch(randomized(kl.BatchNormalization(renorm=True), (None, 6))),
            r"renormalization keeps other statistics",
        ),
        (lambda: torch_to_keras(nn.Linear(3, 4), (None, 3)), r"Linear cannot be converted"),
        (
            lambda: torch_to_keras(layers.BatchNorm(3, momentum=None), (None, 3)),
            r"always tracks statistics, with a momentum",
        ),
        (lambda: torch_to_keras(nn.RMSNorm(3), (None, 3)), r"a scale, an eps, and one axis"),
    ],
)
def test_what_cannot_be_converted_is_refused(make, words):
    with pytest.raises(ArgumentError, match=words):
        make()


# Every argument of every constructor, with values that could matter: right or refused.
AFFINE = {
    "center": [True, False],
    "scale": [True, False],
    "beta_initializer": ["zeros", "ones"],
    "gamma_initializer": ["ones", "random_uniform"],
    "beta_regularizer": [None, "l2"],
    "gamma_regularizer": [None, "l2"],
    "beta_constraint": [None, "non_neg"],
    "gamma_constraint": [None, "non_neg"],
}
BASE = {
    "trainable": [True, False],
    "dtype": [
        None, "float32", "float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"
    ],
    "name": ["mine"],
    "autocast": [False],
    "activity_regularizer": ["l2"],
}  # fmt: skip
ARGUMENTS = {
    "BatchNormalization": {
        "axis": [-1, 1, 2, 3, -2, -3, -4, 0],
        "momentum": [0.99, 0.5, 0.0, 1.0],
        "epsilon": [1e-3, 0.1],
        "moving_mean_initializer": ["zeros", "ones"],
        "moving_variance_initializer": ["ones", "zeros"],
        "renorm": [True],
        "renorm_clipping": [{"rmax": 2.0}],
        "renorm_momentum": [0.5],
        "synchronized": [True],
    },
    "LayerNormalization": {
        "axis": [-1, 3, [-1], (-2, -1), [2, 3], [-1, -2], [-3, -2, -1], [1, 2, 3], 1, [1], [1, 2],
                 [-1, 1], [-1, 2], (0, 1), 0],
        "epsilon": [1e-3, 0.1, None, 0.0],
        "rms_scaling": [True],
    },
    "GroupNormalization": {
        "groups": [1, 2, 3, 4, 6, -1],
        "axis": [-1, 1, 2, 3, -3, -2],
        "epsilon": [1e-3, 0.1],
    },
    "RMSNormalization": {
        "axis": [-1, 3, [-1], (-2, -1), [2, 3], [-1, -2], [-1, 2], 1, [1, 2]],
        "epsilon": [1e-6, 0.1, None],
    },
}  # fmt: skip
SHAPE = (5, 6, 4, 6)  # first and last as long as each other, so that Keras takes more axes
SWEEP = [
    (kind, {name: value})
    for kind, own in ARGUMENTS.items()
    for name, values in (own | (AFFINE if "RMS" not in kind else {}) | BASE).items()
    for value in values
]
PAIRS = [(kind, {"center": False, "scale": False}) for kind in ARGUMENTS if "RMS" not in kind]


def made(kind, options):
    """Make and build a Keras layer with random weights, or None where Keras refuses."""
    options = {"groups": 2, "axis": 1} | options if kind == "GroupNormalization" else options
    try:
        return randomized(getattr(kl, kind)(**options), SHAPE)
    except (ValueError, IndexError, TypeError):
        return None


@pytest.mark.filterwarnings("ignore:You passed `rms_scaling")
@pytest.mark.parametrize("kind, options", SWEEP + PAIRS, ids=str)
def test_every_argument_of_every_keras_layer_is_converted_rightly_or_refused(kind, options):
    theirs = made(kind, options)
    if theirs is None:
        pytest.skip("Keras itself refuses this")
    try:
        ours = keras_to_torch(theirs)
    except ArgumentError:
        return
    x = np.random.default_rng(0).normal(3, 2, SHAPE)
    x = torch.tensor(x).to(getattr(torch, theirs.compute_dtype))
    try:
        expected = theirs(x)
    except RuntimeError:  # Keras's own slip: on torch it normalizes axis 1 as if it were the last
        pytest.fail(f"converted, but Keras cannot run it: {options}")
    y = ours(x)
    assert y.dtype == expected.dtype
    tolerance = {2: 2e-2}.get(y.dtype.itemsize, 5e-5)
    torch.testing.assert_close(y, expected, rtol=tolerance, atol=tolerance)
    trainable = {"weight": "gamma" if kind != "RMSNormalization" else "scale", "bias": "beta"}
    for name, variable in trainable.items():
        if (p := getattr(ours, name, None)) is not None:
            has = getattr(theirs, variable, None)
            assert p.requires_grad == bool(hasattr(has, "trainable") and theirs.trainable)
    if options.get("axis") not in (0, -4):  # whose length is None there
        again = torch_to_keras(ours, (None, *SHAPE[1:])) if len(normalized(ours)) < 2 else theirs
        torch.testing.assert_close(again(x), expected, rtol=tolerance, atol=tolerance)
        assert again.trainable == theirs.trainable or kind != "BatchNormalization"


def normalized(ours):
    """Give the axes of an RMS norm: Keras takes one from us."""
    return ours.normalized_shape if isinstance(ours, layers.RMSNorm) else ()


def test_every_argument_was_tried():
    import inspect

    for kind, own in ARGUMENTS.items():
        asked = set(inspect.signature(getattr(kl, kind)).parameters) - {"kwargs"}
        assert asked <= own.keys() | AFFINE.keys()


BACK = {
    "batch": lambda **o: layers.BatchNorm(6, **o),
    "torch's batch": lambda **o: nn.BatchNorm2d(6, **o),
    "frozen": lambda **o: layers.FrozenBatchNorm(6, **o),
    "layer": lambda **o: layers.LayerNorm((4, 6), **o),
    "torch's layer": lambda **o: nn.LayerNorm((4, 6), **o),
    "group": lambda **o: layers.GroupNorm(6, 2, **o),
    "torch's group": lambda **o: nn.GroupNorm(2, 6, **o),
    "rms": lambda **o: layers.RMSNorm(6, **o),
    "torch's rms": lambda **o: nn.RMSNorm(6, **o),
}
OPTIONS = [
    {}, {"eps": 0.1}, {"momentum": 0.37}, {"momentum": None}, {"momentum": 1.0}, {"affine": False},
    {"track_running_stats": False}, {"channel_axis": -1}, {"channel_axis": -3}, {"channel_axis": 2},
    {"elementwise_affine": False}, {"bias": False}, {"one_plus": True}, {"cast_first": True},
    {"eps": None}, {"dtype": torch.float64}, {"dtype": torch.float16}, {"dtype": torch.bfloat16},
    {"dtype": torch.complex64},
]  # fmt: skip
CHANGES = {
    "": lambda layer: layer,
    "frozen": lambda layer: layer.requires_grad_(False),
    "half": lambda layer: layer.half(),
    "bfloat16": lambda layer: layer.bfloat16(),
    "double": lambda layer: layer.double(),
    "freeze_bn": lambda layer: freeze_bn(layer) if hasattr(layer, "running_mean") else layer,
    "hooked": lambda layer: hooked(layer),
    "without bias": lambda layer: without_bias(layer),
    "parametrized": lambda layer: parametrized(layer),
}


def hooked(layer):
    layer.register_forward_hook(lambda *_: 0)
    return layer


def without_bias(layer):
    if isinstance(layer, layers.FrozenBatchNorm):
        raise TypeError("it always has one")
    layer.bias = None
    return layer


def parametrized(layer):
    nn.utils.parametrize.register_parametrization(layer, "weight", nn.ReLU())
    return layer


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", BACK)
def test_every_argument_of_ours_and_torchs_is_converted_rightly_or_refused(name, options, change):
    try:
        ours = BACK[name](**options)
        with torch.no_grad():
            for i, a in enumerate((*ours.parameters(), *ours.buffers())):
                if a.is_floating_point():
                    a.uniform_(0.5, 2, generator=torch.Generator().manual_seed(i))
        ours = CHANGES[change](ours).eval()
    except (TypeError, ValueError, AttributeError, NotImplementedError):
        return  # not an option of this one
    try:
        theirs = torch_to_keras(ours, (None, *SHAPE[1:]))
    except CourseError:
        return
    x = torch.tensor(np.random.default_rng(0).normal(3, 2, SHAPE))
    x = x.to(getattr(torch, theirs.compute_dtype))
    y, expected = ours(x), theirs(x)
    tolerance = {2: 2e-2}.get(y.dtype.itemsize, 5e-5)
    torch.testing.assert_close(expected, y, rtol=tolerance, atol=tolerance)
    learned = [p for p in ours.parameters() if p.requires_grad]
    assert len(theirs.trainable_variables) == len(learned)
    still = is_frozen(ours) or isinstance(ours, layers.FrozenBatchNorm)
    if hasattr(ours, "running_mean"):
        assert theirs.trainable is not still


@pytest.mark.parametrize("shape", [(None, 3, 4, 6), (None, 6), (None, None, 4, 5), (None,)])
def test_a_shape_that_the_layer_does_not_take_is_refused(shape):
    for layer in (
        layers.BatchNorm(5),
        nn.LayerNorm((4, 7)),
        nn.GroupNorm(2, 4),
        nn.RMSNorm(7, 1e-6),
    ):
        with pytest.raises(ShapeError, match="input_shape is"):
            torch_to_keras(layer, shape)


@pytest.mark.parametrize(
    "layer",
    [
        nn.SyncBatchNorm(6),
        nn.InstanceNorm2d(6, track_running_stats=True),
        layers.GhostBatchNorm(6),
        layers.BatchRenorm(6),
        layers.SyncBatchNorm(6),
        layers.InstanceNorm(6),
        layers.ChannelLayerNorm(6),
        type("Mine", (nn.BatchNorm2d,), {})(6),
        nn.LazyBatchNorm2d(),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_relatives_and_subclasses_are_refused_by_name(layer):
    with pytest.raises(ArgumentError, match=f"{type(layer).__name__} cannot be converted"):
        torch_to_keras(layer, (None, 6, 4, 4))


def test_a_keras_layer_of_somebody_elses_is_refused():
    mine = type("BatchNormalization", (kl.BatchNormalization,), {})()
    mine.build((None, 6))
    with pytest.raises(ArgumentError, match="is not Keras's own"):
        keras_to_torch(mine)


def test_batch_renorm_averages_standard_deviations_as_keras_does():
    """Over 10 steps, and then in eval."""
    clipping = {"rmin": 1 / 1.5, "rmax": 1.5, "dmax": 0.5}
    options = {"momentum": 0.9, "renorm_momentum": 0.9, "epsilon": 1e-3}
    theirs = kl.BatchNormalization(renorm=True, renorm_clipping=clipping, **options)
    theirs.build((None, 6))
    ours = layers.BatchRenorm(6, r_max=1.5, d_max=0.5, eps=1e-3)
    for seed in range(10):
        x = np.random.default_rng(seed).normal(3, 2 ** (seed % 3), (8, 6)).astype(np.float32)
        close(ours(torch.tensor(x)), call(theirs, x, training=True), 2e-3)
    sigma = (ours.running_var + 1e-3).sqrt()
    close(sigma, theirs.renorm_stddev.value.detach(), 2e-3)
    close(ours.running_mean, theirs.renorm_mean.value.detach(), 1e-4)
