"""Helpers for the normalization course: all that a notebook needs, loaded when first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coursekit.devices import device as device
    from coursekit.devices import quick as quick
    from coursekit.learning import case as case
    from coursekit.learning import check as check
    from coursekit.learning import hint as hint
    from coursekit.learning import progress as progress
    from coursekit.learning import reset as reset
    from coursekit.learning import use as use

__version__ = "0.1.0"
__all__ = ["case", "check", "device", "hint", "progress", "quick", "reset", "use"]

_HOME = {"device": "devices", "quick": "devices"}  # every other name lives in learning/notebook.py
_ROOMS = {"update": "workspace.update"}  # modules that answer to their short name, too


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562), so that `import coursekit` stays light."""
    if name in _ROOMS:
        return import_module(f"coursekit.{_ROOMS[name]}")
    if name not in __all__:
        raise AttributeError(f"module 'coursekit' has no attribute {name!r}")
    value = getattr(import_module(f"coursekit.{_HOME.get(name, 'learning.notebook')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
