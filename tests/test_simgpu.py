"""The pretend accelerator: what CUDA allows works with real numbers, what it refuses is refused."""

import copy
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import simgpu
import torch
import torch.nn.functional as F
from torch import nn

pytestmark = pytest.mark.skipif(
    not simgpu.available(), reason=f"torch {torch.__version__} has no Python backends"
)


@pytest.fixture(autouse=True)
def pretend():
    with simgpu.active():
        yield


def cpu(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def both(f, *inputs):
    """Run f on the CPU and on simgpu, and return the two results on the CPU."""
    return f(*inputs), f(*(a.to("simgpu") for a in inputs)).cpu()


OPERATIONS = {
    "linear": (lambda x, w: F.linear(x, w), (5, 4), (3, 4)),
    "convolution": (lambda x, w: F.conv2d(x, w, padding=1), (2, 3, 5, 5), (4, 3, 3, 3)),
    "batch norm": (lambda x: F.batch_norm(x, None, None, training=True), (5, 4, 3)),
    "group norm": (lambda x: F.group_norm(x, 2), (5, 4, 3)),
    "layer norm": (lambda x: F.layer_norm(x, (3,)), (5, 4, 3)),
    "in-place": (lambda x: x.clone().mul_(2).add_(1), (5, 4)),
    "views": (lambda x: x.T[1:].reshape(-1).unflatten(0, (3, 5)).sum(0), (5, 4)),
    "index": (lambda x: x[torch.arange(3).flip(0)], (5, 4)),
    "masked assignment": (lambda x: x.clone().masked_fill(x > 0, -1), (5, 4)),
    "einsum": (lambda x, w: torch.einsum("ij,kj->ik", x, w), (5, 4), (3, 4)),
    "a 0-dim CPU scalar": (lambda x: x * torch.tensor(2.0), (5, 4)),
    "sort": (lambda x: x.sort(0).values, (5, 4)),
    "vector by matrix": (lambda u, x: u @ x, (5,), (5, 4)),
    "in-place change of shape": (lambda x: x[:, None].clone().squeeze_(1).t_().mul_(2), (5, 4)),
    "new_tensor": (lambda x: x * x.new_tensor([1.0, 2.0, 3.0, 4.0]), (5, 4)),
    "vmap": (lambda x: torch.vmap(torch.sum)(x), (5, 4)),
    "softmax": (lambda x: F.cross_entropy(x, x.argmax(1)), (5, 4)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_give_the_cpus_numbers(name):
    f, *shapes = OPERATIONS[name]
    expected, y = both(f, *(cpu(*shape, seed=i) for i, shape in enumerate(shapes)))
    torch.testing.assert_close(y, expected)


def test_factories_moves_and_conversions():
    x = torch.zeros(2, 3, device="simgpu")
    assert x.device == torch.device("simgpu", 0) and x.dtype == torch.float32
    assert torch.ones_like(x).device.type == "simgpu"
    assert torch.tensor([1.0], device="simgpu", requires_grad=True).requires_grad
    assert x.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert x.sum().item() == 0 and f"{x.sum():.1f}" == "0.0" and bool((x == 0).all())
    assert repr(x[0]) == "tensor([0., 0., 0.], device='simgpu:0')"
    assert x.cpu().numpy().shape == (2, 3)
    assert x.double().dtype == torch.float64 and x.double().device.type == "simgpu"
    assert torch.empty(2, 3).copy_(x).device.type == "cpu"


REFUSED = {
    "mixing": (lambda x: x + torch.ones(4), RuntimeError, "same device.*simgpu:0 and cpu"),
    "matmul": (lambda x: x @ torch.ones(4, 2), RuntimeError, "same device"),
    "in-place": (lambda x: torch.ones(5, 4).add_(x), RuntimeError, "same device"),
    "cat": (lambda x: torch.cat([x, torch.ones(1, 4)]), RuntimeError, "same device"),
    "numpy": (lambda x: x.numpy(), TypeError, "can't convert simgpu:0.*Use Tensor.cpu"),
    "asarray": (lambda x: np.asarray(x), TypeError, "can't convert simgpu:0"),
    "numpy function": (lambda x: np.sin(x), TypeError, "can't convert simgpu:0"),
    "generator": (
        lambda x: torch.randn(3, device="simgpu", generator=torch.Generator()),
        RuntimeError,
        "'simgpu' device type for generator but found 'cpu'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cuda_refuses_is_refused_in_its_words(name):
    f, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        f(cpu(5, 4).to("simgpu"))


def test_plotting_a_device_tensor_is_refused():
    from matplotlib.figure import Figure

    with pytest.raises(TypeError, match=r"Use Tensor\.cpu"):
        Figure().subplots().plot(torch.ones(3, device="simgpu"))


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3)
    )


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam])
def test_training_follows_the_cpu_step_by_step(optimizer):
    x, target = cpu(6, 1, 4, 4), torch.tensor([0, 1, 2, 0, 1, 2])
    losses = []
    for device in ("cpu", "simgpu"):
        model = network().to(device)
        steps = optimizer(model.parameters(), lr=0.01)
        for _ in range(4):
            steps.zero_grad()
            loss = F.cross_entropy(model(x.to(device)), target.to(device))
            loss.backward()
            steps.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_a_model_copies_saves_and_loads():
    model = network().to("simgpu")
    x = cpu(6, 1, 4, 4).to("simgpu")
    model.eval()
    torch.testing.assert_close(copy.deepcopy(model)(x).cpu(), model(x).cpu())
    file = io.BytesIO()
    torch.save({name: a.cpu() for name, a in model.state_dict().items()}, file)
    file.seek(0)
    other = network()
    other.load_state_dict(torch.load(file))
    torch.testing.assert_close(other.eval()(x.cpu()), model(x).cpu())


def test_hooks_and_second_derivatives_work():
    x = cpu(5).to("simgpu").requires_grad_()
    seen = []
    x.register_hook(lambda g: seen.append(g.device.type))
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    torch.testing.assert_close(second.cpu(), 6 * x.detach().cpu())
    assert set(seen) == {"simgpu"}


def test_inference_mode_and_autocast_do_not_get_in_the_way():
    model, x = network().to("simgpu"), cpu(6, 1, 4, 4).to("simgpu")
    with torch.inference_mode():
        assert model(x).device.type == "simgpu"


def test_enable_lasts_for_the_process_and_may_be_called_twice():
    code = (
        "import simgpu; simgpu.enable(); simgpu.enable(); import torch;"
        "print(torch.ones(2, device='simgpu') + 1)"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    here = Path(__file__).parent
    result = subprocess.run(command, cwd=here, capture_output=True, text=True, check=True)
    assert result.stdout == "tensor([2., 2.], device='simgpu:0')\n"
