"""What an expression of the learner's comes to in a frame, told without running their code.

Names are looked up and attributes read where they are stored. Of arrays and tensors the shape is
worked out, by functions and methods of NumPy's and torch's own that change nothing.
"""

import ast
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from math import prod
from types import BuiltinFunctionType, FrameType, MethodDescriptorType
from typing import Any

import numpy as np
from numpy import (
    broadcast_shapes,
    broadcast_to,
    errstate,
    shape,
)  # by name: they may be an answer's by then

from .plain import is_tensor

LARGEST = 100_000  # values that a call may come to; a line in a loop is looked at each time
REDUCE = "mean sum prod var std min max any all argmax argmin median cumsum norm"
ALIKE = "sqrt exp log abs square sign tanh maximum minimum where clip zeros_like ones_like"
MOVE = "reshape transpose swapaxes moveaxis ravel expand_dims squeeze concatenate stack matmul dot"
# None that takes room by a number in its arguments, or gives a shape by the values of an array.
OF_NUMPY = f"{REDUCE} {ALIKE} {MOVE} asarray array add subtract multiply divide power"
OF_ARRAYS = f"{REDUCE} reshape transpose swapaxes ravel flatten squeeze copy astype dot clip"
OF_TENSORS = (
    f"{REDUCE} {ALIKE} rsqrt pow relu sigmoid amax amin reshape view permute transpose squeeze "
    "unsqueeze flatten expand matmul mm bmm cat stack detach clone float double contiguous "
    "pow movedim mul add sub div"
)
COUNTS = ("size", "dim", "numel")  # a tensor's methods that count
FUNCTIONS = {id(getattr(np, n)): getattr(np, n) for n in OF_NUMPY.split() if hasattr(np, n)}
FUNCTIONS[id(np.linalg.norm)] = np.linalg.norm
PLAIN = (bool, int, float, str, type(None), type(...))
DTYPES = (bool, int, float, np.float32, np.float64, np.int64)


class Unknown(Exception):
    """It could not be told without calling something."""


def value(part: ast.expr, frame: FrameType) -> Any:
    """What an expression comes to; of arrays that were worked out only the shape holds.

    Raises:
        Unknown: it is not known without running code of the learner's.
    """

    def known(one: ast.expr) -> Any:
        return value(one, frame)

    match part:
        case ast.Constant(value=held):
            return held
        case ast.Name(id=name) if name in frame.f_locals:
            return frame.f_locals[name]
        case ast.Name(id=name) if name in frame.f_globals:
            return frame.f_globals[name]
        case ast.Attribute(value=inner, attr=name):
            return _attribute(known(inner), name)
        case ast.Subscript(value=inner, slice=index):
            return _item(known(inner), known(index))
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return (tuple if isinstance(part, ast.Tuple) else list)(map(known, parts))
        case ast.Slice():
            return slice(*(one and known(one) for one in (part.lower, part.upper, part.step)))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            held = known(inner)
            return -held if type(held) in (int, float) else _of_shape(held, shape(_array(held)))
        case ast.BinOp(left=left, right=right):
            return _together(known(left), known(right), isinstance(part.op, ast.MatMult))
        case ast.Compare(left=left, comparators=[right]):
            return _together(known(left), known(right), product=False)
        case ast.Call(func=called, args=args, keywords=options):
            if all(one.arg for one in options):
                given = {str(one.arg): known(one.value) for one in options}
                return _called(called, frame, [known(one) for one in args], given)
    raise Unknown


def is_array(held: Any) -> bool:
    """True for what is looked into: numbers in an array, or in a tensor of torch's own."""
    if type(held) is np.ndarray:
        return held.dtype.kind in "biuf"
    return is_tensor(held) and type(held).__module__.startswith("torch")


def _array(held: Any) -> Any:
    if not is_array(held):
        raise Unknown
    return held


def _of_shape(like: Any, size: tuple[int, ...]) -> Any:
    """Something of that shape which takes no room, of the library that another is of.

    It is no index: which values that one had, nobody knows.
    """
    if not is_tensor(like):
        return broadcast_to(0.0, tuple(size))
    dtype = like.dtype if like.is_floating_point() else sys.modules["torch"].float32
    return like.detach().new_zeros((), dtype=dtype).expand(tuple(size))


def _attribute(held: Any, name: str) -> Any:
    if type(held) is np.ndarray and name in ("T", "shape", "ndim", "size"):
        return getattr(held, name)
    if is_array(held) and name in ("T", "shape", "ndim"):
        told = getattr(held.detach(), name)
        return tuple(told) if name == "shape" else told
    stored = getattr(held, "__dict__", {})
    for home in (stored, *(stored.get(k, {}) for k in ("_parameters", "_buffers"))):
        if name in home:
            return home[name]
    raise Unknown


def _item(held: Any, index: Any) -> Any:
    if type(held) in (list, tuple, dict) or is_array(held):
        if _is_plain(index):
            return held[index]
    raise Unknown


def _together(left: Any, right: Any, product: bool) -> Any:
    """What an operation between two makes, where one of them at least is an array."""
    both = left, right
    arrays = [one for one in both if is_array(one)]
    if not arrays or not all(is_array(one) or _is_number(one) for one in both):
        raise Unknown
    if len({is_tensor(one) for one in arrays}) > 1:
        raise Unknown
    a, b = (tuple(shape(one)) for one in both)
    if not product:
        return _of_shape(arrays[0], broadcast_shapes(a, b))
    if min(len(a), len(b)) < 2 or a[-1] != b[-2]:
        raise Unknown
    return _of_shape(arrays[0], (*broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1]))


def _called(part: ast.expr, frame: FrameType, args: list, options: dict[str, Any]) -> Any:
    """What a call gives, in shape: of an array's method, or of a library's function."""
    given = [*args, *options.values()]
    held, name = None, ""
    if isinstance(part, ast.Attribute):
        with suppress(Unknown):
            held, name = value(part.value, frame), part.attr
    own = [held] if is_array(held) else []
    arrays = [*own, *_arrays(given)]
    # Of a sum, of a product and of whatever else, the result is no larger than this.
    room = prod(max(1, prod(one.shape)) for one in arrays)
    if not arrays or room > LARGEST or "out" in options or not all(map(_is_plain, given)):
        raise Unknown
    if own and is_tensor(held) and name in COUNTS:
        counted = getattr(held, name)(*args, **options)
        return counted if type(counted) is int else tuple(counted)
    call = _method(held, name) if own else _function(value(part, frame))
    with errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asked = {name: _unwritable(one) for name, one in options.items()}
        made = call(*map(_unwritable, [*own, *args]), **asked)
    if not (is_array(made) or isinstance(made, np.generic)):
        raise Unknown
    return _of_shape(made, shape(made))


def _arrays(given: Any) -> Iterator[Any]:
    """The arrays among arguments, and in the lists among them."""
    for one in given if type(given) in (list, tuple) else ():
        if is_array(one):
            yield one
        else:
            yield from _arrays(one)


def _unwritable(given: Any) -> Any:
    """The same, which a call cannot write to: its result might go where a last argument is."""
    if type(given) in (list, tuple):
        return type(given)(map(_unwritable, given))
    if type(given) is np.ndarray:
        given = given.view()
        given.flags.writeable = False
        return given
    return given.detach() if is_tensor(given) else given


def _method(held: Any, name: str) -> Any:
    known = OF_TENSORS if is_tensor(held) else OF_ARRAYS
    kind = sys.modules["torch"].Tensor if is_tensor(held) else np.ndarray
    method = getattr(kind, name, None)
    if name in known.split() and isinstance(method, MethodDescriptorType):
        return method
    raise Unknown


def _function(called: Any) -> Any:
    """A function of a library's own, and no other of its name."""
    if FUNCTIONS.get(id(called)) is called:
        return called
    name = getattr(called, "__name__", "") if type(called) is BuiltinFunctionType else ""
    of_torch = getattr(getattr(sys.modules.get("torch"), "_C", None), "_VariableFunctions", None)
    if name in OF_TENSORS.split() and called == getattr(of_torch, name, None):
        return called
    raise Unknown


def _is_number(held: Any) -> bool:
    return type(held) in (bool, int, float) or type(held) in (np.float64, np.float32, np.int64)


def _is_plain(held: Any) -> bool:
    """True of what runs nobody's code when it is used."""
    if type(held) in (list, tuple):
        return all(map(_is_plain, held))
    if type(held) is slice:
        return all(map(_is_plain, (held.start, held.stop, held.step)))
    if is_array(held) or type(held) in PLAIN:
        return True
    return any(held is kind for kind in DTYPES)
