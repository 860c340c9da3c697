"""A judge's torch modules, built anew in the box."""

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
