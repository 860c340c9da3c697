"""Where the numbers live: the device, the threads, the seeds, and the quick mode.

Every setting is an environment variable, read when asked for, so that a notebook, a test and the
grader choose in the same way:

    COURSEKIT_DEVICE   cuda, cuda:1, mps, cpu, or a device a test has registered (simgpu)
    COURSEKIT_QUICK    1: experiments shrink to one seed and a few steps
"""

import os
from typing import TYPE_CHECKING

from coursekit.errors import DeviceError

if TYPE_CHECKING:  # imported where used: this module stays light
    import torch

CHOICES = ("cuda", "mps", "cpu")  # in the order we prefer them
TRUSTED = ("simgpu",)  # the pretend accelerator: torch cannot list it, so its name is taken as is


def device() -> "torch.device":
    """Choose the torch device: COURSEKIT_DEVICE if set, else the best of CUDA, MPS and CPU.

    Returns:
        a torch.device. Draw random numbers with `generator`, on the CPU, and move them to it.

    Raises:
        DeviceError: COURSEKIT_DEVICE names no device, or one that is not here.
    """
    import torch

    wanted = os.environ.get("COURSEKIT_DEVICE", "").strip()
    if not wanted:
        return torch.device(next(name for name in CHOICES if _present(name)))
    name = wanted.partition(":")[0]
    if name not in (*CHOICES, *TRUSTED):
        raise DeviceError(
            f"COURSEKIT_DEVICE is {wanted!r}; choose one of {', '.join(CHOICES)}, or unset it"
        )
    if name in TRUSTED or _present(wanted):
        return torch.device(wanted)
    here = ", ".join(name for name in CHOICES if _present(name))
    raise DeviceError(
        f"COURSEKIT_DEVICE is {wanted!r}, and torch {torch.__version__} finds no such device here; "
        f"choose one of {here}, or unset it"
    )


def _present(name: str) -> bool:
    import torch

    kind, _, index = name.partition(":")
    counts = {
        "cuda": torch.cuda.device_count(),
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    return int(index) < counts[kind] if index.isdecimal() else not index and counts[kind] > 0


def generator(seed: int) -> "torch.Generator":
    """Make a seeded torch generator on the CPU, whatever the device.

    CUDA draws other numbers than the CPU from the same seed. Draw here, then `.to(device)`, and one
    reference serves every device; no global state is touched.
    """
    import torch

    return torch.Generator().manual_seed(seed)


def one_thread() -> None:
    """Run torch's CPU kernels on one thread, unless OMP_NUM_THREADS asks for a number.

    The networks of this course are small: a second thread costs more in waiting than it saves in
    work, and sums split over threads differ in the last digit from machine to machine.
    """
    import torch

    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)


def quick() -> bool:
    """Tell whether COURSEKIT_QUICK asks experiments for one seed and a few steps."""
    return os.environ.get("COURSEKIT_QUICK", "").strip() not in ("", "0")
