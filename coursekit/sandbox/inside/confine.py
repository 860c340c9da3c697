"""Limits that bind the host itself from its first message on: memory, time, files, processes."""

import os
import random
import resource
import sys

import numpy as np

from ..wire.messages import Begin
from .syscalls import refuse_system_calls


def confine(begin: Begin, mapped: int) -> None:
    """Take on the limits, and cut the standard streams off.

    Args:
        mapped: bytes of address space that are in use already.
    """
    limits = {
        "CPU": begin.processor_seconds,
        "AS": mapped + begin.memory,  # torch maps far more than it uses
        "FSIZE": begin.file_size,
        "NPROC": begin.processes,
        "NOFILE": begin.files,
        "CORE": 0,
    }
    for name, most in limits.items():
        if most >= 0:
            kind = getattr(resource, f"RLIMIT_{name}")
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
    _silence()
    if begin.processes >= 0:  # in a box; without one, nothing pretends to hold
        refuse_system_calls()


def seed() -> None:
    """Two runs of one submission draw the same numbers."""
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        import torch

        torch.manual_seed(0)
        torch.set_num_threads(1)


def address_space() -> int:
    """Bytes of address space that this process uses."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 4 << 30  # no /proc to read: enough for a CPU build of torch


def _silence() -> None:
    """From here on prints go nowhere: they cost nothing, and can never look like a frame."""
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
