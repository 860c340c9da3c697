"""Questions by what is in them, so that one asked twice is known to be the same."""

import io
import pickle
import sys
from collections.abc import Hashable, Iterator
from hashlib import sha256
from types import CodeType, FunctionType, ModuleType
from typing import Any


def question(arguments: Any) -> Hashable:
    """What tells these arguments from others; of what cannot be read, something new each time.

    Equal arrays, numbers and texts are one question, whichever object holds them. A function is
    what its code says and what that code refers to, as a cell that is run again defines it anew.
    """
    file = io.BytesIO()
    try:
        reader = _Reader(file, protocol=5)
        reader.fast = True  # equal objects read alike, if they are one object or two
        reader.dump(arguments)
    except Exception:  # whatever an argument does when it is read; also one that holds itself
        return object()
    return sha256(file.getbuffer()).digest()


class _Reader(pickle.Pickler):
    """Reads functions and classes of a notebook by their contents: their names may be reused."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, ModuleType):
            return str, (obj.__name__,)
        if isinstance(obj, type) and obj.__module__ == "__main__":
            raise pickle.PicklingError("of a class of the notebook only the name can be read")
        if isinstance(obj, CodeType):
            return tuple, ((obj.co_code, obj.co_consts, obj.co_names, obj.co_varnames),)
        if isinstance(obj, FunctionType) and not _imported(obj):
            used = {name: obj.__globals__.get(name) for name in sorted(set(_names(obj.__code__)))}
            cells = [cell.cell_contents for cell in obj.__closure__ or ()]
            return tuple, ((obj.__code__, obj.__defaults__, obj.__kwdefaults__, cells, used),)
        return NotImplemented


def _imported(function: FunctionType) -> bool:
    module = sys.modules.get(function.__module__ or "")
    name = function.__qualname__
    return function.__module__ != "__main__" and getattr(module, name, None) is function


def _names(code: CodeType) -> Iterator[str]:
    """The names that code looks up, with those of the functions inside it."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
