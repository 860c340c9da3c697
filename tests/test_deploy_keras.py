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
from coursekit.deploy import keras_to_torch, torch_to_keras  # noqa: E402
from coursekit.errors import ArgumentError  # noqa: E402

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
