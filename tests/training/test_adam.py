"""Adam is torch's."""

import torch

from coursekit.training import Adam


def test_adam_takes_torch_s_steps():
    start = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    ours, theirs = (start.clone().requires_grad_() for _ in range(2))
    adam, reference = Adam([ours], 0.01), torch.optim.Adam([theirs], lr=0.01)
    for _ in range(5):
        adam.descend((ours.cos() * ours).sum())
        reference.zero_grad()
        (theirs.cos() * theirs).sum().backward()
        reference.step()
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_each_replica_has_its_own_rate():
    w = torch.ones(2, 3, 1, requires_grad=True)
    Adam([w], torch.tensor([0.1, 0.2]).view(2, 1, 1)).descend((w**2).sum())
    torch.testing.assert_close(w.detach()[:, 0, 0], torch.tensor([0.9, 0.8]))
