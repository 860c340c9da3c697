"""Of what kind values are: the containers that were asked for, and right values put into them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coursekit.checking.compare import to_array
from coursekit.checking.guest.plain import plain, values

NUMBER = bool | int | float | np.generic


@dataclass(frozen=True)
class Given:
    """What a call was given, as far as its result depends on it: a number format, a tensor."""

    dtype: str = ""  # that its arrays of floats have together
    tensor: Any = None  # the first

    @classmethod
    def of(cls, arguments: Iterable[Any]) -> "Given":
        """What these arguments are."""
        arrays = [a for a in _flat(arguments) if _is_tensor(a) or isinstance(a, np.ndarray)]
        formats = [name for a in arrays if (name := _dtype(a)).startswith(("float", "bfloat"))]
        tensors = [a for a in arrays if _is_tensor(a)]
        known = {name for name in formats if not name.startswith("b")}
        dtype = str(np.result_type(*known)) if known else "".join(formats[:1])
        return cls(dtype, tensors[0] if tensors else None)


@dataclass
class Asked:
    """What the right answer gave at one place, over all that it was tried on."""

    numbers: list[type] = field(default_factory=list)
    array: str = ""  # "array" or "tensor"
    dtypes: set[str] = field(default_factory=set)
    follows: bool = True  # its floats have the format of those that were given
    sequence: type | None = None
    length: int | None = None  # None where it was not always the same
    items: "list[Asked]" = field(default_factory=list)  # by place, or one for all
    keys: "dict[Any, Asked]" = field(default_factory=dict)

    @classmethod
    def like(cls, seen: Iterable[tuple[Given, Any]]) -> "Asked":
        """What was asked for, where these are the right answer's values."""
        asked, seen = cls(), list(seen)
        for given, value in seen:
            asked._note(value, given)
        rows = [(given, list(inner)) for given, v in seen if (inner := values(v)) is not None]
        lengths = {len(row) for _, row in rows}
        if len(lengths) == 1:
            [asked.length] = lengths
            columns = [[(given, row[i]) for given, row in rows] for i in range(asked.length)]
            asked.items = [cls.like(column) for column in columns]
        elif rows:
            asked.items = [cls.like((given, v) for given, row in rows for v in row)]
        dicts = [(given, value) for given, value in seen if isinstance(value, dict)]
        for key in {key: None for _, value in dicts for key in value}:
            asked.keys[key] = cls.like((given, v[key]) for given, v in dicts if key in v)
        return asked

    def _note(self, value: Any, given: Given) -> None:
        if isinstance(value, list | tuple):
            self.sequence = type(value)
        elif isinstance(value, NUMBER) and type(value) not in self.numbers:
            self.numbers.append(type(value))
        elif _is_tensor(value) or isinstance(value, np.ndarray):
            self.array = "tensor" if _is_tensor(value) else "array"
            self.dtypes.add(_dtype(value))
            self.follows &= given.dtype in ("", _dtype(value))

    def fit(self, value: Any, given: Given) -> Any:
        """The same values in the container that was asked for; the same object where they are."""
        value = plain(value)
        if isinstance(value, dict):
            new = {k: self.keys[k].fit(v, given) if k in self.keys else v for k, v in value.items()}
            return value if all(new[k] is v for k, v in value.items()) else new
        if self.sequence is not None and (inner := values(value)) is not None:
            return self._sequence(value, list(inner), given)
        numbers = to_array(value) if self.numbers or self.array else None
        if numbers is None:
            return value
        if self.numbers and numbers.ndim == 0 and numbers.dtype.kind in "biuf":
            kinds = self.numbers
            return value if type(value) in kinds else kinds[0](numbers.item())
        return self._array(value, numbers, given) if self.array else value

    def _sequence(self, value: Any, inner: list[Any], given: Given) -> Any:
        assert self.sequence is not None
        asked = self.items if len(inner) == self.length else self.items[:1] * len(inner)
        if self.length is not None and len(inner) != self.length:
            return value
        new = [a.fit(v, given) for a, v in zip(asked, inner, strict=True)]
        if type(value) is self.sequence and all(a is b for a, b in zip(new, inner, strict=True)):
            return value
        named = hasattr(self.sequence, "_fields")
        return tuple.__new__(self.sequence, new) if named else self.sequence(new)

    def _array(self, value: Any, numbers: np.ndarray, given: Given) -> Any:
        whole = isinstance(value, np.ndarray) or _is_tensor(value)
        if whole and given.tensor is not None and self.array == "array":
            return value  # asked of tensors, which no case was: it may as well be one
        dtype = _dtype(value) if whole else ""
        if not dtype.startswith(("float", "bfloat")):  # a list, whole numbers
            asked = given.dtype if self.follows and given.dtype else ""
            alone = next(iter(self.dtypes)) if len(self.dtypes) == 1 else ""
            floats = any(d.startswith(("float", "bfloat")) for d in self.dtypes)
            dtype = (asked if floats else "") or alone or dtype or str(numbers.dtype)
        tensor = given.tensor is not None or self.array == "tensor"
        if whole and _is_tensor(value) is tensor and _dtype(value) == dtype:
            return value
        if not tensor:
            return np.array(numbers, dtype=None if dtype.startswith("b") else dtype)
        import torch

        device = given.tensor.device if given.tensor is not None else None
        return torch.as_tensor(numbers, dtype=getattr(torch, dtype, None), device=device)


def _flat(given: Iterable[Any]) -> Iterator[Any]:
    for value in given:
        inner = value.values() if isinstance(value, dict) else values(value)
        if inner is None:
            yield value
        else:
            yield from _flat(inner)


def _is_tensor(value: Any) -> bool:
    return hasattr(type(value), "requires_grad") and hasattr(type(value), "detach")


def _dtype(value: Any) -> str:
    return str(value.dtype).removeprefix("torch.")
