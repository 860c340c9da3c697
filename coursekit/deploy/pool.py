"""Pool what every norm of a model sees, over batches of any size, and leave the model as it was."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parameter import is_lazy

from coursekit.errors import ArgumentError
from coursekit.layers.tracked import TrackedNorm
from coursekit.moments import EMPTY, Moments, merge

STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
AS_PLAIN = {"r_max": 1, "d_max": 0}  # batch renorm, without a correction towards the old statistics


class Pool:
    """The moments of all that one norm has seen."""

    def __init__(self):
        self.moments, self.batches = EMPTY, 0

    def add(self, mean, var, m: int) -> None:
        """Add a batch of m values per channel, with their mean and biased variance, as `_track`."""
        if m == 0:
            return
        mean, var = (a.detach().flatten().cpu().double().numpy() for a in (mean, var))
        self.moments = merge(self.moments, Moments(m, mean, var * m))
        self.batches += 1

    @property
    def mean(self):
        """Give the mean of all, (C,)."""
        return self.moments.mean

    def variance(self, ddof: int):
        """Give the variance of all, (C,)."""
        return self.moments.variance(ddof)


def inputs_of(batch):
    """Take what a model is called with from what a loader yields.

    Raises:
        ArgumentError: it is a dict, or an empty tuple.
    """
    if isinstance(batch, Mapping) or (isinstance(batch, tuple | list) and not batch):
        raise ArgumentError(
            f"a batch is {type(batch).__name__} {list(batch)}; say how the model is called with "
            'it, as in call=lambda model, batch: model(batch["image"])'
        )
    return batch[0] if isinstance(batch, tuple | list) else batch


def estimate(model, norms, batches, call=None) -> dict[nn.Module, Pool]:
    """Call the model with every batch and pool what each norm sees; nothing of it stays behind.

    Raises:
        ArgumentError: batches is one tensor or holds no samples, or a norm cannot be watched.
    """
    if isinstance(batches, torch.Tensor) or not isinstance(batches, Iterable):
        one = "one tensor" if isinstance(batches, torch.Tensor) else type(batches).__name__
        raise ArgumentError(f"batches is {one}; give [x], or x.split(64), or a loader")
    _check(norms)
    call = call or (lambda model, batch: model(inputs_of(batch)))
    pools = {norm: Pool() for norm in norms}
    with _as_it_was(model, norms), _watched(pools):
        for batch in batches:
            call(model, batch)
    found = {norm: pool for norm, pool in pools.items() if pool.batches}
    if not found:
        raise ArgumentError("there are no batches to estimate statistics from")
    return found


def _check(norms) -> None:
    for norm in norms:
        if is_lazy(norm.running_mean):
            raise ArgumentError("a lazy batch norm has no channels yet; call the model once first")
        together = dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1
        if together and isinstance(norm, nn.SyncBatchNorm):
            raise ArgumentError(
                "torch's SyncBatchNorm does not say how many values its processes averaged; "
                'convert(model, {"sync_batch": "sync_batch"}) puts ours there, which does'
            )


@contextmanager
def _as_it_was(model, norms) -> Iterator[None]:
    """Put modes, statistics and settings back, however this ends."""
    modes = {module: module.training for module in model.modules()}
    kept = [
        (buffer, buffer.clone())
        for norm in norms
        for name in STATISTICS
        if (buffer := getattr(norm, name)) is not None
    ]
    settings = [
        (norm, {k: v for k, v in vars(norm).items() if k in ("momentum", *AS_PLAIN)})
        for norm in norms
    ]
    try:
        model.eval()
        for norm in norms:
            norm.training = True
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode
        for buffer, values in kept:
            buffer.copy_(values)
        for norm, values in settings:
            vars(norm).update(values)


@contextmanager
def _watched(pools) -> Iterator[None]:
    """Have every norm report its batches: ours by what it tracks, torch's by a momentum of 1."""
    handles = []
    try:
        for norm, pool in pools.items():
            if isinstance(norm, TrackedNorm):
                vars(norm)["_track"] = pool.add
                vars(norm).update((k, v) for k, v in AS_PLAIN.items() if hasattr(norm, k))
            else:
                norm.momentum = 1.0
                norm.reset_running_stats()  # 0 times what they hold is NaN if they hold NaN
                handles.append(norm.register_forward_hook(_report(pool), with_kwargs=True))
        yield
    finally:
        for handle in handles:
            handle.remove()
        for norm in pools:
            vars(norm).pop("_track", None)


def _report(pool: Pool):
    """Make the hook that reads a batch's statistics from where momentum 1 has put them."""

    def hook(norm, args, kwargs, output) -> None:
        x = args[0] if args else kwargs["input"]
        m = x.numel() // norm.num_features
        pool.add(norm.running_mean, norm.running_var * (m - 1) / max(m, 1), m)

    return hook
