"""What can be done with a function, class or object of the notebook's when the judge asks.

`parameters` and `vjp` do what their namesakes in checking.local do; the box cannot import those,
and a test runs each script on both sides and compares.
"""

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .modules import is_module, same_module

STARS: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def act(thing: Any, how: str, name: str, given: tuple, options: dict) -> Any:
    """Do what a Call message asks for; raises whatever the learner's code raises."""
    match how:
        case "call":
            return thing(*given, **options)
        case "no_grad":
            import torch

            with torch.no_grad():
                return thing(*given)
        case "get":
            return getattr(thing, name)
        case "do":
            return getattr(thing, name)(*given)
        case "vjp":
            return vjp(thing, *given)
        case "hold":
            return given
        case "read":
            return thing
    return (deepcopy(thing),)  # "copy"


def vjp(function: Callable, x: Any, dy: Any) -> dict[str, Any]:
    """A torch function's output, and the gradients of sum(y · dy) in x and in its parameters."""
    import torch

    x = x.detach().clone().requires_grad_()
    y = function(x)
    named = dict(getattr(function, "named_parameters", dict)())
    grads = torch.autograd.grad(y, [x, *named.values()], dy, allow_unused=True)
    full = [
        torch.zeros_like(p) if g is None else g
        for p, g in zip([x, *named.values()], grads, strict=True)
    ]
    return dict(zip(["y", "x", *named], [y.detach(), *full], strict=True))


def parameters(function: Any) -> list[str] | None:
    """The names a function takes: "x", "eps=" with a default, "*args"."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        STARS.get(p.kind, "") + p.name + ("" if p.default is inspect.Parameter.empty else "=")
        for p in signature.parameters.values()
    ]


def has_module(value: Any) -> bool:
    """True if a module stands somewhere in an argument."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, list | tuple | dict):
        return any(map(has_module, inner))
    return is_module(value)


def same_modules(a: Any, b: Any) -> bool:
    """True if the modules in two copies of one argument are still the same."""
    if isinstance(a, list | tuple):
        return isinstance(b, list | tuple) and len(a) == len(b) and all(map(same_modules, a, b))
    if isinstance(a, dict):
        keys = isinstance(b, dict) and a.keys() == b.keys()
        return keys and all(same_modules(a[k], b[k]) for k in a)
    return not is_module(a) or (is_module(b) and same_module(a, b))
