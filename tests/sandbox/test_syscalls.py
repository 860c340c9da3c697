"""The filter refuses what it lists and lets the rest through, on this machine's processor."""

import json
import platform
import subprocess
import sys

import pytest

from coursekit.sandbox.inside import syscalls

TRY = """
import concurrent.futures, ctypes, errno, fcntl, json, os, resource, socket, sys, tempfile
sys.path.insert(0, sys.argv[1])
from coursekit.sandbox.inside import syscalls as s
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
libc.prctl(38, 1, 0, 0, 0)  # no new privileges: else only root may install a filter
assert s.refuse_system_calls()
column = s.MACHINES[platform.machine()][0]

def told(number, *words):
    words = [ctypes.c_long(word) for word in (*words, -1, -1, -1, -1, -1)[:5]]
    ctypes.set_errno(0)
    value = libc.syscall(ctypes.c_long(number), *words)
    return errno.errorcode.get(ctypes.get_errno()) if value == -1 else "done"

listed = {name: told(pair[column]) for name, pair in s.REFUSED.items()
          if pair[column] is not None and name != "reboot"}
others = {name: told(pair[column], 1) for name, pair in s.OF_OTHERS.items()}
others["setpriority"] = told(s.SETPRIORITY[column], 0, 1, 19)
others["setpriority of a user"] = told(s.SETPRIORITY[column], 2, 0, 19)
others["clone"] = told(s.CLONE[column], 0x10000000 | 17, 0, 0, 0, 0)
others["clone, upper bits"] = told(s.CLONE[column], 0x10000000 | 17 | 1 << 32, 0, 0, 0, 0)
others["TIOCSTI"] = told(s.IOCTL[column], 0, 0x5412)
others["TIOCSTI, upper bits"] = told(s.IOCTL[column], 0, 0x5412 | 1 << 32)
others["lease"] = told(s.FCNTL[column], 0, 1024, 0)
missing = [told(s.CLONE3, 0, 88), told(s.NEWEST + 1), told(2000)]
families = {}
for family, protocol in ((1, 0), (2, 0), (10, 0), (16, 0), (16, 12), (17, 0), (38, 0), (40, 0)):
    try:
        socket.socket(family, socket.SOCK_DGRAM, protocol).close()
        families[f"{family} {protocol}"] = True
    except PermissionError:
        families[f"{family} {protocol}"] = False
    except OSError:
        families[f"{family} {protocol}"] = None

# what honest code does
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.prlimit(0, resource.RLIMIT_NOFILE)
os.sched_setaffinity(0, os.sched_getaffinity(0))
os.nice(0)
with tempfile.TemporaryFile() as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    fcntl.fcntl(file, fcntl.F_GETFD)
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    assert list(pool.map(abs, range(9))) == list(range(9))
if not os.fork():
    os._exit(3)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 3
print(json.dumps([listed, others, missing, families, open("/dev/null").read() == ""]))
"""
HONEST = """
def f():
    import asyncio, multiprocessing, sqlite3, subprocess, sys, tempfile
    import IPython.core.interactiveshell as shell
    import matplotlib.pyplot as plt
    import numpy as np
    import torch
    from multiprocessing import shared_memory

    torch.set_num_threads(2)
    x = torch.ones(200, 200, requires_grad=True)
    (x @ x).sum().backward()
    data = torch.utils.data.TensorDataset(torch.ones(16, 3))
    loaded = torch.utils.data.DataLoader(data, batch_size=4, num_workers=2)
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    figure.savefig("/tmp/figure.png")
    table = sqlite3.connect("/tmp/table.db")
    table.execute("create table t(x)")
    table.commit()
    with multiprocessing.Pool(2) as pool:
        mapped = pool.map(abs, [1, -2])
    memory = shared_memory.SharedMemory(create=True, size=1 << 20)
    memory.close()
    memory.unlink()
    with tempfile.NamedTemporaryFile() as file:
        np.memmap(file.name, mode="w+", shape=(10,))
    cell = shell.InteractiveShell.instance().run_cell("1 + 1")
    async def wait(): await asyncio.sleep(0)
    asyncio.run(wait())
    other = subprocess.run([sys.executable, "-c", "print(5)"], capture_output=True).stdout
    rows = sum(len(rows) for (rows,) in loaded)
    return float(x.grad.sum()), rows, mapped, cell.result, other.decode().strip()
"""

pytestmark = pytest.mark.skipif(
    platform.machine() not in syscalls.MACHINES, reason="numbers not known here"
)


def test_what_is_listed_is_refused_and_the_rest_works():
    done = subprocess.run([sys.executable, "-c", TRY, "."], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    listed, others, missing, families, read = json.loads(done.stdout)
    assert {name: error for name, error in (listed | others).items() if error != "EPERM"} == {}
    assert set(missing) == {"ENOSYS"}
    refused = {name for name, made in families.items() if made is False}
    assert refused == {"16 12", "17 0", "38 0", "40 0"} and families["1 0"] and read


@pytest.mark.needs("bwrap")
def test_what_honest_notebooks_use_works_in_a_box():
    from coursekit.sandbox.box import Limits, open_box
    from coursekit.sandbox.remote import find_answer
    from coursekit.sandbox.session import Cell, Session

    limits = Limits(exercise=60, total=90)
    with Session(open_box("bubblewrap"), [Cell(1, HONEST)], limits=limits) as session:
        session.load()
        assert find_answer(session, "f")() == (200 * 200 * 400.0, 16, [1, 2], 2, "5")


def test_the_program_is_a_list_of_whole_instructions():
    for column, arch, socket in syscalls.MACHINES.values():
        code = syscalls.program(column, arch, socket)
        assert len(code) % 8 == 0 and len(code) // 8 < 4096
