"""Two processes share a batch: with synchronized batch norm they train as one process with it all.

A batch of 32 digits is spread over two processes, 24 and 8. Each computes the gradient of its own
images, and the gradients are added up. The norms are ordinary ones, which see the images of their
own process, or synchronized ones. A third training, in the process that asks, has the whole batch.

A process ends when it is done, when the one that started it takes its input away, and when that one
is gone, however it ended: then its input is closed, too. So none is left behind.

    python -m coursekit.experiments.two_processes RANK FOLDER STEPS
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.devices import generator, one_thread
from coursekit.errors import CourseError
from coursekit.layers import BatchNorm, SyncBatchNorm
from coursekit.training import digits

SHARES, STEPS, LR = (24, 8), 30, 0.1
ARMS = {"ordinary": BatchNorm, "synchronized": SyncBatchNorm}
PATIENCE = 120  # seconds: to start, to find one another, and to be done


def network(norm) -> nn.Sequential:
    """Two hidden layers in float64, drawn from one seed, in every process alike."""
    net = nn.Sequential(
        nn.Linear(64, 32), norm(32), nn.ReLU(), nn.Linear(32, 32), norm(32), nn.ReLU(),
        nn.Linear(32, 10),
    ).double()  # fmt: skip
    source = generator(1)
    with torch.no_grad():
        for layer in net:
            if isinstance(layer, nn.Linear):
                drawn = torch.randn(layer.weight.shape, generator=source, dtype=torch.float64)
                layer.weight.copy_(drawn * (2 / layer.in_features) ** 0.5)
                layer.bias.zero_()
    return net


def train(net: nn.Sequential, rows: slice, steps: int, *, together: bool) -> dict[str, Tensor]:
    """Train on these rows of every batch of sum(SHARES); return the state.

    Args:
        together: add the gradients of all processes up.
    """
    problem, source, size = digits(), generator(2), sum(SHARES)
    x, y = torch.tensor(problem.x).double(), torch.tensor(problem.y)
    for _ in range(steps):
        mine = torch.randint(len(x), (size,), generator=source)[rows]
        loss = F.cross_entropy(net(x[mine]), y[mine], reduction="sum") / size
        grads = torch.autograd.grad(loss, list(net.parameters()))
        with torch.no_grad():
            for parameter, grad in zip(net.parameters(), grads, strict=True):
                if together:
                    dist.all_reduce(grad)
                parameter.sub_(LR * grad)
    return net.state_dict()


def work(rank: int, folder: Path, steps: int) -> None:
    """Find the others, train each arm, and leave the states in the folder."""
    one_thread()
    dist.init_process_group(
        "gloo",
        init_method=(folder / "meeting").as_uri(),
        rank=rank,
        world_size=len(SHARES),
        timeout=timedelta(seconds=PATIENCE),
    )
    rows = slice(sum(SHARES[:rank]), sum(SHARES[: rank + 1]))
    out = {arm: train(network(norm), rows, steps, together=True) for arm, norm in ARMS.items()}
    torch.save(out, folder / f"{rank}.pt")
    dist.destroy_process_group()


def end_with_parent() -> None:
    """End this process as soon as its input is closed, whatever it is doing then."""

    def wait() -> None:
        os.read(0, 1)  # nothing is ever written: it returns where the other end is gone
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


@contextmanager
def processes(folder: Path, steps: int) -> Iterator[list[subprocess.Popen]]:
    """Start one process for each share; none of them is there any more afterwards."""
    command = [sys.executable, "-m", "coursekit.experiments.two_processes"]
    started: list[subprocess.Popen] = []
    try:
        for rank in range(len(SHARES)):
            with (folder / f"{rank}.txt").open("w") as said:
                started.append(
                    subprocess.Popen(
                        [*command, str(rank), str(folder), str(steps)],
                        stdin=subprocess.PIPE,
                        stdout=said,
                        stderr=said,
                        start_new_session=True,  # an interrupt is for us, and we end them
                        env=_environment(),
                    )
                )
        yield started
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()
            process.stdin.close()  # type: ignore[union-attr]


def wait(started: list[subprocess.Popen], folder: Path) -> None:
    """Wait until all have ended well; as soon as one has not, the others need not be waited for.

    Raises:
        CourseError: one failed, or did not come to an end.
    """
    end = time.monotonic() + PATIENCE
    while codes := {rank: code for rank, p in enumerate(started) if (code := p.poll()) != 0}:
        for rank, code in codes.items():
            if code is not None or time.monotonic() > end:
                said = (folder / f"{rank}.txt").read_text(errors="replace").strip().splitlines()
                how = f"not in {PATIENCE} s" if code is None else f"with {code}"
                raise CourseError(f"process {rank} ended {how}: {' '.join(said[-1:]) or 'no word'}")
        time.sleep(0.02)


def measure(*, steps: int = STEPS) -> dict[str, float]:
    """How far each arm's weights and statistics end from those of one process with it all.

    Raises:
        CourseError: a process failed, or did not come to an end; the message has its words.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with processes(folder, steps) as started:
            one = train(network(BatchNorm), slice(None), steps, together=False)
            wait(started, folder)
            found = [torch.load(folder / f"{rank}.pt") for rank in range(len(SHARES))]
    return {arm: max(_apart(one, states[arm]) for states in found) for arm in ARMS}


def _apart(one: dict[str, Tensor], other: dict[str, Tensor]) -> float:
    kinds = [name for name in one if one[name].is_floating_point()]
    return max(float((one[name] - other[name]).abs().max()) for name in kinds)


def _environment() -> dict[str, str]:
    home = str(Path(__file__).parents[2])  # found from wherever the notebook is
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
    return os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"}


if __name__ == "__main__":
    end_with_parent()
    work(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
