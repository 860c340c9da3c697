import subprocess
import sys

import pytest
import torch

from coursekit.devices import device, generator, one_thread, quick
from coursekit.errors import DeviceError


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("COURSEKIT_DEVICE", "COURSEKIT_QUICK"):
        monkeypatch.delenv(name, raising=False)


def test_the_best_device_present_is_chosen(monkeypatch):
    for cuda, mps, expected in [(0, False, "cpu"), (0, True, "mps"), (1, True, "cuda")]:
        monkeypatch.setattr(torch.cuda, "device_count", lambda count=cuda: count)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda there=mps: there)
        assert device() == torch.device(expected)


@pytest.mark.parametrize("name", ["cpu", "simgpu", " cpu "])
def test_the_environment_chooses(monkeypatch, name):
    pytest.importorskip("simgpu")  # registers the name with torch
    monkeypatch.setenv("COURSEKIT_DEVICE", name)
    assert device() == torch.device(name.strip())


def test_a_numbered_gpu_may_be_asked_for(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setenv("COURSEKIT_DEVICE", "cuda:1")
    assert device() == torch.device("cuda", 1)


@pytest.mark.parametrize("name", ["gpu", "tpu:0", "CPU", "cuda0"])
def test_a_name_that_is_no_device_is_refused_with_the_choices(monkeypatch, name):
    monkeypatch.setenv("COURSEKIT_DEVICE", name)
    with pytest.raises(DeviceError, match=rf"is '{name}'; choose one of cuda, mps, cpu, or unset"):
        device()


@pytest.mark.parametrize("name", ["cuda", "cuda:7", "mps", "cuda:", "cpu:x"])
def test_a_device_that_is_not_here_is_refused_with_what_is(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setenv("COURSEKIT_DEVICE", name)
    with pytest.raises(DeviceError, match=rf"'{name}'.*no such device here; choose one of cpu"):
        device()


def test_equal_seeds_draw_equal_numbers_and_leave_the_global_state_alone():
    before = torch.get_rng_state()
    draws = [torch.randn(3, generator=generator(seed)) for seed in (0, 0, 1)]
    assert torch.equal(draws[0], draws[1]) and not torch.equal(draws[0], draws[2])
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("asked, expected", [(None, 1), ("2", 2)])
def test_small_networks_run_on_one_thread_unless_told_otherwise(monkeypatch, asked, expected):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if asked:
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        one_thread()
        assert torch.get_num_threads() == expected
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("value, expected", [("1", True), ("yes", True), ("0", False), ("", False)])
def test_quick_mode_is_asked_for_by_the_environment(monkeypatch, value, expected):
    assert quick() is False
    monkeypatch.setenv("COURSEKIT_QUICK", value)
    assert quick() is expected


def test_importing_it_does_not_load_torch():
    code = "import coursekit.devices, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
