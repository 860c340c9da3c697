"""Python's, NumPy's and torch's own words for what went wrong, retold in a plain sentence."""

import re
from collections.abc import Callable, Iterable

from coursekit.checking.answer import AnswerError
from coursekit.checking.explain import MEANINGS
from coursekit.checking.guest.scene import Scene
from coursekit.checking.words import closest

Told = str | Callable[[re.Match[str], Scene], str]

PYTHON_2 = {
    "iteritems": "items()", "itervalues": "values()", "iterkeys": "keys()",
    "xrange": "range", "unicode": "str", "raw_input": "input", "has_key": "`key in table`",
    "long": "int", "basestring": "str", "reduce": "functools.reduce",
}  # fmt: skip
# What is called otherwise in the other library, or is no longer there.
TORCH_TO_NUMPY = {
    "unsqueeze": "np.expand_dims", "permute": "transpose", "clamp": "clip", "view": "reshape",
    "numel": "size", "clone": "copy", "float": "astype(float)", "dim": "ndim",
    "expand": "np.broadcast_to", "sqrt": "np.sqrt(x)", "exp": "np.exp(x)", "pow": "x ** 2",
    "detach": "", "cpu": "", "numpy": "", "item": "",
}  # fmt: skip
NUMPY_TO_TORCH = {
    "astype": "to(dtype)", "copy": "clone", "transpose": "permute", "ptp": "max() - min()",
}  # fmt: skip
KEYWORDS = {
    "keepdims": "keepdim", "keepdim": "keepdims", "axis": "dim", "dim": "axis",
    "unbiased": "ddof", "ddof": "correction",
}  # fmt: skip


def meaning(error: AnswerError, seen: Scene) -> str:
    """What an error means, in a sentence; "" where its own words say enough."""
    if squeezed := _squeezed(error, seen):
        return squeezed
    for kinds, pattern, told in TABLE:
        if error.isa(*kinds.split()) or error.kind in kinds.split():
            found = re.search(pattern, error.message)
            said = (told if isinstance(told, str) else told(found, seen)) if found else ""
            if said:
                return said
    return MEANINGS.get(error.kind, "")


def _squeezed(error: AnswerError, seen: Scene) -> str:
    """Said where an axis is missed that a squeeze() may have taken away."""
    missed = r"broadcast|out of bounds|out of range|axes don't match|Dimension out|must match"
    missed += r"|too many indices|mismatch in its core|at least two-dim|enough dimensions"
    if not seen.squeezed or not re.search(missed, error.message):
        return ""
    return (
        f"`{seen.squeezed}` takes away every axis of length one, and one of the arrays here has "
        "such an axis by its size alone: name the axis that is to go."
    )


def _nothing(found: re.Match[str], seen: Scene) -> str:
    """What should not have been None."""
    names = [f"`{name}`" for name, what in seen.met if what == "None"]
    if names:
        return f"What should have set {' and '.join(names)}, and did a function return it?"
    if "None" in seen.code:
        return "None is written there, where a value is needed."
    unnamed = "Something there is None: a function without `return` gives None."
    return unnamed if "NoneType" in found.string else ""


def _unknown(found: re.Match[str], seen: Scene) -> str:
    """A name that nothing has."""
    name = found[1]
    if name in PYTHON_2:
        return _python_2(name)
    near = closest(name, [other for other in seen.names if other != name])
    return f"Nothing is called `{name}` there; is `{near}` meant?" if near else ""


def _python_2(name: str) -> str:
    return f"`{name}` is Python 2's; Python 3 has {PYTHON_2[name]}."


def _attribute(found: re.Match[str], seen: Scene) -> str:
    kind, name = found[1], found[2]
    if kind == "NoneType":
        return _nothing(found, seen)
    if name in PYTHON_2:
        return _python_2(name)
    if kind.endswith("ndarray") or kind.startswith("float") or kind.startswith("numpy."):
        if name in TORCH_TO_NUMPY:
            instead = f"is {TORCH_TO_NUMPY[name]}" if TORCH_TO_NUMPY[name] else "is left out"
            return f"`.{name}` is torch's; for a NumPy array it {instead}."
    if kind in ("Tensor", "Parameter") and name in NUMPY_TO_TORCH:
        return f"`.{name}` is NumPy's; for a tensor it is {NUMPY_TO_TORCH[name]}."
    if kind in ("int", "float") and name in ("shape", "mean", "sum", "T", "ndim", "reshape"):
        return "That is a plain number of Python's, and no array: where did its axes go?"
    if kind in ("list", "tuple") and name in ("shape", "mean", "sum", "T", "ndim", "reshape"):
        return f"That is a {kind}, and no array: `np.array` makes one of it."
    return ""


def _removed(found: re.Match[str], seen: Scene) -> str:
    plain = {"float": "float", "int": "int", "bool": "bool", "object": "object", "Inf": "np.inf",
             "float_": "np.float64", "NaN": "np.nan", "infty": "np.inf"}  # fmt: skip
    name = found[1]
    return f"NumPy no longer has `np.{name}`: write `{plain[name]}`." if name in plain else ""


def _keyword(found: re.Match[str], seen: Scene) -> str:
    name = found[1]
    if name not in KEYWORDS:
        return f"That function has no option called `{name}`."
    other = KEYWORDS[name]
    return f"That function has no option `{name}`; NumPy and torch differ here: try `{other}`."


def _unset(found: re.Match[str], seen: Scene) -> str:
    return (
        f"`{found[1]}` is given a value further down, or in a branch or loop that did not run for "
        "this input, so it has none yet. A name that is set anywhere in a function is local in all "
        "of it."
    )


def _key(found: re.Match[str], seen: Scene) -> str:
    for name, what in seen.met:
        if what.startswith("a dict with "):
            near = closest(found.string.strip("'"), re.findall(r"'([^']*)'", what))
            return f"`{name}` has no such key{f'; is {near!r} meant?' if near else '.'}"
    return ""


# Which exceptions, words of theirs, and what is said. The first that fits is told.
TABLE: Iterable[tuple[str, str, Told]] = (
    ("UnboundLocalError", r"local variable '(\w+)'", _unset),
    ("NameError", r"name '(\w+)' is not defined", _unknown),
    ("AttributeError", r"module 'numpy' has no attribute '(\w+)'", _removed),
    ("AttributeError", r"'([\w.]+)' object has no attribute '(\w+)'", _attribute),
    ("TypeError ValueError RuntimeError", r"NoneType|\bNone\b", _nothing),
    ("KeyError", r"", _key),
    ("TypeError", r"unexpected keyword argument '(\w+)'", _keyword),
    ("TypeError", r"'(builtin_function_or_)?method' object is not",
     "A method is called with round brackets, as in `x.mean()`; square ones index."),
    ("TypeError", r"'(?!(?:Tensor|Parameter)')[A-Z]\w*' object is not callable",
     "An object is called as a function only where its class has a method `__call__`."),
    ("TypeError", r"'[\w.]+' object is not callable",
     "A value stands before the round bracket as if it were a function: is a `*` missing, "
     "or has a name been given away?"),
    ("TypeError", r"missing \d+ required positional",
     "The call gives fewer arguments than that function takes."),
    ("TypeError", r"takes .* positional arguments? but",
     "The call gives more arguments than that function takes."),
    ("TypeError", r"multiple values for argument",
     "One argument is given twice: by its place and by its name."),
    ("TypeError", r"must be integers or slices, not str",
     "A list or a tuple has no names, only places; a dict is asked by name."),
    ("TypeError", r"must be integers or slices, not tuple",
     "A list takes one place at a time, as in `a[i][j]`; only an array takes several."),
    ("TypeError", r"'float' object cannot be interpreted as an integer|must be integers or slices"
                  r"|integer argument expected|only integers, slices|sequence of integers",
     "A whole number is needed there; `/` always gives a float, and `//` a whole number."),
    ("TypeError", r"only (length-1|0-dimensional|size-1) arrays can be converted",
     "One number is needed there and an array came; the functions of `math` and `float()` "
     "take no arrays, those of `np` do."),
    ("ValueError RuntimeError", r"truth value of an array|Boolean value of Tensor",
     "`if`, `and` and `or` need one True or False, and an array has many: `.any()`, "
     "`.all()` or `np.where` say which is meant."),
    ("ValueError", r"(not enough|too many) values to unpack",
     "The left side names another number of values than the right side gives."),
    ("TypeError", r"cannot unpack non-iterable (\w+)",
     "The left side names several values, and the right side gives one."),
    ("TypeError", r"'tuple' object does not support item",
     "A tuple cannot be changed: make a list, or an array."),
    ("TypeError", r"unsupported operand .*'(list|tuple|dict|str)'",
     "A list or tuple does not compute as an array does; `np.array` makes one of it."),
    ("ZeroDivisionError", r"", "What it divides by is 0 there."),
    ("UFuncTypeError", r"Cannot cast ufunc",
     "The array holds whole numbers and keeps doing so under `+=`, `-=`, `*=` and `/=`; "
     "write `x = x - …`, which makes a new one."),
    ("ValueError", r"read-only", "That array may not be written to: work on a copy."),
    ("ValueError", r"cannot reshape array of size|is invalid for input of size",
     "A reshape keeps the number of values; the axes asked for have another product."),
    ("RuntimeError", r"shape '.*' is invalid",
     "A reshape keeps the number of values; the axes asked for have another product."),
    ("AxisError IndexError", r"array of dim|Dimension out of range|too many indices",
     "The array there has fewer axes than that. It may come so, or an axis was reduced away: "
     "`keepdims=True` leaves an axis of length 1."),
    ("ValueError", r"axes don't match|repeated axis|duplicate value in",
     "A permutation names every axis of the array once."),
    ("IndexError", r"tuple index out of range",
     "The shape has fewer entries than that: the array has fewer axes."),
    ("IndexError", r"out of bounds|out of range",
     "Indices begin at 0, so that the last one is the length less one."),
    ("ValueError", r"select an axis to squeeze",
     "Only an axis of length one can be squeezed away, and that one is longer here."),
    ("LinAlgError", r"dimensional", "A matrix is needed there, which has two axes or more."),
    ("LinAlgError", r"[Ss]ingular", "That matrix has no inverse: a row of it says nothing new."),
    ("ValueError", r"matmul|core dim|enough dimensions",
     "A matrix product takes the last axis of the left one and the last but one of the "
     "right one, which must be equally long."),
    ("RuntimeError", r"mat1 and mat2|must match|size mismatch",
     "The shapes do not fit: they are lined up from the right, and lengths must be equal or 1."),
    ("RuntimeError", r"leaf Variable|in-place operation",
     "Autograd does not allow that tensor to be changed in place: make a new one, or do it "
     "under `torch.no_grad()`."),
    ("RuntimeError", r"Can't call numpy\(\)|does not require grad|requires grad",
     "Whether a tensor is part of the graph of gradients matters there; `detach()` takes it out."),
    ("RuntimeError", r"expected (scalar type|m1 and m2)|same dtype",
     "Two tensors of different dtypes meet there: make both float32 or both float64."),
    ("ModuleNotFoundError ImportError", r"No module named",
     "Only what the first cell imports is needed here."),
)  # fmt: skip
