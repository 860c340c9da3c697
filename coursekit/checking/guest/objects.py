"""What can be done with an answer's function, class or object, and what it takes."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

STARS: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def act(thing: Any, how: str, name: str, given: tuple, options: dict[str, Any]) -> Any:
    """Do what is asked of a thing; raises whatever its own code raises.

    Args:
        how: as in a `Call` of sandbox/wire/messages.
        name: of the attribute or method.
    """
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
        case "copy":
            return (deepcopy(thing),)
    raise ValueError(f"nothing is called {how!r} here")


def vjp(function: Callable, x: Any, dy: Any) -> dict[str, Any]:
    """A torch function's output, and the gradients of sum(y · dy) in x and in its parameters.

    None for a parameter that asks for no gradient; zeros for what the output does not hang on.
    """
    import torch

    x = x.detach().clone().requires_grad_()
    y = function(x)
    named = dict(getattr(function, "named_parameters", dict)())
    asked = {"x": x} | {name: p for name, p in named.items() if p.requires_grad}
    found: dict[str, Any] = dict.fromkeys(asked)
    if y.requires_grad:  # else torch would raise for all of them
        grads = torch.autograd.grad(y, list(asked.values()), dy, allow_unused=True)
        found = dict(zip(asked, grads, strict=True))
    full = {n: torch.zeros_like(p) if found[n] is None else found[n] for n, p in asked.items()}
    return {"y": y.detach(), "x": full["x"]} | {name: full.get(name) for name in named}


def parameters(function: Any) -> list[str] | None:
    """The names a function takes, "x" or "eps=" or "*args"; None where Python cannot say."""
    try:
        signature = inspect.signature(function)
    except Exception:  # of a builtin, or of a signature that is the answer's own code
        return None
    return [
        STARS.get(p.kind, "") + p.name + ("" if p.default is inspect.Parameter.empty else "=")
        for p in signature.parameters.values()
    ]
