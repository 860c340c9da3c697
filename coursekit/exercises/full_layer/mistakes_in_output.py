"""Expected wrong answers to the exercise BatchNorm that show in outputs or gradients."""

from coursekit.exercises.full_layer.batch_norm_module import layer
from coursekit.exercises.full_layer.wrong import ALONE, Overwriting, Wrong


@layer.variant
def _(num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, **switches):
    return Wrong(num_features, eps, momentum, affine, track_running_stats, **switches)


layer.switch(
    "bias_before_weight",
    "You computed weight · (x_hat + bias); scale first, then shift.",
    scaled="beta first",
)
layer.switch(
    "unbiased_variance",
    "You normalize by the variance with m − 1. That one is stored; normalize by the one with m, "
    "the number of values in a channel.",
    var="unbiased",
)
layer.switch(
    "eps_outside",
    "eps stands outside the square root: you divide by √var + eps; the formula is √(var + eps).",
    std="outside",
)
layer.switch("eps_missing", "eps is nowhere: normalize by √(var + eps).", std="missing")
layer.switch(
    "statistics_detached",
    "No gradient flows through mean and variance, as if they did not depend on x. Detach only what "
    "you store.",
    graph="none",
)

for name, words, switch in (
    (
        "affine_forgotten",
        "weight and bias are never applied.",
        {"scaled": "absent"},
    ),
    ("weight_forgotten", "weight is never applied.", {"scaled": "no weight"}),
    ("bias_forgotten", "bias is never added.", {"scaled": "no bias"}),
    (
        "affine_missing_in_eval",
        "In evaluation weight and bias are not applied.",
        {"scaled": "absent in eval"},
    ),
    (
        "one_pass_variance",
        "Your variance is mean(x²) − mean(x)². In float32, around 4096, nothing of it is left. "
        "Square x − mean instead.",
        {"var": "one pass"},
    ),
    (
        "eps_squared",
        "You added eps² to the variance. eps already is a variance: add it as it is.",
        {"std": "squared"},
    ),
    (
        "eps_ignored",
        "You always add 1e-5, whatever the layer was made with: use self.eps.",
        {"std": "ignored"},
    ),
    (
        "eps_subtracted",
        "You subtracted eps from the variance; a small one then becomes negative. Add it.",
        {"std": "subtracted"},
    ),
    (
        "eps_twice",
        "You added eps twice, under the root and after it; once, under the root, is enough.",
        {"std": "twice"},
    ),
    ("no_root", "You divide by the variance; take its square root.", {"std": "no root"}),
    (
        "eps_outside_in_eval",
        "In evaluation eps stands outside the root; it is √(running_var + eps), as in training.",
        {"std": "outside in eval"},
    ),
    (
        "eps_missing_in_eval",
        "In evaluation eps is missing: √(running_var + eps), as in training.",
        {"std": "missing in eval"},
    ),
    (
        "no_root_in_eval",
        "In evaluation you divide by the variance; take its square root.",
        {"std": "no root in eval"},
    ),
    (
        "variance_detached",
        "No gradient flows through the variance. Detach only what you store.",
        {"graph": "no var"},
    ),
    (
        "mean_detached",
        "No gradient flows through the mean in x − mean. Detach only what you store.",
        {"graph": "no mean"},
    ),
    (
        "per_pixel",
        "You averaged over the batch only, so each pixel got its own statistics. A channel shares "
        "one mean over N, H and W.",
        {"axes": "per pixel"},
    ),
    (
        "channels_last_axes",
        "You averaged over all axes but the last. That fits (N, H, W, C); here the channel is "
        "axis 1.",
        {"axes": "channels last"},
    ),
    (
        "layer_axes",
        "You averaged over all axes but the batch, so each sample got its own statistics: that is "
        "layer norm.",
        {"axes": "layer"},
    ),
    (
        "instance_axes",
        "You averaged over the spatial axes only, so each channel of each sample got its own "
        "statistics: that is instance norm. Average over the batch too.",
        {"axes": "instance"},
    ),
    (
        "global_statistics",
        "You took one mean and one variance of all numbers; each channel has its own.",
        {"axes": "global"},
    ),
    (
        "images_only",
        "Your axes (0, 2, 3) fit images only. Take (0, *range(2, x.ndim)), which fits any rank.",
        {"axes": "images"},
    ),
):
    layer.switch(name, words, **ALONE | switch)


@layer.mistake(
    "x -= mean writes into the caller's batch. The network still needs x; make a new tensor."
)
def input_overwritten(num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    return Overwriting(num_features, eps, momentum, affine, track_running_stats)
