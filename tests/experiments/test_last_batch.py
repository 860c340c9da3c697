"""The last batch of an epoch."""

from itertools import islice

import torch

from coursekit.experiments import last_batch as experiment


def test_arms_share_every_batch_but_the_last_of_an_epoch():
    kept = islice(experiment.orders(3, 1297, True), 2 * (experiment.FULL + 1))
    whole = [rows for rows in kept if len(rows) == experiment.SIZE]
    dropped = list(islice(experiment.orders(3, 1297, False), 2 * experiment.FULL))
    assert all(torch.equal(a, b) for a, b in zip(whole, dropped, strict=True))


def test_statistics_that_were_estimated_anew_leave_the_stored_ones():
    found = experiment.measure([1], epochs=1)
    again = experiment.measure([1], epochs=1)
    assert found["kept"]["stored"].tolist() == again["kept"]["stored"].tolist()
    assert found["dropped"]["anew"].shape == (1, 1)
