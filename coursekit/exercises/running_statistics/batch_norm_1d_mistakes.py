"""The expected wrong answers to the exercise BatchNorm1d: switches of Wrong."""

from coursekit.exercises.running_statistics.batch_norm_1d import layer as layer_1d

layer_1d.switch(
    "momentum_swapped",
    "momentum weighs the new batch here, as in PyTorch; you gave it to the stored value.",
    step="swapped",
)
layer_1d.switch(
    "biased_running_var",
    "You normalize with N, which is right; what is *stored* in running_var divides by N − 1.",
    store="biased",
)
layer_1d.switch(
    "std_stored",
    "running_var averages standard deviations. Store variances; the root comes when they are used.",
    store="std",
)
layer_1d.switch(
    "unbiased_variance",
    "You normalize by the variance with N − 1. That one is stored; normalize by the one with N.",
    forward="unbiased",
)
layer_1d.switch(
    "batch_in_eval",
    "In evaluation you still normalize by the batch, so an output depends on its batch mates, and "
    "a single sample gives bias. Use running_mean and running_var.",
    mode="batch in eval",
)
layer_1d.switch(
    "moved_in_eval",
    "Evaluation moves the running statistics, so the order of the test batches changes the "
    "results. Move them in training only.",
    also="moves in eval",
)
layer_1d.switch(
    "eps_outside",
    "eps stands outside the square root, in training and evaluation; it is √(var + eps).",
    eps_is="outside",
)
layer_1d.switch(
    "eps_missing_in_eval",
    "In evaluation eps is missing: √(running_var + eps), as in training.",
    eps_is="missing in eval",
)
layer_1d.switch(
    "affine_missing_in_eval",
    "In evaluation weight and bias are not applied.",
    affine="absent in eval",
)
layer_1d.switch(
    "running_var_starts_at_0",
    "Your running_var starts at 0, as if the inputs never changed. Let it start at 1.",
    start="var 0",
)

ALONE: dict[str, str] = dict.fromkeys(
    "step store forward mode eps_is affine start which power saved loaded also times".split(),
    "right",
)  # sets all, so pairs with none
for name, words, switch in (
    (
        "momentum_ignored",
        "You always use 0.1, whatever momentum says.",
        {"step": "always 0.1"},
    ),
    (
        "overwritten",
        "The stored statistics are those of the last batch alone; average them with momentum.",
        {"step": "overwritten"},
    ),
    (
        "no_decay",
        "The stored values are kept in full and grow without end: weigh them by 1 − momentum.",
        {"step": "no decay"},
    ),
    (
        "no_parentheses",
        "Multiplication goes first: 1 - momentum * running is 1 − (momentum · running).",
        {"step": "no parentheses"},
    ),
    (
        "never_moved",
        "The running statistics never move: evaluation still subtracts 0 and divides by 1.",
        {"step": "frozen"},
    ),
    (
        "running_var_never_moved",
        "running_mean moves with the batches, running_var does not.",
        {"which": "mean"},
    ),
    (
        "running_mean_never_moved",
        "running_var moves with the batches, running_mean does not.",
        {"which": "var"},
    ),
    (
        "moved_twice",
        "Each training call moves the running statistics twice; once is asked for.",
        {"times": "twice"},
    ),
    (
        "biased_std_stored",
        "running_var averages standard deviations. Store variances, divided by N − 1; the root "
        "comes when they are used.",
        {"store": "biased std"},
    ),
    (
        "inverse_std_stored",
        "running_var averages 1/σ; store the variance itself.",
        {"store": "1 / std"},
    ),
    (
        "eps_stored",
        "You stored var + eps; in evaluation eps is then added a second time. Store the variance "
        "alone.",
        {"store": "with eps"},
    ),
    (
        "mean_square_stored",
        "You stored the mean of x², not of (x − mean)².",
        {"store": "squares"},
    ),
    (
        "x_hat_stored",
        "You stored the mean and variance of x_hat, which are 0 and about 1 for every batch. Store "
        "those of x.",
        {"store": "x_hat"},
    ),
    (
        "layer_axes",
        "You averaged over axis 1, so every sample got its own mean: that is layer norm. Average "
        "over axis 0, the batch.",
        {"forward": "layer axes"},
    ),
    (
        "global_statistics",
        "You took one mean and one variance of all numbers together; each feature has its own.",
        {"forward": "global"},
    ),
    (
        "eps_missing",
        "eps is nowhere: normalize by √(var + eps), in training and evaluation.",
        {"eps_is": "missing"},
    ),
    (
        "eps_ignored",
        "You always add 1e-5, whatever the layer was made with: use self.eps.",
        {"eps_is": "ignored"},
    ),
    (
        "eps_outside_in_eval",
        "In evaluation eps stands outside the root; it is √(running_var + eps), as in training.",
        {"eps_is": "outside in eval"},
    ),
    (
        "eps_twice_in_eval",
        "In evaluation eps is added twice; once is enough.",
        {"eps_is": "twice in eval"},
    ),
    (
        "eps_outside_in_training",
        "In training eps stands outside the root; it is √(var + eps), as in evaluation.",
        {"eps_is": "outside in training"},
    ),
    (
        "no_root_in_eval",
        "In evaluation you divide by the variance; take its root.",
        {"power": "no root in eval"},
    ),
    (
        "corrected_in_eval",
        "In evaluation you multiply running_var by N / (N − 1). That was done when it was stored, "
        "and the size of the test batch must not matter.",
        {"power": "corrected"},
    ),
    ("affine_forgotten", "weight and bias are never applied.", {"affine": "absent"}),
    (
        "bias_missing_in_eval",
        "In evaluation bias is not added.",
        {"affine": "no bias in eval"},
    ),
    (
        "bias_before_weight",
        "You computed weight · (x_hat + bias); scale first, then shift.",
        {"affine": "beta first"},
    ),
    (
        "stored_in_training",
        "You normalize by the running statistics in training too, so the batch is never "
        "normalized. There, use the batch's own.",
        {"mode": "stored in training"},
    ),
    (
        "mode_turned",
        "It is turned round: in training the batch's statistics normalize, in evaluation the "
        "stored ones.",
        {"mode": "turned"},
    ),
    (
        "moved_first_in_eval",
        "Evaluation moves the running statistics before it uses them, so an output depends on the "
        "test batches before it. Move them in training only.",
        {"mode": "moves first in eval"},
    ),
    (
        "training_never_read",
        "training is never looked at: evaluation normalizes by the batch and moves the running "
        "statistics.",
        {"mode": "batch in eval", "also": "moves in eval"},
    ),
    ("eval_without_effect", "eval() must set training to False.", {"mode": "eval() forgotten"}),
    (
        "train_without_effect",
        "train() must set training to True again after eval().",
        {"mode": "train() forgotten"},
    ),
    ("starts_in_eval", "A new layer is in training: training starts as True.", {"start": "eval"}),
    (
        "row_for_vector",
        "Right values, wrong shape: the running statistics are (1, D); (D,) is asked for.",
        {"start": "(1, D)"},
    ),
    (
        "statistics_not_saved",
        "state_dict() leaves out the running statistics, so a loaded network evaluates with 0 and "
        "1. Save all four arrays.",
        {"saved": "parameters only"},
    ),
    (
        "parameters_not_saved",
        "state_dict() leaves out weight and bias; save all four arrays.",
        {"saved": "statistics only"},
    ),
    (
        "statistics_not_loaded",
        "load_state_dict() ignores the running statistics.",
        {"loaded": "parameters only"},
    ),
    (
        "parameters_not_loaded",
        "load_state_dict() ignores weight and bias.",
        {"loaded": "statistics only"},
    ),
):
    layer_1d.switch(name, words, **ALONE | switch)
