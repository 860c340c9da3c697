"""What the running statistics of a model hold, and when they move."""

from itertools import chain

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from coursekit import layers
from coursekit.errors import ArgumentError
from coursekit.norms import update_running

OURS = (layers.BatchNorm, layers.GhostBatchNorm, layers.BatchRenorm, layers.SyncBatchNorm)


# An equal average of the batches, and no correction towards statistics that were just reset.
AS_PLAIN = {"momentum": None, "r_max": 1, "d_max": 0}


def batch_norms(model) -> list:
    """List the batch norms of a model that have running statistics, ours and torch.nn's.

    Raises:
        ArgumentError: there is none.
    """
    found = [
        module
        for module in model.modules()
        if isinstance(module, (*OURS, _BatchNorm)) and module.running_mean is not None
    ]
    if not found:
        raise ArgumentError("the model has no batch norm with running statistics")
    return found


@torch.no_grad()
def recalibrate(model, batches):
    """Estimate all running statistics anew, with the weights as they are now (precise batch norm).

    Every batch weighs the same. The rest of the model is in eval meanwhile, so dropout is off.

    Args:
        model: changed in place; each module's mode is put back.
        batches: what the model is called with, one after another: 10 to 100 batches of the size
            used in training.

    Returns:
        the model.

    Raises:
        ArgumentError: the model has no batch norm, or batches is empty.

    Source: Wu & Johnson 2021, section 3, https://arxiv.org/abs/2105.07576
    """
    norms, batches = batch_norms(model), iter(batches)
    if (first := next(batches, None)) is None:
        raise ArgumentError("there are no batches to estimate statistics from")
    modes = {module: module.training for module in model.modules()}
    settings = {norm: {k: v for k, v in vars(norm).items() if k in AS_PLAIN} for norm in norms}
    try:
        model.eval()
        for norm in norms:
            norm.reset_running_stats()
            norm.training = True
            vars(norm).update((k, AS_PLAIN[k]) for k in settings[norm])
        for batch in chain([first], batches):
            model(batch)
    finally:
        for module, mode in modes.items():
            module.training = mode
        for norm in norms:
            vars(norm).update(settings[norm])
    return model


@torch.no_grad()
def adapt_bn(model, x, prior: float = 0):
    """Replace the running statistics by those of new data, which needs no labels (AdaBN).

        running <- (prior * running + n * new) / (prior + n)

    Args:
        model: changed in place; each module's mode is put back.
        x: (n, ...), samples of the new domain, in one batch.
        prior: how many samples the old statistics count for; 0 forgets them.

    Returns:
        the model.

    Raises:
        ArgumentError: the model has no batch norm, or prior < 0.

    Source: Li et al. 2016, Algorithm 1, https://arxiv.org/abs/1603.04779, and for the prior
        Schneider et al. 2020, https://arxiv.org/abs/2006.16971
    """
    if not prior >= 0:
        raise ArgumentError(f"prior counts samples, so it must be >= 0; got {prior}")
    norms = batch_norms(model)
    before = [(norm.running_mean.clone(), norm.running_var.clone()) for norm in norms]
    recalibrate(model, [x])
    share = len(x) / (prior + len(x))
    for norm, (mean, var) in zip(norms, before, strict=True):
        norm.running_mean.copy_(update_running(mean, norm.running_mean, share))
        norm.running_var.copy_(update_running(var, norm.running_var, share))
    return model


def freeze_bn(model):
    """Freeze every batch norm: eval mode for good, and no gradient for scale and shift.

    `model.train()` would put them back in training; a hook answers it before each call. Neither
    `requires_grad_(False)` nor `no_grad` alone stops the statistics.

    Args:
        model: changed in place.

    Returns:
        the model.

    Raises:
        ArgumentError: the model has no batch norm.

    Source: He et al. 2016, appendix A: fixed for fine-tuning, https://arxiv.org/abs/1512.03385
    """
    for norm in batch_norms(model):
        norm.eval().requires_grad_(False)
        norm.register_forward_pre_hook(_stay_in_eval)
    return model


def _stay_in_eval(norm: nn.Module, inputs) -> None:
    norm.eval()
