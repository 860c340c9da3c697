"""Synchronized batch norm in two and three real processes, against one process with it all."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import sync_workers
import torch
import torch.distributed as dist

from coursekit.layers import BatchNorm, SyncBatchNorm

pytestmark = pytest.mark.skipif(
    not (dist.is_available() and dist.is_gloo_available()), reason="this torch has no gloo"
)

close = torch.testing.assert_close
HERE = Path(sync_workers.__file__)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Run all groups of processes once."""
    folder = tmp_path_factory.mktemp("sync")
    done = subprocess.run(
        [sys.executable, HERE, folder],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1]), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(params=[2, 3], ids=["2 processes", "3 processes"])
def results(request, folder):
    """Give what each process of a group saved."""
    return [torch.load(folder / f"{request.param}/{rank}.pt") for rank in range(request.param)]


@cache
def alone():
    return sync_workers.alone()


@pytest.mark.parametrize("scenario", ["uneven", "empty", "bare", "eval"])
def test_the_shards_together_are_the_whole_batch(results, scenario):
    whole, parts = alone()[scenario], [result[scenario] for result in results]
    for name in ("y", "dx"):
        close(torch.cat([part[name] for part in parts]), whole[name], rtol=1e-12, atol=1e-12)
    for grads, grad in zip(
        zip(*(p["grads"] for p in parts), strict=True), whole["grads"], strict=True
    ):
        close(sum(grads), grad, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scenario", ["uneven", "empty", "bare", "eval"])
def test_every_process_keeps_the_running_statistics_of_the_whole_batch(results, scenario):
    for result in results:
        close(result[scenario]["buffers"], alone()[scenario]["buffers"], rtol=1e-12, atol=1e-12)


def test_30_steps_of_data_parallel_training_equal_one_process(results):
    for result in results:
        trained = {name.removeprefix("module."): a for name, a in result["trained"].items()}
        close(trained, alone()["trained"], rtol=1e-12, atol=1e-12)


def test_plain_batch_norm_would_not_equal_one_process(results):
    """The test above means something: with local statistics the same training differs."""
    first = sync_workers.SHARDS[len(results)][0]
    local = BatchNorm(4).double()(sync_workers.batch()[0][:first])
    assert (local - results[0]["uneven"]["y"]).abs().max() > 0.1


def test_half_precision_comes_back_as_half_precision(results):
    y = torch.cat([result["half"] for result in results])
    assert y.dtype == torch.bfloat16
    close(y.double().mean((0, 2)), torch.zeros(4).double(), atol=1e-2, rtol=0)


def test_one_value_per_channel_in_all_is_refused_by_every_process(results):
    for result in results:
        assert "more than one value per channel" in result["lonely"]


def test_without_other_processes_it_is_batch_norm():
    everything = slice(0, 10)
    ours = sync_workers.run(SyncBatchNorm(4).double(), everything)
    close(ours, sync_workers.run(BatchNorm(4).double(), everything))
