"""The experiments that decide claims, and on how many seeds: in a hurry, and in full."""

from typing import NamedTuple

# Bars were set on trial runs with seeds below 100 and around 2000: nothing reported uses those.
FIRST = 1000


class Trial(NamedTuple):
    """How many seeds an experiment runs on."""

    quick: int
    full: int = 20


TRIALS = {
    "identities": Trial(6),
    "batch_noise": Trial(5),
    "dropout_shift": Trial(5),
    "accumulation": Trial(8),
    "scale_invariance": Trial(6),
    "norm_placement": Trial(8),
    "gradient_depth": Trial(8),
    "landscape": Trial(12, 40),
    "weight_average": Trial(12),
    "quantized_fold": Trial(6),
    "leakage": Trial(8),
    "noise_regularizer": Trial(10),
    "ghost_groups": Trial(10, 40),
    "two_classes": Trial(16),
    "affine_only": Trial(12),
    "decay_equilibrium": Trial(6),
    "initial_scale": Trial(8),
    "noisy_norm": Trial(8),
    "placement": Trial(12, 40),
    "ranking": Trial(40, 60),
    "time_statistics": Trial(10, 40),
    "stale_statistics": Trial(8),
    "contrast_shift": Trial(5),
    "weight_norm_rates": Trial(8),
    "residual_blocks": Trial(6),
    "depth_limit": Trial(5),
    "last_batch": Trial(40, 60),
    "tuned_gain": Trial(5),
    "depth_windows": Trial(8),
    "learning_rates": Trial(12),
    "query_key": Trial(6),
}
