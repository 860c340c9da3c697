"""Values on the wire: Python's own, arrays, tensors, modules, and what can only be pointed at.

Every limit is checked on both sides; what comes out of the box is checked as if it were a lie.
Also mounted into the box.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..guest import plain as reading
from .frame import BODY_LIMIT, WireError
from .parts import Array, Handle, Items, Members, Module, Opaque, Table, Value

DEPTH_LIMIT = reading.DEPTH_LIMIT
COUNT_LIMIT = 50_000  # separate values; arrays are the way to send many numbers
NDIM_LIMIT = 8
DTYPES = frozenset(
    "|b1 |i1 |u1 <i2 <i4 <i8 <u2 <u4 <u8 <f2 <f4 <f8 <c8 <c16".split()
)  # never object, never anything whose bytes are pointers
STRANGE = bytes | set | frozenset | int | float | str | type(...)  # (and subclasses) no handles
KEYS = str | int | float | bool | None


class Stranger:
    """Stands for a value of the learner's that cannot cross; its class bears the type's name."""


class Packer:
    """Turns Python values into `Value`s and collects the arrays' bytes.

    Args:
        handle: turns a function or an object into a Handle, or declines with None.
        plan: the fields of the Module that a value is to cross as, or None; the judge's alone.
    """

    def __init__(
        self,
        handle: Callable[[Any], Handle | None] = lambda _: None,
        plan: Callable[[Any], Any] = lambda _: None,
    ):
        self.handle, self.plan = handle, plan
        self.buffers: list[bytes] = []
        self.size = self.count = 0

    def pack(self, value: Any, depth: int = 0) -> Value:
        """The value as it will be sent; what cannot be sent becomes Opaque.

        Raises:
            WireError: nested too deep, or more array bytes than a frame may hold.
        """
        self.count += 1
        if depth > DEPTH_LIMIT:
            raise WireError(f"values nested deeper than {DEPTH_LIMIT} cannot be sent")
        if self.count > COUNT_LIMIT:
            raise WireError(f"more than {COUNT_LIMIT} separate values cannot be sent: use an array")
        match value:
            case None | bool() | float() | str() if type(value) in (type(None), bool, float, str):
                return value
            case int() if type(value) is int and -(2**63) <= value < 2**64:
                return value
            case np.ndarray() | np.generic():
                return self._array(value)
            case tuple() | list() | range():
                inner = [self.pack(v, depth + 1) for v in value]
                return Items(inner, not isinstance(value, tuple))
            case dict():
                return self._table(value, depth)
            case set() | frozenset() if type(value) in (set, frozenset):
                return self._set(value, depth)
            case complex():
                return self._array(np.complex128(value))
        if hasattr(type(value), "requires_grad"):  # a tensor, without importing torch
            return self._tensor(value)
        if (plan := self.plan(value)) is not None:
            kind, *inner, training = plan
            arguments, tensors, children = (self._table(part, depth) for part in inner)
            return Module(kind, arguments, tensors, children, training)
        crossing = None if isinstance(value, STRANGE) else self.handle(value)
        return crossing if crossing is not None else Opaque(type(value).__name__[:80])

    def _tensor(self, value: Any) -> Value:
        plain, form = value.detach().cpu(), "tensor"
        if "bfloat16" in str(plain.dtype):  # numpy has no such type: its bits cross
            import torch

            plain, form = plain.view(torch.int16), "bfloat16"
        return self._array(plain.numpy(), form, bool(value.requires_grad))

    def _array(self, value: Any, form: Any = "array", requires_grad: bool = False) -> Value:
        form = "scalar" if isinstance(value, np.generic) else form
        plain = np.asarray(value)
        plain = plain.astype(plain.dtype.newbyteorder("<"), copy=False)
        if plain.dtype.str not in DTYPES or plain.ndim > NDIM_LIMIT:
            return Opaque(f"{type(value).__name__} of dtype {plain.dtype}"[:80])
        self.size += plain.nbytes
        if self.size > BODY_LIMIT:
            raise WireError(f"arrays of more than {BODY_LIMIT >> 20} MiB cannot be sent at once")
        self.buffers.append(plain.tobytes())
        return Array(plain.dtype.str, plain.shape, form, requires_grad)

    def _set(self, value: set | frozenset, depth: int) -> Value:
        told = [one.item() if isinstance(one, np.generic) else one for one in value]
        packed = [self.pack(one, depth + 1) for one in told]
        plain = [one for one in packed if one is None or isinstance(one, bool | int | float | str)]
        if len(plain) == len(packed):
            return Members(plain, isinstance(value, frozenset))
        return Opaque(type(value).__name__)

    def _table(self, value: dict, depth: int) -> Table:
        told = (k.item() if isinstance(k, np.generic) else k for k in value)
        keys = [k if type(k) in (str, int, float, bool, type(None)) else str(k) for k in told]
        return Table(
            [self.pack(k, depth + 1) for k in keys],
            [self.pack(v, depth + 1) for v in value.values()],
        )


class Unpacker:
    """Turns `Value`s back into Python values, taking the arrays' bytes from a body in order.

    Args:
        body: the frame's body; `done` checks that all of it was used.
        resolve: turns a Handle into a function.
        tensor: makes a tensor of an array that was one; without it, it stays an array.
        build: makes a module of a Module's fields; the box's alone.
    """

    def __init__(
        self,
        body: bytes,
        resolve: Callable[[Handle], Any] | None = None,
        tensor: Callable[[np.ndarray, bool, bool], Any] | None = None,
        build: Callable[..., Any] | None = None,
    ):
        self.body, self.at = body, 0
        self.resolve, self.tensor, self.build = resolve, tensor, build

    def unpack(self, value: Value, depth: int = 0) -> Any:
        """The Python value.

        Raises:
            WireError: it breaks a rule of this module.
        """
        if depth > DEPTH_LIMIT:
            raise WireError(f"a value is nested deeper than {DEPTH_LIMIT}")
        match value:
            case Array():
                return self._array(value)
            case Items():
                inner = [self.unpack(v, depth + 1) for v in value.values]
                return inner if value.mutable else tuple(inner)
            case Members():
                return frozenset(value.values) if value.frozen else set(value.values)
            case Table():
                return self._table(value, depth)
            case Handle():
                if self.resolve is None:
                    raise WireError("a function came where none was asked for")
                return self.resolve(value)
            case Module():
                if self.build is None:
                    raise WireError("a module came; only the judge may send one")
                parts = value.arguments, value.tensors, value.children
                inner = [self._table(part, depth) for part in parts]
                return self.build(value.kind, *inner, value.training)
            case Opaque():
                return stranger(value.kind)
        return value

    def done(self) -> None:
        """Refuse a body with bytes that no array claimed."""
        if self.at != len(self.body):
            raise WireError(f"{len(self.body) - self.at} bytes of the body belong to no array")

    def _array(self, value: Array) -> Any:
        if value.dtype not in DTYPES:
            raise WireError(f"dtype {value.dtype[:20]!r} is not allowed")
        if len(value.shape) > NDIM_LIMIT:
            raise WireError(f"an array has {len(value.shape)} axes; at most {NDIM_LIMIT} may cross")
        if any(not 0 <= n <= BODY_LIMIT for n in value.shape):
            raise WireError("an axis has an impossible length")
        dtype = np.dtype(value.dtype)
        start, self.at = self.at, self.at + math.prod(value.shape) * dtype.itemsize
        if self.at > len(self.body):
            raise WireError("an array claims more bytes than came")
        try:
            array = np.frombuffer(self.body[start : self.at], dtype).reshape(value.shape)
        except ValueError as error:
            raise WireError(f"an array cannot have this shape: {error}") from error
        if value.form == "scalar":
            if value.shape:
                raise WireError("a scalar has a shape")
            return array[()]
        array = array.copy()  # its own writable memory, not a view of the frame
        if value.form == "bfloat16" and array.dtype != np.int16:
            raise WireError("a bfloat16 tensor is not made of 16 bits")
        if value.form in ("tensor", "bfloat16") and self.tensor is not None:
            return self.tensor(array, value.form == "bfloat16", value.requires_grad)
        if value.form == "bfloat16":
            return (array.astype(np.int32) << 16).view(np.float32)
        return array

    def _table(self, value: Table, depth: int) -> dict:
        if len(value.keys) != len(value.values):
            raise WireError("a dict has not as many keys as values")
        if not all(isinstance(k, KEYS) for k in value.keys):
            raise WireError("a dict's key is neither text nor a number")
        return {k: self.unpack(v, depth + 1) for k, v in zip(value.keys, value.values, strict=True)}


def make_tensor(array: np.ndarray, bfloat16: bool, requires_grad: bool) -> Any:
    """A torch tensor of an array that was one."""
    import torch

    made = torch.from_numpy(array)
    made = made.view(torch.bfloat16) if bfloat16 else made
    return made.requires_grad_(requires_grad and made.dtype.is_floating_point)


def stranger(kind: str) -> Any:
    """What the judge sees in place of a value that could not cross."""
    if kind == "ellipsis":
        return ...
    name = "".join(c for c in kind if c.isalnum() or c in "_ <>.")[:40]
    return type(name or "object", (Stranger,), {})()
