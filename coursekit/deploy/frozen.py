"""Batch norms that stay in eval, by a hook: `model.train()` would wake them."""

from torch import nn


def freeze(norm: nn.Module) -> None:
    """Put a norm into eval for good, without gradients for scale and shift."""
    norm.eval().requires_grad_(False)
    if not is_frozen(norm):
        norm.register_forward_pre_hook(stay_in_eval)


def is_frozen(norm: nn.Module) -> bool:
    """Say whether `freeze` was here."""
    return stay_in_eval in norm._forward_pre_hooks.values()


def stay_in_eval(norm: nn.Module, inputs) -> None:
    """Answer `model.train()` before each call."""
    norm.eval()
