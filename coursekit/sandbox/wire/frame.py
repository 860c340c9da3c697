"""What crosses between judge and host: frames of msgpack and raw array buffers, decoded strictly.

A frame is a fixed prefix (a mark and two lengths), a header and a body. The header is one tagged
message in msgpack, and small: a few bytes of msgpack can ask for a large Python object. The body
is the arrays' bytes, end to end. Both lengths are checked before a byte of either is read.
Nothing is ever unpickled, so the worst a hostile frame can do is to be refused.

This module is also mounted into the box: it may import msgspec, and nothing of ours.
"""

import struct
from collections.abc import Callable
from typing import Any

import msgspec

PREFIX = struct.Struct(">4sII")
MARK = b"ck01"
HEADER_LIMIT = 1 << 20
BODY_LIMIT = 16 << 20  # of arrays; the judge keeps several replies at a time


class WireError(Exception):
    """A frame or a value that breaks the rules above; the text says which rule."""


class Part(msgspec.Struct, forbid_unknown_fields=True, tag=True, array_like=True):
    """Base of every tagged value and message."""


def frame(message: msgspec.Struct, buffers: list[bytes] | None = None) -> bytes:
    """A message and its arrays as bytes.

    Raises:
        WireError: larger than a frame may be, or with text that is none (half a character).
    """
    try:
        header, body = msgspec.msgpack.encode(message), b"".join(buffers or ())
    except UnicodeEncodeError as error:
        raise WireError("text with half a character (a lone surrogate) cannot be sent") from error
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
