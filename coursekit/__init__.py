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
    from coursekit.learning.workshop import card as card
    from coursekit.learning.workshop import done as done
    from coursekit.learning.workshop import join as join
    from coursekit.learning.workshop import leave as leave
    from coursekit.learning.workshop import need_help as need_help
    from coursekit.learning.workshop import show_code as show_code
    from coursekit.learning.workshop import what_is_kept as what_is_kept

__version__ = "0.1.0"
_IN_A_ROOM = ["card", "done", "join", "leave", "need_help", "show_code", "what_is_kept"]
__all__ = ["case", "check", "device", "hint", "progress", "quick", "reset", "use", *_IN_A_ROOM]

# Every other name lives in learning/notebook.py.
_HOME = {"device": "devices", "quick": "devices"} | dict.fromkeys(_IN_A_ROOM, "learning.workshop")
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
