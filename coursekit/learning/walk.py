"""All that a function uses, written down as one value: two that are equal are the same function.

Its code, its defaults, and what its enclosing and global names hold, through every function, class
and object that these lead to; of libraries what their modules and classes hold.
"""

import builtins
import dis
import functools
import operator
import sys
import types
from collections import OrderedDict
from typing import Any

import numpy as np

LIBRARIES = {*"numpy torch math cmath operator itertools functools typing coursekit".split()}
UNKNOWABLE = frozenset(
    "globals locals vars eval exec compile open input id dir breakpoint help __import__".split()
)
DUNDERS = frozenset("__init__ __class__ __call__ __name__ __len__ __getitem__ __iter__".split())
LARGEST = 1 << 24  # bytes of arrays that a function reads
PLAIN = (type(None), bool, int, float, complex, str, bytes, range, type(...))
IMPORT = dis.opmap["IMPORT_NAME"]
BUILTIN = (types.BuiltinFunctionType, types.WrapperDescriptorType, types.MethodDescriptorType)


class Doubt(Exception):
    """Something that a function uses could change unseen."""


class Same:
    """An object that is only equal to itself, and cannot go while it is remembered."""

    def __init__(self, value: Any):
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


class Pinned:
    """What a library's module or class holds, each value only equal to itself; not one by one.

    Of functions their code and their defaults too. Few objects: tens of thousands would call the
    garbage collector, which takes half a second where torch is loaded.
    """

    def __init__(self, home: Any):
        names = dict(vars(home))
        written = [v for v in names.values() if type(v) is types.FunctionType]
        self.names = list(names)
        self.values = [*names.values(), *(f.__code__ for f in written)]
        self.values += [f.__defaults__ for f in written]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pinned) or self.names != other.names:
            return False
        many = len(self.values) == len(other.values)
        return many and all(map(operator.is_, self.values, other.values))

    __hash__ = None  # type: ignore[assignment]


def whole_torch() -> Any:
    """Torch, if all of it is there: what is still being imported nobody has used yet."""
    torch = sys.modules.get("torch")
    return None if getattr(getattr(torch, "__spec__", None), "_initializing", False) else torch


class Walk:
    """One walk over what a function uses; what is met twice is the same object both times."""

    def __init__(self) -> None:
        self.places: dict[int, int] = {}
        self.held: list[Any] = []  # no id is given away during the walk
        self.names: set[str] = set()  # all that code mentions
        self.around: list[dict[str, Any]] = []  # global names of the functions met
        self.modules: list[types.ModuleType] = []
        self.classes: list[type] = [np.ndarray]
        self.size = 0

    def of(self, value: Any) -> Any:
        """A value as one to compare. Raises Doubt."""
        kind = type(value)
        if kind in PLAIN:
            return (kind, repr(value))
        if value is np.newaxis or isinstance(value, np.dtype):
            return Same(value)
        if isinstance(value, np.generic) and value.dtype.kind in "biufc":
            return (kind, value.tobytes())
        if id(value) in self.places:
            return ("seen", self.places[id(value)])
        self.places[id(value)] = len(self.places)
        self.held.append(value)
        return (kind.__name__, *self._inside(value, kind))

    def _inside(self, value: Any, kind: type) -> tuple:
        if kind is np.ndarray:
            return self._array(value)
        if kind in (list, tuple):
            return tuple(map(self.of, value))
        if kind in (dict, OrderedDict):
            return tuple((self.of(k), self.of(v)) for k, v in value.items())
        if kind in (staticmethod, classmethod):
            return (self.of(value.__func__),)
        if kind is set and all(type(v) is str for v in value):
            return tuple(sorted(value))
        if kind is property:
            return (self.of(value.fget), self.of(value.fset), self.of(value.fdel))
        if kind is types.MethodType:
            return (self.of(value.__func__), self.of(value.__self__))
        if kind is functools.partial:
            return (self.of(value.func), self.of(value.args), self.of(value.keywords))
        if kind is types.ModuleType:
            return self._module(value)
        if kind in BUILTIN or kind is np.ufunc:
            bound = getattr(value, "__self__", None)
            if bound is not None and not isinstance(bound, type | types.ModuleType):
                raise Doubt
            return (Same(value),)
        if kind is types.FunctionType:
            return self._function(value)
        if isinstance(value, type):
            return self._class(value)
        if kind.__module__.partition(".")[0] == "torch" and hasattr(value, "requires_grad"):
            return self._tensor(value)
        return self._object(value, kind)

    def _array(self, value: np.ndarray) -> tuple:
        self.size += value.nbytes
        if value.dtype.kind not in "biufc" or self.size > LARGEST:
            raise Doubt
        about = (value.dtype.str, value.shape, value.strides, value.flags.writeable)
        return (*about, value.tobytes())

    def _tensor(self, value: Any) -> tuple:
        if (
            value.grad_fn is not None
            or value.device.type != "cpu"
            or value.layout.__repr__() != ("torch.strided")
        ):
            raise Doubt
        about = (str(value.dtype), value.stride(), value.requires_grad, Same(type(value)))
        plain = value.detach()
        whole = plain.double() if "bfloat16" in str(value.dtype) else plain
        return (*about, self._array(whole.numpy()))

    def _module(self, value: types.ModuleType) -> tuple:
        if value.__name__.partition(".")[0] not in LIBRARIES:
            raise Doubt
        self.modules.append(value)
        return (Same(value),)

    def _function(self, value: types.FunctionType) -> tuple:
        code, home = value.__code__, value.__globals__
        if _is_librarys(home) and not value.__closure__:  # one that `use` made has a closure
            return (Same(value), Same(code), Same(value.__defaults__))
        self.around += [home] if not any(home is known for known in self.around) else []
        names = _mentioned(code)
        if names & UNKNOWABLE or any(n.startswith("__") and n not in DUNDERS for n in names):
            raise Doubt
        self.names |= names
        built = home.get("__builtins__", builtins)
        built = vars(built) if isinstance(built, types.ModuleType) else built
        found: list[Any] = []
        for name in sorted(names):
            if name in home:
                found.append((name, self.of(home[name])))
            elif name in built:
                found.append((name, Same(built[name])))
        cells = [self.of(_held(cell)) for cell in value.__closure__ or ()]
        about = [self.of(x) for x in (value.__defaults__, value.__kwdefaults__, vars(value))]
        return (code, value.__name__, tuple(found), tuple(cells), tuple(about))

    def _class(self, value: type) -> tuple:
        if _is_there(value):
            self.classes.append(value)
            return (Same(value),)
        if type(value) is not type:
            raise Doubt
        skipped = ("__dict__", "__weakref__", "__doc__", "__annotations__")
        body = [(n, self.of(v)) for n, v in vars(value).items() if n not in skipped]
        return (value.__qualname__, tuple(map(self.of, value.__bases__)), tuple(body))

    def _object(self, value: Any, kind: type) -> tuple:
        if type(kind) is not type or not hasattr(value, "__dict__") or hasattr(kind, "__slots__"):
            raise Doubt
        if any(c.__module__ == "builtins" and c is not object for c in kind.__mro__):
            raise Doubt  # a list with a name, say
        if _is_there(kind) and not kind.__module__.startswith("torch.nn."):
            raise Doubt
        return (self.of(kind), self.of(vars(value)))

    def libraries(self) -> tuple:
        """What the libraries in reach hold, so that one that was patched is another."""
        if (torch := whole_torch()) is not None:
            self.classes.append(torch.Tensor)
        todo, modules = list(self.modules), dict[int, Pinned]()
        todo += [m for n, m in list(sys.modules.items()) if n.partition(".")[0] == "numpy"]
        while todo:
            module = todo.pop()
            if id(module) in modules:
                continue
            modules[id(module)] = Pinned(module)
            for name in self.names & vars(module).keys():
                value = vars(module)[name]
                if isinstance(value, types.ModuleType):
                    todo.append(value)
                elif isinstance(value, type):
                    self.classes.append(value)
        classes = {base: None for kind in self.classes for base in kind.__mro__}
        return (modules, [(Same(base), Pinned(base)) for base in classes])


def _is_librarys(home: dict[str, Any]) -> bool:
    """True if these are the global names of a library's module, whatever a function says."""
    name = home.get("__name__")
    known = isinstance(name, str) and name.partition(".")[0] in LIBRARIES
    return known and getattr(sys.modules.get(str(name)), "__dict__", None) is home


def _is_there(value: type) -> bool:
    """True if a class is Python's own or a library's: it is found where it says that it is."""
    module, name = value.__module__, value.__qualname__
    known = module == "builtins" or module.partition(".")[0] in LIBRARIES
    return known and getattr(sys.modules.get(module), name, None) is value


def _held(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        raise Doubt from None


def _mentioned(code: types.CodeType) -> set[str]:
    """The global names and attributes in code, and inside it. Raises Doubt where it imports."""
    if IMPORT in code.co_code[::2]:
        raise Doubt
    names = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            names |= _mentioned(inner)
    return names
