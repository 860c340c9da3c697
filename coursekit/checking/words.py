"""Values and sentences as a learner reads them."""

import difflib
import inspect
from collections.abc import Iterable
from typing import Any

import numpy as np

MARK = "≠"  # in front of an entry that differs


def sentence(said: object) -> str:
    """The words of an exception, or of anybody, with one mark at their end."""
    words = str(said).rstrip()
    return words if words.endswith((".", "!", "?", "…")) else words + "."


def brief(value: Any) -> str:
    """A value as Python would write it, cut where that is long; numpy's scalars as plain ones."""
    try:
        with np.printoptions(legacy="1.25"):  # False and 0.5, not np.False_ and np.float64(0.5)
            said = repr(value)
    except Exception:  # a learner's object, which cannot say what it is
        return f"<{type(value).__name__}>"
    return said if len(said) <= 200 else said[:200] + " …"


def line(value: Any) -> str:
    """A value in a part of one line."""
    said = " ".join(brief(value).split())
    return said if len(said) <= 60 else said[:60] + " …"


def kind(value: Any) -> str:
    """What a value is: "a function", "an array", "a bool", "an OrderedDict"."""
    if hasattr(type(value), "vjp"):  # it is held: say what is
        return kind(value.value) if hasattr(value, "value") else "an object"
    name = type(value).__name__
    if isinstance(value, type):
        return "a class"
    if inspect.isroutine(value):
        return "a function"
    if issubclass(type(value), np.ndarray):
        return f"an array of dtype {value.dtype}" if value.dtype.kind not in "fiub" else "an array"
    if isinstance(value, np.generic):
        name = type(value.item()).__name__
    if name == "complex":
        return "a complex number"
    if type(value).__module__ in ("array", "numpy.ma"):
        return f"an {type(value).__module__}.{name}"
    if hasattr(value, "detach") and hasattr(value, "layout"):
        return _tensor(value)
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"


def _tensor(value: Any) -> str:
    """A torch tensor, with what keeps it from being an array of numbers."""
    try:
        if not str(value.layout).endswith("strided"):
            return "a sparse tensor"
        if value.device.type == "meta":
            return "a tensor on the device meta, which holds no numbers"
        return f"a tensor of dtype {str(value.dtype).removeprefix('torch.')}"
    except Exception:  # a learner's object, which only looks like one
        return f"a {type(value).__name__}"


def strange(value: Any) -> str:
    """What a value is that no array of numbers can be made of: the first thing that prevents it."""
    if isinstance(value, list | tuple) and value:
        numbers = (bool, int, float, np.number, np.bool_)
        odd = [v for v in value if not isinstance(v, (*numbers, np.ndarray, list, tuple))]
        if odd:
            held = "None" if odd[0] is None else kind(odd[0])
            return f"{kind(value)} that holds {held}"
        if any(isinstance(v, list | tuple | np.ndarray) for v in value):
            return f"{kind(value)} of parts of several shapes"
    if isinstance(value, int) and not isinstance(value, bool):
        return "an int too large for an array"
    return kind(value)


def told_apart(a: Any, b: Any, least: int = 6) -> tuple[str, str]:
    """Two different numbers, with as many digits as it takes to see that they are."""
    if not (isinstance(a, float | np.floating) and isinstance(b, float | np.floating)):
        return str(a), str(b)
    for digits in range(least, 18):
        shown = f"{float(a):.{digits}g}", f"{float(b):.{digits}g}"
        if shown[0] != shown[1]:
            break
    return shown


def shape(array: Any) -> str:
    """The shape of an array or tensor, in plain integers."""
    return str(tuple(int(n) for n in array.shape))


def wish(want: Any) -> str:
    """What is wanted where nothing came: "a number", "an array of shape (3,)"."""
    if isinstance(want, bool | np.bool_):
        return "True or False"
    if isinstance(want, tuple | list):
        return f"a {type(want).__name__} of {len(want)} values"
    if hasattr(want, "shape") and len(want.shape):
        return f"an array of shape {shape(want)}"
    if isinstance(want, int | float | np.generic) or hasattr(want, "shape"):
        return "a number"
    return kind(want)


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that is nearest in spelling, upper and lower case alike; None where none is near."""
    lower = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name.lower(), lower, n=1)
    return lower[close[0]] if close else None
