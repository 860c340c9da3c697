"""What crosses between judge and host: frames of msgpack and raw array buffers, decoded strictly.

A frame is a fixed prefix (a mark and two lengths), a header and a body. The header is one tagged
message in msgpack, and small: a few bytes of msgpack can ask for a large Python object. The body
is the arrays' bytes, end to end. Both lengths are checked before a byte of either is read.
Nothing is ever unpickled, so the worst a hostile frame can do is to be refused.

This module is also mounted into the box: it may import msgspec and numpy, and nothing of ours.
"""

import math
import struct
from collections.abc import Callable
from typing import Any, Literal

import msgspec
import numpy as np

PREFIX = struct.Struct(">4sII")
MARK = b"ck01"
HEADER_LIMIT = 1 << 20
BODY_LIMIT = 64 << 20
DEPTH_LIMIT = 16
NDIM_LIMIT = 8
DTYPES = frozenset(
    "|b1 |i1 |u1 <i2 <i4 <i8 <u2 <u4 <u8 <f2 <f4 <f8 <c8 <c16".split()
)  # never object, never anything whose bytes are pointers
STRANGE = bytes | set | frozenset | int | float | str | type(...)  # (and subclasses) no handles
KEYS = str | int | float | bool | None


class WireError(Exception):
    """A frame or a value that breaks the rules above; the text says which rule."""


class Part(msgspec.Struct, forbid_unknown_fields=True, tag=True, array_like=True):
    """Base of every tagged value and message."""


class Array(Part):
    """An array; its bytes are the next ones of the body. `form` says what it was made from."""

    dtype: str
    shape: tuple[int, ...]
    form: Literal["array", "scalar", "tensor", "bfloat16"] = "array"
    requires_grad: bool = False


class Items(Part):
    """A tuple or a list."""

    values: "list[Value]"
    mutable: bool = False


class Table(Part):
    """A dict, as two lists of one length."""

    keys: "list[Value]"
    values: "list[Value]"


class Handle(Part):
    """Something that stays where it was made: a function, or an object to be asked (`held`)."""

    number: int
    ours: bool  # the sender made it
    held: bool = False


class Opaque(Part):
    """Something that cannot cross: only what to call it does."""

    kind: str


Value = None | bool | int | float | str | Array | Items | Table | Handle | Opaque


class Stranger:
    """Stands for a value of the learner's that cannot cross; its class bears the type's name."""


class Packer:
    """Turns Python values into `Value`s and collects the arrays' bytes.

    Args:
        handle: turns a function or an object into a Handle, or declines with None.
    """

    def __init__(self, handle: Callable[[Any], Handle | None] = lambda _: None):
        self.handle = handle
        self.buffers: list[bytes] = []
        self.size = 0

    def pack(self, value: Any, depth: int = 0) -> Value:
        """The value as it will be sent; what cannot be sent becomes Opaque.

        Raises:
            WireError: nested too deep, or more array bytes than a frame may hold.
        """
        if depth > DEPTH_LIMIT:
            raise WireError(f"values nested deeper than {DEPTH_LIMIT} cannot be sent")
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
            case complex():
                return self._array(np.complex128(value))
        if hasattr(type(value), "requires_grad"):  # a tensor, without importing torch
            return self._tensor(value)
        crossing = None if isinstance(value, STRANGE) else self.handle(value)
        return crossing if crossing is not None else Opaque(type(value).__name__[:80])

    def _tensor(self, value: Any) -> Value:
        plain, form = value.detach().cpu(), "tensor"
        if "bfloat16" in str(plain.dtype):  # numpy has no such type: its bits cross
            import torch

            plain, form = plain.view(torch.int16), "bfloat16"
        return self._array(plain.numpy(), form, bool(value.requires_grad))

    def _array(self, value: Any, form="array", requires_grad=False) -> Value:
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

    def _table(self, value: dict, depth: int) -> Value:
        keys = [k if type(k) in (str, int, float, bool, type(None)) else str(k) for k in value]
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
    """

    def __init__(
        self,
        body: bytes,
        resolve: Callable[[Handle], Any] | None = None,
        tensor: Callable[[np.ndarray, bool, bool], Any] | None = None,
    ):
        self.body, self.at, self.resolve, self.tensor = body, 0, resolve, tensor

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
            case Table():
                return self._table(value, depth)
            case Handle():
                if self.resolve is None:
                    raise WireError("a function came where none was asked for")
                return self.resolve(value)
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


def frame(message: msgspec.Struct, buffers: list[bytes] | None = None) -> bytes:
    """A message and its arrays as bytes.

    Raises:
        WireError: larger than a frame may be.
    """
    header, body = msgspec.msgpack.encode(message), b"".join(buffers or ())
    if len(header) > HEADER_LIMIT:
        raise WireError(f"{len(header)} bytes of structure; {HEADER_LIMIT} may be sent at once")
    if len(body) > BODY_LIMIT:
        raise WireError(f"arrays of more than {BODY_LIMIT >> 20} MiB cannot be sent at once")
    return PREFIX.pack(MARK, len(header), len(body)) + header + body


def read_frame(
    read: Callable[[int], bytes], decoder: msgspec.msgpack.Decoder, body_limit: int = BODY_LIMIT
) -> tuple[Any, bytes]:
    """The next message and its body; `read(n)` returns exactly n bytes or raises.

    Raises:
        WireError: it breaks a rule of this module.
    """
    mark, header_length, body_length = PREFIX.unpack(read(PREFIX.size))
    if mark != MARK:
        raise WireError("what came is not a frame")
    if header_length > HEADER_LIMIT or body_length > body_limit:
        raise WireError(f"a frame claims {header_length} + {body_length} bytes: too many")
    header = read(header_length)
    try:
        message = decoder.decode(header)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"a frame cannot be decoded: {str(error)[:200]}") from error
    return message, read(body_length)
