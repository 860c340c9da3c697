"""Gradient descent takes torch.optim's steps, and does not wait for torch's compiler."""

import subprocess
import sys

import pytest
import torch

from coursekit.errors import ArgumentError
from coursekit.training import SGD, cosine


def net():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_every_step_is_torchs_to_the_last_bit(momentum):
    mine, theirs = net(), net()
    own = SGD(mine.parameters(), lr=0.1, momentum=momentum)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=momentum)
    for _ in range(20):
        x = torch.randn(16, 4)
        own.descend(mine(x).square().mean())
        optimizer.zero_grad()
        theirs(x).square().mean().backward()
        optimizer.step()
    for a, b in zip(mine.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_rate_for_each_replica():
    w = torch.ones(2, 3, requires_grad=True)
    SGD([w], lr=torch.tensor([[1.0], [0.5]])).step([torch.ones(2, 3)])
    assert torch.equal(w, torch.tensor([[0.0] * 3, [0.5] * 3]))


def test_the_cosine_is_torchs():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)
    for done in range(50):
        assert optimizer.param_groups[0]["lr"] == pytest.approx(cosine(0.3, done, 50), rel=1e-9)
        optimizer.step()
        schedule.step()
    assert cosine(0.3, 50, 50) == 0


def test_a_gradient_too_few_is_refused():
    w = torch.zeros(3)
    with pytest.raises(ArgumentError, match="one gradient for each of 1 parameters; got 0"):
        SGD([w], lr=0.1).step([])


def test_a_step_does_not_import_torchs_compiler():
    code = (
        "import sys, torch; from coursekit.training import SGD; w = torch.ones(3).requires_grad_();"
        "SGD([w], lr=0.1).descend(w.square().sum()); print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
