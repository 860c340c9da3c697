"""Exchange one kind of norm for another throughout a model."""

from collections.abc import Mapping

from torch import nn

from coursekit.catalog import NORMS, Norm
from coursekit.errors import ArgumentError
from coursekit.layers.core import LastAxesNorm


def convert(model, kinds: Mapping[str, str]):
    """Replace every norm of some kinds, ours or torch.nn's, by one of another kind of ours.

    Scale and shift are kept where the shapes agree, and so are eps and the running statistics where
    both kinds have them: {"batch": "sync_batch"} changes nothing for a single process.

    Args:
        model: its modules are replaced in place.
        kinds: from one name in `catalog.NORMS` to another: {"batch": "group"}.

    Returns:
        the model; a new one if it was itself a norm of such a kind.

    Raises:
        ArgumentError: a name is not in the catalog, or one kind cannot stand for the other.
    """
    for name in (*kinds, *kinds.values()):
        if name not in NORMS:
            raise ArgumentError(f"no norm is called {name!r}; choose from {', '.join(NORMS)}")
    table = {kind: NORMS[new] for old, new in kinds.items() for kind in _types(NORMS[old])}
    return _convert(model, table)


def _types(norm: Norm) -> tuple:
    return (norm.module, *norm.own)


def _convert(module, table):
    if type(module) in table:
        return _replacement(module, table[type(module)])
    for name, child in module.named_children():
        setattr(module, name, _convert(child, table))
    return module


def _replacement(old, norm: Norm):
    new = _fresh(old, norm)
    state = old.state_dict()
    fitting = {
        name: state[name]
        for name, a in new.state_dict().items()
        if name in state and state[name].shape == a.shape
    }
    new.load_state_dict(new.state_dict() | fitting)
    for name in ("weight", "bias"):  # what the old norm did not learn, the new one does not
        if getattr(old, name, None) is None and getattr(new, name, None) is not None:
            getattr(new, name).requires_grad_(False)
    for name in ("eps", "momentum", "channel_axis"):
        if (
            hasattr(old, name)
            and hasattr(new, name)
            and (name, getattr(old, name)) != ("eps", None)
        ):
            setattr(new, name, getattr(old, name))  # torch's RMSNorm may have no eps
    like = next((a for a in (*old.parameters(), *old.buffers()) if a.is_floating_point()), None)
    new = new if like is None else new.to(device=like.device, dtype=like.dtype)
    return new.train(old.training)


def _fresh(old, norm: Norm) -> nn.Module:
    """Make a new norm for the channels, or the last axes, of the old one."""
    if hasattr(old, "normalized_shape"):
        if issubclass(norm.module, LastAxesNorm):
            return norm.module(old.normalized_shape)
        able = [n.name for n in NORMS.values() if issubclass(n.module, LastAxesNorm)]
    else:
        channels = getattr(old, "num_features", None) or getattr(old, "num_channels", None)
        if channels and norm.drop_in:
            return norm.drop_in(channels)
        able = [n.name for n in NORMS.values() if n.drop_in] if channels else []
    raise ArgumentError(
        f"{norm.title} cannot stand for {type(old).__name__}; choose from {', '.join(able)}"
        if able
        else f"{type(old).__name__} has no channels to make another norm for"
    )
