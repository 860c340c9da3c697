"""The parts that a value is made of on the wire; values.py packs and unpacks them.

Also mounted into the box.
"""

from typing import Literal

from .frame import Part


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


class Members(Part):
    """A set of texts and numbers."""

    values: list[bool | int | float | str | None]
    frozen: bool = False


class Table(Part):
    """A dict, as two lists of one length."""

    keys: "list[Value]"
    values: "list[Value]"


class Handle(Part):
    """Something that stays where it was made: a function, or an object to be asked (`held`)."""

    number: int
    ours: bool  # the sender made it
    held: bool = False


class Module(Part):
    """A layer of torch's, built anew on the other side; the judge sends one, the box never."""

    kind: str  # the class's name in torch.nn
    arguments: Table  # of its constructor, by name
    tensors: Table  # what to put into it: its own parameters and buffers, by name
    children: Table  # the modules that it holds, by name
    training: bool


class Opaque(Part):
    """Something that cannot cross: only what to call it does."""

    kind: str


Value = None | bool | int | float | str | Array | Items | Members | Table | Handle | Module | Opaque
