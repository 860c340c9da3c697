"""A pretend accelerator for machines without one: real numbers, strict placement rules.

`enable()` registers a torch device named "simgpu". Its tensors hold real CPU values, so a training
loop runs and converges, but they refuse what CUDA would refuse, in CUDA's words: an operation that
mixes devices, `.numpy()`, a plot of a device tensor, a CPU generator for a device tensor.

It cannot show what depends on the chip: kernels, streams, TF32. Keep a short run on a real GPU.
"""

from contextlib import contextmanager

import torch
from torch.overrides import TorchFunctionMode
from torch.utils import backend_registration
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

NAME = "simgpu"

aten = torch.ops.aten
INDEXING = {  # a CPU index tensor is allowed, as on CUDA
    aten.index.Tensor,
    aten.index_put_.default,
    aten.index_put.default,
    aten._index_put_impl_.default,
}
COPIES = {aten.copy_.default, aten._to_copy.default}  # these exist to cross devices
BUILDERS = {torch.tensor, torch.as_tensor, torch.asarray}  # these never reach the dispatcher,
NEW_TENSOR = torch.Tensor.new_tensor  # nor does this


_modes: list = []  # those of `enable`, which nothing switches off


def available() -> bool:
    """Tell whether this torch has Python backends, which are private and experimental."""
    return hasattr(backend_registration, "_setup_privateuseone_for_python_backend")


def enable() -> None:
    """Make device "simgpu" work for the rest of the process. Calling it again does nothing.

    Raises:
        RuntimeError: this torch has no Python backends.
    """
    _refuse_old_torch()
    if not _modes:
        _modes.extend((_Dispatch(), _Functions()))
        for mode in _modes:
            mode.__enter__()


@contextmanager
def active():
    """Make device "simgpu" work inside a `with` block.

    Raises:
        RuntimeError: this torch has no Python backends.
    """
    _refuse_old_torch()
    with _Dispatch(), _Functions():
        yield


def _refuse_old_torch() -> None:
    if not available():
        raise RuntimeError(f"simgpu needs torch's Python backends; {torch.__version__} has none")


if available():
    # On import, because the first backward pass counts the devices, once for the whole process.
    backend_registration._setup_privateuseone_for_python_backend(NAME)


class SimTensor(torch.Tensor):
    """A tensor that says it lives on simgpu:0 and keeps its numbers in `held`, on the CPU."""

    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, held, requires_grad=False):
        wrapper = torch.Tensor._make_wrapper_subclass(
            cls,
            held.shape,
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            layout=held.layout,
            device=torch.device(NAME, 0),
            requires_grad=requires_grad,
        )
        wrapper.held = held
        return wrapper

    @classmethod
    def __torch_dispatch__(cls, op, types, args=(), kwargs=None):
        return _run(op, args, kwargs or {})

    def __repr__(self, **_):
        return f"{self.held!r}"[:-1] + f", device='{NAME}:0')"

    def __format__(self, spec):
        return format(self.held.item(), spec) if self.dim() == 0 else object.__format__(self, spec)

    def tolist(self):
        return self.held.tolist()

    def numpy(self, *_, **__):
        raise TypeError(
            f"can't convert {NAME}:0 device type tensor to numpy. "
            "Use Tensor.cpu() to copy the tensor to host memory first."
        )

    def __array__(self, *_, **__):
        return self.numpy()


def _run(op, args, kwargs):
    """Run one operation on the CPU numbers, after checking that every tensor may take part."""
    tensors = [t for t in tree_leaves((args, kwargs)) if isinstance(t, torch.Tensor)]
    ours = [t for t in tensors if isinstance(t, SimTensor)]
    others = [t for t in tensors if not isinstance(t, SimTensor)]
    _refuse_mixing(op, ours, others)
    if op is aten.copy_.default and ours and not isinstance(args[0], SimTensor):
        return args[0].copy_(args[1].held)  # device to host
    target = kwargs.get("device")
    to_ours = bool(ours) if target is None else torch.device(target).type == NAME
    if target is not None and to_ours:
        kwargs = {**kwargs, "device": torch.device("cpu")}
    result = op(*tree_map(_held, args), **tree_map(_held, kwargs))
    if not to_ours or op is aten._local_scalar_dense.default:  # .item() gives a number
        return result
    wrapper_of = {id(t.held): t for t in ours}  # an in-place result must be the same wrapper

    def wrap(value):
        if not isinstance(value, torch.Tensor) or isinstance(value, SimTensor):
            return value
        same = wrapper_of.get(id(value))
        if same is None:
            return SimTensor(value)
        if (same.shape, same.stride()) != (value.shape, value.stride()):  # squeeze_, t_
            same.data = SimTensor(value)
        return same

    return tree_map(wrap, result)


def _refuse_mixing(op, ours, others):
    """Raise CUDA's error if `op` mixes devices; a 0-dim CPU tensor may join, as on CUDA."""
    crosses = op in INDEXING or op in COPIES
    if ours and not crosses and any(t.dim() > 0 for t in others):
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found at least two devices, "
            f"{NAME}:0 and cpu! (op {op})"
        )


def _held(value):
    return value.held if isinstance(value, SimTensor) else value


def _asks_for_us(kwargs) -> bool:
    wanted = kwargs.get("device")
    return wanted is not None and torch.device(wanted).type == NAME


class _Dispatch(TorchDispatchMode):
    """Sees every operation, so that factories and `.to("simgpu")` work."""

    @classmethod
    def _should_skip_dynamo(cls):  # torch would import its compiler, three seconds, to skip it
        return False

    def __torch_dispatch__(self, op, types, args=(), kwargs=None):
        return _run(op, args, kwargs or {})


class _Functions(TorchFunctionMode):
    """Sees every torch function: catches what never reaches the dispatcher as an operation."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if function is NEW_TENSOR and isinstance(args[0], SimTensor):
            kwargs = {"dtype": args[0].dtype, "device": NAME, **kwargs}
            function, args = torch.tensor, args[1:]
        if not _asks_for_us(kwargs):
            return function(*args, **kwargs)
        if function in BUILDERS:  # build on the CPU, then move
            del kwargs["device"]
            requires_grad = kwargs.pop("requires_grad", False)
            return function(*args, **kwargs).to(NAME).requires_grad_(requires_grad)
        generator = kwargs.get("generator")
        if generator is not None and generator.device.type == "cpu":
            raise RuntimeError(f"Expected a '{NAME}' device type for generator but found 'cpu'")
        return function(*args, **kwargs)
