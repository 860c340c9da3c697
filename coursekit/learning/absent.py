"""The packages that a cell or an exercise may need and a learner may do without."""

import importlib.util
import sys
from collections.abc import Collection
from typing import NamedTuple

from coursekit.terminal import word


class Package(NamedTuple):
    """What people call it, and what pip does."""

    title: str
    pip: str


PACKAGES = {
    "torch": Package("PyTorch", "torch"),
    "keras": Package("Keras", "keras"),
    "scipy": Package("SciPy", "scipy"),
    "sklearn": Package("scikit-learn", "scikit-learn"),
}


def absent() -> set[str]:
    """Those that cannot be imported here."""
    return {name for name in PACKAGES if name not in sys.modules and not _found(name)} | {
        name for name in PACKAGES if name in sys.modules and sys.modules[name] is None
    }


def _found(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def of(error: BaseException | None) -> str:
    """The package whose absence an error tells of; "" if it tells of something else."""
    name = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
    top = str(name or "").partition(".")[0]
    return top if top in PACKAGES and top in absent() else ""


def titles(names: Collection[str]) -> str:
    """ "PyTorch and scikit-learn"."""
    return " and ".join(PACKAGES[name].title for name in PACKAGES if name in names)


def install(names: Collection[str]) -> str:
    """The command that installs them for this Python."""
    wanted = " ".join(PACKAGES[name].pip for name in PACKAGES if name in names)
    return f"{word(sys.executable)} -m pip install {wanted}"


def lacking(names: Collection[str]) -> str:
    """ "PyTorch, which is not installed here (to install it: …)"."""
    verb, them = ("are", "them") if len(names) > 1 else ("is", "it")
    return f"{titles(names)}, which {verb} not installed here (to install {them}: {install(names)})"
