"""Exchange one kind of norm for another throughout a model."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import torch
from torch import nn
from torch.nn.utils import parametrize

from coursekit.catalog import NORMS, Norm
from coursekit.deploy.plain import BOUND, hooked, oddity
from coursekit.deploy.takeover import take_over
from coursekit.errors import ArgumentError
from coursekit.layers import FilterResponseNorm, InstanceNorm
from coursekit.layers.core import LastAxesNorm


def convert(model, kinds: Mapping[str, str]):
    """Replace every norm of some kinds, ours or torch.nn's, by one of another kind of ours.

    The new norm takes over the very parameters of the old one, so that optimizers, tied weights and
    what is frozen stay as they are; its hooks, mode and settings too, and the running statistics
    where both kinds have them: {"batch": "sync_batch"} changes nothing for a single process. A norm
    that stands in several places is replaced by one new norm in all of them. Where torch's encoder
    layers would compute layer norm in a fused kernel, whatever stands there, they no longer do.

    Args:
        model: its modules are replaced in place; not at all where one of them is refused.
        kinds: from one name in `catalog.NORMS` to another: {"batch": "group"}.

    Returns:
        the model; a new one if it was itself a norm of such a kind.

    Raises:
        ArgumentError: a name is not in the catalog, one kind cannot stand for the other, or a norm
            is more than its class says: a subclass, parametrized, pruned, lazy, scripted.
    """
    for name in (*kinds, *kinds.values()):
        if name not in NORMS:
            raise ArgumentError(f"no norm is called {name!r}; choose from {', '.join(NORMS)}")
    table = {kind: NORMS[new] for old, new in kinds.items() for kind in _types(NORMS[old])}
    pixelless = _after_linear(model)
    exchanged = {}  # old norm -> new norm
    for path, module in model.named_modules():
        if norm := _wanted(path, module, table):
            new = _fresh(module, norm)
            if module in pixelless and isinstance(new, InstanceNorm | FilterResponseNorm):
                raise ArgumentError(
                    f"{norm.title} averages over pixels, and {path} follows a linear layer, which "
                    "leaves none; choose layer or group"
                )
            exchanged[module] = take_over(new, module, norm)
    _check_places(model, exchanged)
    for parent in list(model.modules()):
        for name, child in parent._modules.items():
            if child in exchanged:
                parent._modules[name] = exchanged[child]
    for parent in model.modules():  # all are in their places now
        _leave_the_fast_path(parent, exchanged.values())
    return exchanged.get(model, model)


def _types(norm: Norm) -> tuple:
    return (norm.module, *norm.own)


def _wanted(path: str, module, table) -> Norm | None:
    """Give the kind that a module is to become, or None if it stays.

    Raises:
        ArgumentError: it looks like a norm to be replaced, but is another, or more than that.
    """
    place, kind = path or "the model", type(module)
    if isinstance(module, torch.jit.ScriptModule):
        raise ArgumentError(f"{place} is scripted, and its norms with it; convert, then script")
    likes = [known for known in table if isinstance(module, known)]
    if (become := getattr(kind, "cls_to_become", None)) in table:
        likes = [become]
    if not likes:
        return None
    if kind not in table and not parametrize.is_parametrized(module) and kind is not become:
        odd = oddity(module) or (
            f"it is a subclass of {likes[0].__name__} and may compute something else"
        )
    else:
        odd = oddity(module)
    if not odd and (bound := hooked(module, BOUND)):
        odd = f"it has hooks that are bound to it ({', '.join(bound)})"
    if odd:
        raise ArgumentError(f"{place} ({kind.__name__}) cannot be replaced: {odd}")
    norm = table[kind]
    return None if kind is norm.module else norm


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


def _after_linear(model) -> set:
    """List the modules that follow a linear layer in a Sequential: there are no pixels there."""
    return {
        after
        for parent in model.modules()
        if isinstance(parent, nn.Sequential)
        for before, after in pairwise(parent)
        if isinstance(before, nn.Linear)
    }


def _check_places(model, exchanged) -> None:
    """Refuse norms that are also held where no module is registered: they would stay there.

    Raises:
        ArgumentError: one is, or a module reads its norm's parameters itself.
    """
    for path, parent in model.named_modules():
        place = path or "the model"
        held = {type(child).__name__ for child in parent.children() if child in exchanged}
        if held and type(parent).__module__.startswith("torch.ao"):
            raise ArgumentError(f"{place} ({type(parent).__name__}) computes its norm itself")
        for name, value in vars(parent).items():
            if not name.startswith("_") and any(thing in exchanged for thing in _modules_in(value)):
                raise ArgumentError(
                    f"{place}.{name} also holds a norm, without registering it; "
                    "use nn.ModuleList or nn.ModuleDict there"
                )


def _modules_in(value) -> Iterator[nn.Module]:
    if isinstance(value, nn.Module):
        yield value
    elif isinstance(value, list | tuple | set | dict):
        for thing in value.values() if isinstance(value, dict) else value:
            yield from _modules_in(thing)


def _leave_the_fast_path(parent, new_norms) -> None:
    """Keep torch's encoder from reading weight and bias past the new norms.

    In eval, without gradients, it hands them to a kernel that computes layer norm.
    """
    if not isinstance(parent, nn.TransformerEncoderLayer | nn.TransformerEncoder):
        return
    if not set(new_norms).isdisjoint(parent.modules()):
        if isinstance(parent, nn.TransformerEncoder):
            parent.use_nested_tensor = False
        else:
            parent.activation_relu_or_gelu = 0  # what the layer has where no kernel fits
