"""A grader that is killed takes everything with it that it started."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sandbox.users import REPO, USERS, command_as
from sandbox.whole import notebook

pytestmark = pytest.mark.needs("bwrap")
GRADE = """
import sys
from coursekit.cli import main

sys.exit(main(["grade", sys.argv[1] + "/in", "--out", sys.argv[1] + "/out", "--jobs", "2",
               "--timeout", "60", "--total", "100"]))
"""
SLEEPS = "def batch_norm(x, gamma, beta, eps=1e-5):\n    import time\n    time.sleep(60)"


def processes():
    """Parent, start and command of every process, by number."""
    found = {}
    for number in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/stat", "rb") as file:
                words = file.read().rpartition(b")")[2].split()
            with open(f"/proc/{number}/cmdline", "rb") as file:
                command = file.read()
        except OSError:
            continue
        if words[0] != b"Z":
            found[int(number)] = (int(words[1]), words[19], command)
    return found


def below(top):
    """Number and start of all processes below one."""
    known, found = processes(), {}
    for number, (_, start, command) in known.items():
        at = number
        while at in known and at != top:
            at = known[at][0]
        if at == top and number != top:
            found[number, start] = command
    return found


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_grader_that_was_killed(user, by, tmp_path):
    for student in ("ada", "bob"):
        path = tmp_path / "in" / student / "04_batchnorm_forward.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook("04_batchnorm_forward", {"batch_norm": SLEEPS}))
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    command = command_as(user, GRADE, tmp_path, folder=tmp_path)
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL) as grader:
        started = wait_for(lambda: below(grader.pid), enough=hosts)
        assert hosts(started), started
        main = grader.pid if command[0] == sys.executable else grader_of(grader.pid)
        os.kill(main, by)
        grader.wait(timeout=120)
    deadline = time.monotonic() + 60
    while (left := still(started)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for number, _ in left:
        os.kill(number, signal.SIGKILL)
    assert not left, [started[process] for process in left]


def hosts(found):
    """Both hosts are at work: zygotes, their guards, watchers and hosts."""
    return sum(b"sandbox.inside" in command and b"bwrap" not in command[:20]
               for command in found.values()) >= 7  # fmt: skip


def wait_for(look, enough, seconds=180):
    deadline = time.monotonic() + seconds
    while not enough(found := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def grader_of(top):
    """Below what makes an ordinary user of it: the first process that is Python."""
    return min(number for (number, _), command in below(top).items()
               if command.startswith(os.fsencode(sys.executable)))  # fmt: skip


def still(started):
    known = processes()
    return [key for key in started if key[0] in known and known[key[0]][1] == key[1]]
