"""A judge's torch modules, built anew in the box, and what the learner's code changed in them.

`is_module`, `same_module` and `same_tensor` do what their namesakes in checking.modules do.
"""

import sys
from typing import Any


def build(kind: str, arguments: dict, tensors: dict, children: dict, training: bool) -> Any:
    """The module that a Module part describes; the random numbers to come stay the same."""
    import torch
    from torch import nn

    with torch.device("cpu"), torch.random.fork_rng(devices=[]):  # the next draw stays
        made = getattr(nn, kind)(**arguments)
    for name, child in children.items():
        made.add_module(name, child)
    parameters = dict(made.named_parameters(recurse=False))
    for name, tensor in tensors.items():
        if name in parameters:
            tensor = nn.Parameter(tensor, requires_grad=tensor.requires_grad)
        setattr(made, name, tensor)
    made.training = training
    return made


def is_module(value: Any) -> bool:
    """True for a torch module, without importing torch."""
    return "torch" in sys.modules and isinstance(value, sys.modules["torch"].nn.Module)


def same_module(a: Any, b: Any) -> bool:
    """True if two copies of one module still have the same build, modes and tensors."""
    if _build(a) != _build(b) or repr(a) != repr(b):
        return False
    return all(map(same_tensor, _tensors(a), _tensors(b)))


def same_tensor(a: Any, b: Any) -> bool:
    """True if two tensors hold the same values in the same form; NaN is the same as NaN."""
    a, b = a.detach().cpu(), b.detach().cpu()
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return bool(((a == b) | ((a != a) & (b != b))).all())


def _build(module: Any) -> list:
    """What a module consists of, as far as names, classes and flags tell."""
    parts = [(n, type(m), m.training, _attributes(m)) for n, m in module.named_modules()]
    parameters = [(name, p.requires_grad) for name, p in module.named_parameters()]
    return [parts, parameters, [name for name, _ in module.named_buffers()]]


def _attributes(module: Any) -> list[str]:
    """The names of its attributes, without the hooks that it could have and has not."""
    return sorted(n for n, value in vars(module).items() if not n.endswith("_hooks") or value)


def _tensors(module: Any) -> list:
    return [*module.parameters(), *module.buffers()]
