"""A value as the Python code that makes it again, digit by digit; for small ones only."""

import math
from typing import Any

import numpy as np

ENTRIES = 48  # numbers that still read as a cell's text
WIDTH = 88
PLAIN = (bool, int, str, type(None))


def literal(value: Any, *, indent: int = 0) -> str | None:
    """The code that makes an equal value of the same type; None where that is long, or cannot be.

    It may use `np` and `torch`.
    """
    if type(value) in PLAIN:
        said = repr(value)
        return said if len(said) <= 2 * WIDTH else None
    if type(value) in (float, complex):
        return _number(value)
    if isinstance(value, np.generic) and value.dtype.kind in "biuf" and value.dtype.itemsize <= 8:
        return f"np.{value.dtype.name}({_number(value)})"
    if type(value) is np.ndarray:
        return _array(value, indent)
    if (type(value).__module__, type(value).__name__) == ("torch", "Tensor"):
        return _tensor(value, indent)
    if type(value) in (list, tuple):
        return _sequence(value, indent)
    if type(value) is dict:
        return _dict(value, indent)
    return None


def _sequence(value: list | tuple, indent: int) -> str | None:
    parts = [literal(v, indent=indent + 4) for v in value]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or _entries(value) > ENTRIES:
        return None
    opening, closing = "[]" if type(value) is list else "()"
    one = type(value) is tuple and len(parts) == 1
    return _joined(opening, known, closing, indent, one)


def _dict(value: dict, indent: int) -> str | None:
    if not all(type(key) in PLAIN for key in value) or _entries(value) > ENTRIES:
        return None
    parts = [(repr(key), literal(v, indent=indent + 4)) for key, v in value.items()]
    known = [f"{key}: {part}" for key, part in parts if part is not None]
    return _joined("{", known, "}", indent) if len(known) == len(parts) else None


def _entries(value: Any) -> int:
    """How many numbers and words it holds."""
    if isinstance(value, list | tuple | dict):
        return sum(map(_entries, value.values() if isinstance(value, dict) else value))
    return max(int(np.prod(np.shape(value))) if hasattr(value, "shape") else 1, 1)


def _joined(opening: str, parts: list[str], closing: str, indent: int, one: bool = False) -> str:
    """In one line where it fits; else each part on its own."""
    line = f"{opening}{', '.join(parts)}{',' if one else ''}{closing}"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    inner, outer = " " * (indent + 4), " " * indent
    if all(len(part) < 25 for part in parts):  # numbers: as many as fit
        return f"{opening}\n{_filled(parts, inner)}\n{outer}{closing}"
    return "\n".join([opening, *(f"{inner}{part}," for part in parts), f"{outer}{closing}"])


def _filled(parts: list[str], inner: str) -> str:
    lines = [inner]
    for part in parts:
        if len(lines[-1]) + len(part) + 2 > WIDTH and lines[-1] != inner:
            lines[-1] = lines[-1].rstrip()
            lines.append(inner)
        lines[-1] += f"{part}, "
    return "\n".join(lines).rstrip()


def _number(value: Any) -> str:
    """The shortest digits that give the same number again."""
    if isinstance(value, complex):
        return f"complex({_number(value.real)}, {_number(value.imag)})"
    if isinstance(value, float | np.floating) and not math.isfinite(value):
        return "np.nan" if value != value else "np.inf" if value > 0 else "-np.inf"
    return str(value)


def _array(value: np.ndarray, indent: int) -> str | None:
    if value.dtype.kind not in "biuf" or value.dtype.itemsize > 8 or value.size > ENTRIES:
        return None
    if not value.dtype.isnative:
        return None
    name = value.dtype.name
    if not value.size:
        return f"np.zeros({_shape(value)}, dtype={_dtype('np', name)})"
    usual = name in ("float64", "int64", "bool")
    return _called("np.array", value, "" if usual else f", dtype={_dtype('np', name)}", indent)


def _tensor(value: Any, indent: int) -> str | None:
    try:
        name = str(value.dtype).removeprefix("torch.")
        array = value.detach().cpu()
        array = array.float().numpy() if name == "bfloat16" else array.numpy()
    except Exception:  # sparse, quantized: nothing that digits alone make again
        return None
    if array.dtype.kind not in "biuf" or array.size > ENTRIES:
        return None
    options = "" if name in ("float32", "int64", "bool") else f", dtype=torch.{name}"
    options += ", requires_grad=True" if value.requires_grad else ""
    if not array.size:
        return f"torch.zeros({_shape(array)}{options or ', dtype=torch.' + name})"
    said = _called("torch.tensor", array, options, indent)
    return said.replace("np.nan", "torch.nan").replace("np.inf", "torch.inf")


def _shape(array: np.ndarray) -> str:
    return str(tuple(int(n) for n in array.shape))


def _dtype(home: str, name: str) -> str:
    return f"{home}.{'bool_' if name == 'bool' and home == 'np' else name}"


def _called(function: str, array: np.ndarray, options: str, indent: int) -> str:
    def nested(part: np.ndarray, indent: int) -> str:
        if part.ndim == 0:
            return _number(part[()])
        inner = [nested(one, indent + 4) for one in part]
        return _joined("[", inner, "]", indent)

    return f"{function}({nested(array, indent)}{options})"
