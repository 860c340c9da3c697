"""What the running statistics of a model hold, and when they move."""

import torch
from torch.nn.modules.batchnorm import _BatchNorm

from coursekit import layers
from coursekit.deploy.frozen import freeze, is_frozen
from coursekit.deploy.pool import estimate, inputs_of
from coursekit.errors import ArgumentError
from coursekit.norms import update_running

OURS = (layers.BatchNorm, layers.GhostBatchNorm, layers.BatchRenorm, layers.SyncBatchNorm)


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
def recalibrate(model, batches, call=None):
    """Estimate all running statistics anew, with the weights as they are now (precise batch norm).

    Each sample counts once, whatever the size of its batch: mean and variance become those of all
    values that a norm saw, put together. Layers behind a norm see what its batches made of them, so
    use the batch size of training. The rest of the model is in eval meanwhile, so dropout is off.
    Frozen norms, and those that saw nothing, stay as they are; where anything fails, all do.

    Args:
        model: changed in place; each module's mode is put back.
        batches: what the model is called with, one after another; of a tuple or list, as a loader
            of (x, y) yields it, the first. Empty batches leave no trace.
        call: (model, batch) -> anything, where the model is called in another way.

    Returns:
        the model.

    Raises:
        ArgumentError: the model has no batch norm that can move, batches hold no sample or are one
            tensor, or a batch is a dict and no `call` says how to use it.

    Source: Wu & Johnson 2021, section 3, https://arxiv.org/abs/2105.07576
    """
    for norm, moments in _estimate(model, batches, call).items():
        _set(norm, moments.mean, moments.variance(1))
        norm.num_batches_tracked.fill_(moments.batches)
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
        ArgumentError: the model has no batch norm that can move, or prior < 0.

    Source: Li et al. 2016, Algorithm 1, https://arxiv.org/abs/1603.04779, and for the prior
        Schneider et al. 2020, https://arxiv.org/abs/2006.16971
    """
    if not prior >= 0:
        raise ArgumentError(f"prior counts samples, so it must be >= 0; got {prior}")
    found = _estimate(model, [x])
    share = len(inputs_of(x)) / (prior + len(inputs_of(x)))
    for norm, moments in found.items():
        mean, var = (norm.running_mean.new_tensor(a) for a in (moments.mean, moments.variance(1)))
        norm.running_mean.copy_(update_running(norm.running_mean, mean, share))
        norm.running_var.copy_(update_running(norm.running_var, var, share))
        norm.num_batches_tracked.fill_(moments.batches)
    return model


def _estimate(model, batches, call=None):
    norms = [norm for norm in batch_norms(model) if not is_frozen(norm)]
    if not norms:
        raise ArgumentError("every batch norm of the model is frozen")
    return estimate(model, norms, batches, call)


def _set(norm, mean, var) -> None:
    norm.running_mean.copy_(norm.running_mean.new_tensor(mean))
    norm.running_var.copy_(norm.running_var.new_tensor(var))


def freeze_bn(model):
    """Freeze every batch norm: eval mode for good, and no gradient for scale and shift.

    `model.train()` would put them back in training; a hook answers it before each call. Neither
    `requires_grad_(False)` nor `no_grad` alone stops the statistics. A norm that cannot move at all
    is `layers.FrozenBatchNorm`: `convert(model, {"batch": "frozen_batch"})`.

    Args:
        model: changed in place.

    Returns:
        the model.

    Raises:
        ArgumentError: the model has no batch norm.

    Source: He et al. 2016, appendix A: fixed for fine-tuning, https://arxiv.org/abs/1512.03385
    """
    for norm in batch_norms(model):
        freeze(norm)
    return model
