"""Whether an argument is still what it was: a mark of all that would cross of it to a box.

Two values bear one mark if they are the same by values: -0 is 0, one NaN is another, to ask for a
gradient is no change, and neither is another order of a dict's keys or of an array's bytes. An
argument is marked before a call and after it, here or there.
"""

import struct
from collections.abc import Iterator
from hashlib import blake2b  # by name, as NumPy's: they may be an answer's by then
from typing import Any

import numpy as np
from numpy import asarray

from .modules import is_module, parts
from .plain import DEPTH_LIMIT, is_tensor, plain, values


def mark(value: Any) -> bytes:
    """Another one where the value was changed."""
    made = blake2b(digest_size=16)
    for piece in _pieces(value, 0):
        made.update(b"%d:" % len(piece) + piece)
    return made.digest()


def _pieces(value: Any, depth: int) -> Iterator[bytes]:
    """What a value consists of; of what does not cross as a value, nothing is said."""
    if depth > DEPTH_LIMIT:
        yield b"deep"
        return
    kind = type(value)
    inner = value if kind is range else values(value)
    if inner is not None:
        yield b"tuple" if issubclass(kind, tuple) else b"list"
        for one in inner:
            yield from _pieces(one, depth + 1)
        yield b"end"
    elif issubclass(kind, dict):
        yield b"dict"
        marked = {mark(name): one for name, one in _items(value)}
        for told in sorted(marked):
            yield told
            yield from _pieces(marked[told], depth + 1)
        yield b"end"
    elif is_tensor(value):
        yield from _tensor(value)
    elif is_module(value):
        for name, part in parts(value):
            yield name.encode()
            yield from _pieces(part, depth + 1)
        yield b"end"
    else:
        yield from _leaf(plain(value), depth)


def _items(value: dict) -> Iterator[tuple[Any, Any]]:
    for name, one in dict.items(value):
        yield (name.item() if isinstance(name, np.generic) else name), one


def _leaf(value: Any, depth: int) -> Iterator[bytes]:
    match value:
        case None | bool():
            yield repr(value).encode()
        case np.ndarray() | np.generic():
            form = "array" if isinstance(value, np.ndarray) else "scalar"
            yield from _array(value, form, depth)
        case complex():
            yield from _array(np.complex128(value), "scalar")
        case int():
            yield b"int" + hex(value).encode()
        case float():
            yield b"float" + struct.pack("<d", value + 0.0 if value == value else float("nan"))
        case str():
            yield b"text" + value.encode("utf-8", "surrogatepass")
        case _:
            yield b"?"


def _tensor(value: Any) -> Iterator[bytes]:
    held = value.detach().cpu().resolve_conj().resolve_neg()
    form = f"tensor {held.dtype}"
    try:
        array = held.numpy()
    except TypeError:  # NumPy has no bfloat16
        array = held.float().numpy()
    yield from _array(array, form)


def _array(value: Any, form: str, depth: int = 0) -> Iterator[bytes]:
    array = asarray(value)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    yield f"{form} {array.dtype.str} {array.shape}".encode()
    flat = array.reshape(-1)
    if array.dtype.kind == "O":
        for one in flat.tolist():
            yield from _pieces(one, depth + 1)
        return
    if array.dtype.kind in "fc":
        flat = flat + 0
        flat[flat != flat] = np.nan
    yield flat.tobytes()
