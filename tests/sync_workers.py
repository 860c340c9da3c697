"""What each process does in the tests of synchronized batch norm.

    python sync_workers.py FOLDER

forks groups of two and of three processes, which leave their results in FOLDER/GROUP/RANK.pt. They
are forked, not started: to import torch five times would take longer than the tests.
"""

import multiprocessing
import sys
from pathlib import Path

import torch
import torch._dynamo  # DDP imports it: here once, not once in every process
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from coursekit.errors import ShapeError
from coursekit.layers import BatchNorm, SyncBatchNorm

SHARDS = {2: (7, 3), 3: (6, 1, 3)}  # rows for each process: unequal, one with a single row
WITH_EMPTY = {2: (10, 0), 3: (4, 0, 6)}
STEPS = 30


def batch(seed=0):
    """Draw 10 images and a cotangent; the shards' means differ, so merging must take account."""
    generator = torch.Generator().manual_seed(seed)
    x, dy = torch.randn(2, 10, 4, 3, generator=generator, dtype=torch.float64)
    return x + torch.arange(10).view(-1, 1, 1), dy


def run(norm, rows, seed=0):
    """Normalize this process's rows; return y, dx, the parameters' gradients and the buffers."""
    x, dy = (a[rows] for a in batch(seed))
    x = x.requires_grad_()
    y = norm(x)
    y.backward(dy)
    grads = [p.grad for p in norm.parameters()]
    return {"y": y.detach(), "dx": x.grad, "grads": grads, "buffers": dict(norm.named_buffers())}


def network(norm):
    """Build a small classifier, the same in every process."""
    model = nn.Sequential(nn.Linear(6, 8), norm, nn.ReLU(), nn.Linear(8, 3)).double()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.5, generator=generator)
    return model


def train(model, rows, processes=1):
    """Train on this process's rows of each batch; DDP averages, so each scales its sum up."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    generator = torch.Generator().manual_seed(2)
    for _ in range(STEPS):
        x = torch.randn(10, 6, generator=generator, dtype=torch.float64)
        target = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[rows]), target[rows], reduction="sum")
        (loss * processes / 10).backward()
        optimizer.step()
    return model.state_dict()


def rows_of(rank, shards):
    """Give the slice of the batch that belongs to a process."""
    start = sum(shards[:rank])
    return slice(start, start + shards[rank])


def lonely(rank):
    """Give one process a single value per channel and the others none: all must refuse."""
    try:
        SyncBatchNorm(4)(torch.zeros(1 if rank == 0 else 0, 4))
    except ShapeError as refusal:
        return str(refusal)
    return "no refusal"


def work(rank, processes, folder):
    """Join the others, do every scenario, and save what came out."""
    dist.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=processes
    )
    shard = rows_of(rank, SHARDS[processes])
    model = DistributedDataParallel(network(SyncBatchNorm(8)))
    results = {
        "uneven": run(SyncBatchNorm(4).double(), shard),
        "empty": run(SyncBatchNorm(4).double(), rows_of(rank, WITH_EMPTY[processes])),
        "bare": run(SyncBatchNorm(4, affine=False, momentum=None).double(), shard),
        "eval": run(SyncBatchNorm(4).double().eval(), shard),
        "half": SyncBatchNorm(4)(batch()[0][shard].bfloat16()),
        "lonely": lonely(rank),
        "trained": train(model, shard, processes),
    }
    torch.save(results, folder / f"{rank}.pt")
    dist.destroy_process_group()


def alone():
    """Do the same in one process with plain batch norm: what the others must add up to."""
    everything = slice(0, 10)
    return {
        "uneven": run(BatchNorm(4).double(), everything),
        "empty": run(BatchNorm(4).double(), everything),
        "bare": run(BatchNorm(4, affine=False, momentum=None).double(), everything),
        "eval": run(BatchNorm(4).double().eval(), everything),
        "trained": train(network(BatchNorm(8)), everything),
    }


def main(folder):
    """Fork every group, wait for all, and return how many processes failed."""
    fork = multiprocessing.get_context("fork")
    workers = []
    for processes in SHARDS:
        group = Path(folder) / str(processes)
        group.mkdir()
        workers += [
            fork.Process(target=work, args=(rank, processes, group)) for rank in range(processes)
        ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(worker.exitcode != 0 for worker in workers)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
