"""Expected wrong answers to the exercise BatchNorm that show in what it keeps, or in evaluation."""

from coursekit.exercises.full_layer.batch_norm_module import layer
from coursekit.exercises.full_layer.wrong import ALONE

layer.switch(
    "momentum_swapped",
    "momentum weighs the new batch in torch; you gave it to the stored value, as Keras does.",
    step="swapped",
)
layer.switch(
    "biased_running_var",
    "You normalize with m, which is right; what is *stored* in running_var divides by m − 1.",
    store="biased",
)
layer.switch(
    "std_stored",
    "running_var averages standard deviations. Store variances; the root comes when they are used.",
    store="std",
)
layer.switch(
    "batch_in_eval",
    "In evaluation you still normalize by the batch, so an output depends on its batch mates. Use "
    "running_mean and running_var.",
    mode="batch in eval",
)
layer.switch(
    "moved_in_eval",
    "Evaluation moves the running statistics. Move them in training only.",
    also="moves in eval",
)
layer.switch(
    "counter_missing",
    "The buffer num_batches_tracked is missing, and torch.nn.BatchNorm2d will not load a "
    "state_dict() without it.",
    start="no counter",
)
layer.switch(
    "none_not_handled",
    "momentum=None is allowed: it averages all batches equally, so the n-th weighs 1/n.",
    average="unhandled",
)


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
        "moved_twice",
        "Each training call moves the running statistics twice; once is asked for.",
        {"times": "twice"},
    ),
    (
        "running_var_never_moved",
        "running_mean moves with the batches, running_var does not.",
        {"never": "running_var"},
    ),
    (
        "running_mean_never_moved",
        "running_var moves with the batches, running_mean does not.",
        {"never": "running_mean"},
    ),
    (
        "biased_std_stored",
        "running_var averages standard deviations. Store variances, divided by m − 1.",
        {"store": "biased std"},
    ),
    (
        "eps_stored",
        "You stored var + eps; in evaluation eps is then added a second time.",
        {"store": "with eps"},
    ),
    (
        "inverse_std_stored",
        "running_var averages 1/σ; store the variance itself.",
        {"store": "inverse"},
    ),
    (
        "unbiased_by_samples",
        "You took N / (N − 1) for the stored variance. A channel has m = N · H · W values: it is "
        "m / (m − 1).",
        {"m": "N"},
    ),
    (
        "running_var_starts_at_0",
        "running_var starts at 0, as if the inputs never changed; it starts at 1.",
        {"start": "var 0"},
    ),
    (
        "batches_not_counted",
        "num_batches_tracked stays 0; add 1 with each training batch.",
        {"counted": "never", "average": "unhandled"},
    ),
    (
        "nothing_saved",
        "running_mean, running_var and num_batches_tracked are plain attributes: they are not "
        "saved in state_dict() and do not move with the layer. Use register_buffer.",
        {"start": "nothing saved"},
    ),
    (
        "moved_after_eval",
        "Evaluation moves the running statistics, after using them. Move them in training only.",
        {"also": "moves after eval"},
    ),
    (
        "none_means_a_tenth",
        "momentum=None averages all batches equally; you fell back to 0.1.",
        {"average": "0.1"},
    ),
    (
        "average_starts_late",
        "With momentum=None the first batch must count in full: weights are 1, then 1/2, then 1/3.",
        {"average": "late"},
    ),
    (
        "stored_in_training",
        "You normalize by the running statistics in training too, so the batch is never "
        "normalized. There, use the batch's own.",
        {"mode": "stored in training"},
    ),
    (
        "mode_from_grad",
        "You ask torch.is_grad_enabled() for the mode. Training under no_grad and evaluating with "
        "gradients both go wrong: self.training tells.",
        {"mode": "grad"},
    ),
    (
        "training_never_read",
        "self.training is never looked at: evaluation normalizes by the batch and moves the "
        "running statistics.",
        {"mode": "batch in eval", "also": "moves in eval"},
    ),
    (
        "graph_kept",
        "The running statistics keep the graph of every past batch: memory grows with each step. "
        "Update them under torch.no_grad(), or from detached values.",
        {"graph": "kept"},
    ),
    (
        "graph_kept_in_place",
        "You update the buffers in place outside torch.no_grad(), so from then on they carry the "
        "graph of every past batch: memory grows with each step, and the layer can no longer be "
        "copied. Put the update under torch.no_grad().",
        {"graph": "kept in place"},
    ),
    (
        "running_mean_not_a_buffer",
        "running_var is a buffer, running_mean a plain attribute: it is not saved in state_dict() "
        "and does not move with the layer. Use register_buffer for both.",
        {"start": "plain mean"},
    ),
    (
        "running_var_not_a_buffer",
        "running_mean is a buffer, running_var a plain attribute: it is not saved in state_dict() "
        "and does not move with the layer. Use register_buffer for both.",
        {"start": "plain var"},
    ),
    (
        "not_buffers",
        "running_mean and running_var are plain attributes: they are not saved in state_dict() and "
        "do not move with the layer. Use register_buffer.",
        {"start": "plain"},
    ),
    (
        "statistics_as_parameters",
        "running_mean and running_var are Parameters: an optimizer would be handed them. Use "
        "register_buffer.",
        {"start": "parameters"},
    ),
    (
        "affine_ignored",
        "With affine=False there is no weight and no bias: both are None.",
        {"settings": "affine ignored"},
    ),
    (
        "track_ignored",
        "With track_running_stats=False there are no buffers, and evaluation uses the batch too.",
        {"settings": "track ignored"},
    ),
):
    layer.switch(name, words, **ALONE | switch)
