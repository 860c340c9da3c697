"""What is done to weights in place of activations."""

import torch

from coursekit import layers, norms
from coursekit.catalog import oracles
from coursekit.catalog.row import Norm

ROWS = (
    Norm(
        name="weight",
        title="Weight norm",
        shares="the fan-in of W, no mean",
        forward=norms.weight_norm,
        backward=norms.weight_norm_backward,
        module=layers.WeightNorm,
        oracle=torch._weight_norm,
        torch="nn.utils.parametrizations.weight_norm",
        lesson="15_normalizing_weights",
        source="https://arxiv.org/abs/1602.07868",
    ),
    Norm(
        name="weight_standardization",
        title="Weight standardization",
        shares="the fan-in of W",
        forward=norms.weight_standardization,
        backward=norms.weight_standardization_backward,
        module=layers.WeightStandardizedConv2d,
        oracle=oracles.standardize,
        lesson="15_normalizing_weights",
        source="https://arxiv.org/abs/1903.10520",
    ),
    Norm(
        name="scaled_weight_standardization",
        title="Scaled weight standardization",
        shares="the fan-in of W",
        forward=norms.scaled_weight_standardization,
        backward=norms.scaled_weight_standardization_backward,
        module=layers.ScaledWeightStandardizedConv2d,
        oracle=oracles.scaled_standardize,
        lesson="15_normalizing_weights",
        source="https://arxiv.org/abs/2101.08692",
    ),
    Norm(
        name="spectral",
        title="Spectral norm",
        shares="all of W, no mean",
        forward=norms.spectral_norm,
        backward=norms.spectral_norm_backward,
        module=layers.SpectralNorm,
        oracle=oracles.spectral,
        torch="nn.utils.parametrizations.spectral_norm",
        keras="SpectralNormalization",
        lesson="15_normalizing_weights",
        source="https://arxiv.org/abs/1802.05957",
    ),
)
