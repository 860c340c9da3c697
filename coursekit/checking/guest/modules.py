"""Torch modules, as far as their names, classes, flags and tensors tell."""

import sys
from collections.abc import Iterator
from typing import Any


def is_module(value: Any) -> bool:
    """True for a torch module, without importing torch, or waiting for one that is imported."""
    home = sys.modules.get("torch.nn.modules.module")  # torch itself may still lack its parts
    made = getattr(home, "Module", None)
    return made is not None and isinstance(value, made)


def own_tensors(module: Any) -> dict[str, Any]:
    """A module's own parameters and buffers by name, without those of the modules it holds."""
    return {n: t for n, t in (module._parameters | module._buffers).items() if t is not None}


def parts(module: Any) -> Iterator[tuple[str, Any]]:
    """What a module consists of, in order, and each of its tensors."""
    yield "module", repr(module)
    for name, inner in module.named_modules():
        kind = type(inner)
        about = f"{kind.__module__}.{kind.__qualname__}", bool(inner.training), _attributes(inner)
        yield name, about
    for name, parameter in module.named_parameters():
        yield name, (bool(parameter.requires_grad), parameter)
    yield from module.named_buffers()


def _attributes(module: Any) -> list[str]:
    """The names of its attributes, without the hooks that it could have and has not."""
    return sorted(n for n, value in vars(module).items() if not n.endswith("_hooks") or value)
