"""What a notebook calls, and what it keeps; loaded when first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coursekit.learning.notebook import case as case
    from coursekit.learning.notebook import check as check
    from coursekit.learning.notebook import hint as hint
    from coursekit.learning.notebook import progress as progress
    from coursekit.learning.notebook import received as received
    from coursekit.learning.notebook import reset as reset
    from coursekit.learning.notebook import score as score
    from coursekit.learning.notebook import use as use

__all__ = ["case", "check", "hint", "progress", "received", "reset", "score", "use"]


def __getattr__(name: str) -> Any:
    """Load a name on first use: a kernel's first cell imports `early` from here, and no more."""
    if name not in __all__:
        raise AttributeError(f"module 'coursekit.learning' has no attribute {name!r}")
    return getattr(import_module("coursekit.learning.notebook"), name)
