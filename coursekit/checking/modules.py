"""Torch modules as arguments: which may be given, and copies of them.

A module crosses into a box as a plan, and is built there. What a plan cannot say is refused in a
notebook too, so that an exercise's author meets it first, and not the class.
"""

import inspect
from copy import deepcopy
from typing import Any, NamedTuple

from coursekit.checking.guest.modules import is_module as is_module
from coursekit.checking.guest.modules import own_tensors
from coursekit.errors import ExerciseError

LAYERS = tuple(
    """
    Linear Conv1d Conv2d Conv3d BatchNorm1d BatchNorm2d BatchNorm3d LayerNorm GroupNorm
    InstanceNorm1d InstanceNorm2d InstanceNorm3d RMSNorm Embedding
    ReLU GELU Tanh Sigmoid SiLU Identity Flatten Dropout
    MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d
    AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d
    """.split()
)
CONTAINERS = ("Sequential", "ModuleList")
ASIDE = ("self", "device", "dtype")  # the tensors say these


class Plan(NamedTuple):
    """All of a module that crosses; its children are modules."""

    kind: str  # the class's name in torch.nn
    arguments: dict[str, Any]  # of its constructor
    tensors: dict[str, Any]  # its own parameters and buffers
    children: dict[str, Any]
    training: bool


def plan(value: Any) -> Plan | None:
    """How to build the module anew; None for what is no module.

    Raises:
        ExerciseError: it is not one of LAYERS or CONTAINERS, or is more than its constructor and
            its tensors can say.
    """
    if not is_module(value):
        return None
    from torch import nn

    kind = type(value).__name__
    if type(value) is not getattr(nn, kind, None) or kind not in LAYERS + CONTAINERS:
        raise ExerciseError(
            f"a module of class {kind} cannot be an argument. These of torch.nn can: "
            f"{', '.join(LAYERS + CONTAINERS)}. Build the model of them, or give the function "
            "`lambda x: model(x)`, which stays with the judge"
        )
    arguments = {} if kind in CONTAINERS else _arguments(value)
    children = dict(value._modules.items())
    if why := _beyond(value, arguments, children):
        raise ExerciseError(
            f"this {kind} cannot be an argument: {why}. A module is built anew from its "
            "constructor's arguments, its tensors and its training flag; nothing else crosses"
        )
    return Plan(kind, arguments, own_tensors(value), children, value.training)


def copy_module(module: Any) -> Any:
    """A copy of all that crosses.

    Raises:
        ExerciseError: as `plan`, for the module or one that it holds.
    """
    for part in module.modules():
        plan(part)
    return deepcopy(module)


def _arguments(module: Any) -> dict[str, Any]:
    """The constructor's arguments, which torch's layers keep under the same names."""
    found = {}
    for name, parameter in inspect.signature(type(module).__init__).parameters.items():
        spread = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if not (spread or name in ASIDE or name.startswith("_")):
            value = getattr(module, name, None)
            found[name] = value is not None if name == "bias" else value  # a tensor, or none
    return found


def _beyond(module: Any, arguments: dict[str, Any], children: dict[str, Any]) -> str:
    """What of a module would be lost if it were built anew, or nothing."""
    import torch

    if any(value for name, value in vars(module).items() if name.endswith("_hooks")):
        return "it has hooks"
    if twice := _repeated(module):
        return f"{twice} stands in it twice; give each place its own"
    try:
        with torch.device("cpu"), torch.random.fork_rng(devices=[]):  # the next draw stays
            bare = type(module)(**arguments)
    except Exception as error:
        return f"its constructor refuses what its attributes say ({type(error).__name__}: {error})"
    if other := sorted(vars(module).keys() ^ vars(bare).keys()):
        return f"its constructor does not set the same attributes ({', '.join(other)})"
    shapes, wanted = _shapes(module), _shapes(bare)
    if shapes != wanted:
        return f"its tensors have the shapes {shapes}, and its constructor makes {wanted}"
    if children and type(module).__name__ in LAYERS:
        return f"it holds a module, {', '.join(children)}"
    return ""


def _shapes(module: Any) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in own_tensors(module).items()}


def _repeated(module: Any) -> str:
    """The kind of a module or tensor that a module holds at two places, or nothing."""
    seen, todo = {id(module)}, [module]
    while todo:
        held = todo.pop()
        inner = [module for module in held._modules.values() if module is not None]
        for part in (*own_tensors(held).values(), *inner):
            if id(part) in seen:
                return f"one {type(part).__name__}"
            seen.add(id(part))
        todo += inner
    return ""
