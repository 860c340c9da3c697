"""The last batch of an epoch."""

from itertools import islice

import torch

from coursekit.experiments import last_batch as experiment
from coursekit.training import Trainer, digits, mlp
from coursekit.training.network import BatchNorm


def test_arms_share_every_batch_but_the_last_of_an_epoch():
    kept = islice(experiment.orders(3, 1297, True), 2 * (experiment.FULL + 1))
    whole = [rows for rows in kept if len(rows) == experiment.SIZE]
    dropped = list(islice(experiment.orders(3, 1297, False), 2 * experiment.FULL))
    assert all(torch.equal(a, b) for a, b in zip(whole, dropped, strict=True))


def test_statistics_that_were_estimated_anew_leave_the_stored_ones():
    problem = digits()
    trainer = Trainer(mlp([1, 2], problem, norm="batch"), problem, seeds=[1, 2], lr=0.1)
    trainer.step()
    norms = [layer for layer in trainer.net.modules() if isinstance(layer, BatchNorm)]

    def stored():
        return [(n.running_mean.clone(), n.running_var.clone(), n.momentum) for n in norms]

    before = stored()
    with experiment._anew(trainer):
        during = stored()
    after = stored()
    for a, b, c in zip(before, during, after, strict=True):
        assert torch.equal(a[0], c[0]) and torch.equal(a[1], c[1]) and a[2] == c[2]
        assert not torch.equal(a[0], b[0]) and not torch.equal(a[1], b[1])


def test_there_is_a_score_for_each_epoch_and_seed():
    assert experiment.measure([1], epochs=1)["dropped"]["anew"].shape == (1, 1)
