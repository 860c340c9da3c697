"""Is a module only what its class says? What a state_dict does not show must not get lost."""

from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.utils import parametrize

KNOWN = {
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "num_batches_tracked",
    "tau",
    "alpha",
    "shift",
}
MOVABLE = (  # hooks that see the module they are called with, so that another can have them
    "_forward_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_backward_hooks",
    "_backward_pre_hooks",
)
BOUND = (
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)


def oddity(module: nn.Module) -> str:
    """Say what this module has beyond its class, "" if nothing; hooks are for `hooked`."""
    if isinstance(module, LazyModuleMixin):
        return "it is lazy and has no weights yet; call the model once first"
    if parametrize.is_parametrized(module):
        return (
            "its parameters are parametrized; call "
            "torch.nn.utils.parametrize.remove_parametrizations first"
        )
    tensors = {*dict(module.named_parameters(recurse=False))}
    tensors |= {*dict(module.named_buffers(recurse=False))}
    if extra := sorted(tensors - KNOWN):
        return f"it also holds {', '.join(extra)} (a reparametrized or pruned weight?)"
    if children := [name for name, _ in module.named_children()]:
        return f"it holds modules of its own: {', '.join(children)}"
    if "forward" in vars(module):
        return "its forward was replaced on the instance"
    return ""


def hooked(module: nn.Module, kinds=MOVABLE + BOUND, but=()) -> list[str]:
    """Name the kinds of hooks that a module has, apart from the functions in `but`."""
    return [
        kind.strip("_").replace("_", " ")
        for kind in kinds
        if any(hook not in but for hook in (getattr(module, kind, None) or {}).values())
    ]
