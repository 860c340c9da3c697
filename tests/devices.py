"""The devices a test runs on: every real one present, and the pretend one."""

from contextlib import nullcontext

import pytest
import simgpu
import torch


def present() -> list[str]:
    """Name every device this machine can compute on, simgpu last."""
    real = ["cpu"]
    real += ["cuda"] if torch.cuda.is_available() else []
    real += ["mps"] if torch.backends.mps.is_available() else []
    return [*real, simgpu.NAME]


def device_fixture():
    """Make a `device` fixture for a test module: `device = device_fixture()`.

    Tests that take it run once per device present and once on simgpu, which is switched on for that
    test alone: its modes see every torch operation, and would slow down the rest.
    """

    @pytest.fixture(params=present())
    def device(request):
        if request.param == simgpu.NAME and not simgpu.available():
            pytest.skip(f"torch {torch.__version__} has no Python backends, which simgpu needs")
        pretend = simgpu.active() if request.param == simgpu.NAME else nullcontext()
        # TF32 convolutions keep three digits, and would hide what is compared here.
        with pretend, torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            yield torch.device(request.param)

    return device
