"""Reading from batch mates."""

import torch

from coursekit.devices import generator
from coursekit.experiments import leakage as experiment


def test_mates_are_of_the_answer_s_class_and_the_first_is_anybody():
    y = torch.arange(10).repeat(30)
    x = y[:, None].float()
    inputs, answers = experiment.draw(x, y, [generator(s) for s in range(3)], 8, 40)
    groups = inputs.view(3, 40, 8)
    assert (groups[..., 1:] == answers[..., None]).all()
    agrees = (groups[..., 0] == answers).float().mean()
    assert 0 < agrees < 0.3
