"""Wrong answers to the exercise batch_norm_backward_staged that show in dgamma and dbeta."""

from coursekit.exercises.batchnorm_backward.batch_norm_backward_staged import (
    batch_norm_backward_staged as staged,
)
from coursekit.exercises.batchnorm_backward.staged_mistakes import ALONE

for name, words, param in (
    (
        "dgamma_from_x",
        "gamma multiplies x_hat, so dgamma sums dy * x_hat; you took x.",
        ("dgamma", "x"),
    ),
    (
        "dgamma_averaged",
        "You averaged dgamma over the batch; it is a sum.",
        ("dgamma", "mean"),
    ),
    ("dbeta_averaged", "You averaged dbeta over the batch; it is a sum.", ("dbeta", "mean")),
):
    staged.switch(name, words, param=param)
for name, words, param in (
    (
        "dgamma_from_centred_x",
        "gamma multiplies x_hat; in dgamma you took x − mu, which is not divided by σ yet.",
        ("dgamma", "centred x"),
    ),
    (
        "dgamma_from_dx_hat",
        "dgamma starts from dy: dx_hat has been multiplied by gamma already.",
        ("dgamma", "dx_hat"),
    ),
    ("dgamma_without_x_hat", "That is dbeta. dgamma sums dy * x_hat.", ("dgamma", "no x_hat")),
    (
        "dbeta_from_dx_hat",
        "beta is added after gamma, so dbeta sums dy itself, not dx_hat.",
        ("dbeta", "dx_hat"),
    ),
    (
        "dbeta_per_sample",
        "dbeta has one entry for each feature: sum over axis 0, the batch.",
        ("dbeta", "axis 1"),
    ),
):
    staged.switch(name, words, **ALONE | {"param": param})
