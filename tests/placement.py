"""Three ways to find a layer that works on the CPU alone, without owning another device."""

import copy

import torch


def run_everywhere(layer, inputs, device, call=None):
    """Run a layer on `device`, train-then-eval and eval-first, and compare with the CPU.

    Eval-first matters: a statistic that is not a buffer stays behind on the CPU, but the first
    training step may put a new one in its place, on the right device.

    Raises:
        AssertionError: an output has another device, dtype or value than it should.
        RuntimeError: what the device says of tensors that are elsewhere.
    """
    call = call or (lambda layer, inputs: layer(*inputs))
    for modes in ((True, False), (False, True)):
        here, there = copy.deepcopy(layer), copy.deepcopy(layer).to(device)
        moved = [a.to(device) for a in inputs]
        for training in modes:
            expected = call(here.train(training), inputs)
            y = call(there.train(training), moved)
            assert y.device.type == device.type, f"output on {y.device}"
            assert y.dtype == inputs[0].dtype, f"{inputs[0].dtype} became {y.dtype}"
            tolerance = 1e-5 if y.dtype == torch.float32 else 1e-10
            torch.testing.assert_close(y.cpu(), expected, rtol=tolerance, atol=tolerance)
            if y.requires_grad:
                y.backward(torch.cos(y.detach()))
        for name, p in there.named_parameters():
            assert p.grad is None or p.grad.device.type == device.type, name


def run_on_meta(layer, inputs):
    """Run a layer without numbers: a tensor made on the CPU inside meets meta ones, and fails."""
    layer = copy.deepcopy(layer).to("meta")
    for training in (False, True):
        y = layer.train(training)(*(a.to("meta") for a in inputs))
        assert y.device.type == "meta"


def stray_tensors(layer):
    """List the attributes that hold a tensor which is neither parameter nor buffer.

    `.to(device)` forgets those.
    """
    registered = {id(t) for t in (*layer.parameters(), *layer.buffers())}
    return [
        f"{name or 'layer'}.{key}"
        for name, module in layer.named_modules()
        for key, value in vars(module).items()
        if key not in ("_parameters", "_buffers", "_modules")
        and any(id(tensor) not in registered for tensor in _tensors(value))
    ]


def _tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item)]
    return []
