"""Many submissions at a time: a worker that dies takes no other submission with it."""

import os
from functools import partial

from coursekit.grading.pool import each


def work(n, deadly):
    if n in deadly:
        os._exit(9)
    return n * n


def test_every_item_is_worked_on_once():
    for jobs in (1, 2, 50):
        assert sorted(each(partial(work, deadly=()), [1, 2, 3], jobs, lost=str)) == [1, 4, 9]
    assert list(each(partial(work, deadly=()), [], 2, lost=str)) == []


def test_an_item_that_kills_its_worker_is_lost_alone():
    got = list(each(partial(work, deadly=(3,)), [1, 2, 3, 4], 2, lost=lambda n: -n))
    assert sorted(got) == [-3, 1, 4, 16]
