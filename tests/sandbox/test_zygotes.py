"""Hosts come warm from a zygote where they can, cold where they must, and never share anything."""

import contextlib
import os
import signal
import subprocess
import time

import pytest

from coursekit.checking import AnswerCrashed
from coursekit.sandbox import box, zygotes
from coursekit.sandbox.process import ColdHost
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session

pytestmark = pytest.mark.needs("bwrap")


@pytest.fixture(autouse=True)
def fresh():
    """No zygote of another test."""
    zygotes.close_all()
    zygotes._cold.clear()
    yield
    zygotes.close_all()
    zygotes._cold.clear()


def session(*sources, **limits):
    cells = [Cell(n, source) for n, source in enumerate(sources, 1)]
    opened = Session(box.open_box("bubblewrap"), cells, limits=box.Limits(**limits), watch=["f"])
    opened.load()
    return opened


def call(opened, name="f", *arguments):
    return find_answer(opened, name)(*arguments)


@pytest.mark.parametrize("kind", [zygotes.WarmHost, ColdHost])
def test_both_kinds_of_host_do_the_same(kind, monkeypatch):
    if kind is ColdHost:
        monkeypatch.setattr(zygotes, "_cold", {box.open_box("bubblewrap")})
    with session("import os\ndef f(x): return x + 1, os.getuid()\ndef g(): os._exit(7)") as s:
        assert type(s.host) is kind and call(s, "f", 1) == (2, box.NOBODY)
        with pytest.raises(Exception, match="it ended itself"):
            call(s, "g")
        assert call(s, "f", 2) == (3, box.NOBODY) and s.starts == 2


def test_the_second_host_comes_from_the_same_zygote():
    with session("def f(): return 1") as s:
        [first] = zygotes._zygotes.values()
        assert call(s) == 1
    with session("def f(): return 2") as s:
        assert call(s) == 2 and list(zygotes._zygotes.values()) == [first]


def test_nothing_is_left_for_the_next_submission():
    leave = """
import builtins, os, signal, subprocess, sys
for folder in ("/tmp", "/dev/shm"):
    open(folder + "/left", "w").close()
builtins.left = os.left = sys.left = True
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(54321)"], start_new_session=True)
if not os.fork():
    os.setsid()
    signal.pause()
def f(): return os.listdir("/tmp"), os.listdir("/dev/shm")
"""
    look = """
import builtins, os, sys
def f():
    names = [hasattr(m, "left") for m in (builtins, os, sys)]
    return os.listdir("/tmp"), os.listdir("/dev/shm"), names
"""
    with session(leave) as s:
        assert call(s) == (["left"], ["left"])
        assert "sleep(54321)" in running()
    with session(look) as s:
        assert call(s) == ([], [], [False] * 3)
    deadline = time.monotonic() + 60
    while "sleep(54321)" in running() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "sleep(54321)" not in running()


def running():
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout


@pytest.mark.parametrize("kind", [zygotes.WarmHost, ColdHost])
def test_who_watches_can_be_neither_stopped_nor_killed(kind, monkeypatch):
    if kind is ColdHost:
        monkeypatch.setattr(zygotes, "_cold", {box.open_box("bubblewrap")})
    strike = """
import os, signal
def f():
    for name in (signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM):
        os.kill(os.getppid(), name)
    return os.getppid(), os.getpid()
def g():
    for _ in range(2):
        if not os.fork():
            held = b"x" * (200 << 20)
            signal.pause()
    signal.pause()
"""
    with session(strike, memory=300 << 20) as s:
        assert call(s)[0] == 1
        with pytest.raises(AnswerCrashed, match="together used more memory"):
            call(s, "g")


def test_a_zygote_gets_warm_while_the_judge_does_other_things():
    first = zygotes.prepare(box.open_box("bubblewrap"))
    assert zygotes.prepare(box.open_box("bubblewrap")) is first and not first.ready
    with session("def f(): return 1") as s:
        assert call(s) == 1 and s.host.zygote is first and first.ready
    assert zygotes.prepare(box.open_box("none")) is None


def test_two_submissions_at_once_do_not_see_each_other():
    """Two zygotes, as two workers have; the first's process is no process of the second's."""
    with session("import os\ndef f(): return os.getpid()") as first:
        zygotes._zygotes.clear()  # another worker's
        with session(
            "import os\ndef f(n):\n    try: return os.kill(n, 0) or os.listdir('/proc')\n"
            "    except OSError as e: return type(e).__name__"
        ) as second:
            assert call(second, "f", 4_000_000) == "ProcessLookupError"
            assert call(first) == call(first)
        zygote = first.host.zygote
    zygotes.forget(zygote)


def test_a_zygote_that_is_gone_is_replaced():
    with session("def f(): return 1"):
        [zygote] = zygotes._zygotes.values()
    for process in reversed(tree(zygote.program.process.pid)):
        with contextlib.suppress(ProcessLookupError):  # it ended with the one below it
            os.kill(process, signal.SIGKILL)
    zygote.program.process.wait()
    with session("def f(): return 2") as s:
        assert call(s) == 2 and type(s.host) is zygotes.WarmHost
        assert zygote not in zygotes._zygotes.values()


def test_a_zygote_that_does_not_answer_is_replaced(monkeypatch):
    monkeypatch.setattr(zygotes, "PATIENCE", 0.5)
    with session("def f(): return 1"):
        [zygote] = zygotes._zygotes.values()
    for process in tree(zygote.program.process.pid):
        os.kill(process, signal.SIGSTOP)
    with session("def f(): return 2") as s:
        assert call(s) == 2 and zygote not in zygotes._zygotes.values()


@pytest.fixture
def borrowed():
    """The zygote that this process borrows of itself, as if it were a worker of its own."""
    borrow = zygotes.lend(box.open_box("bubblewrap"), ())
    [root] = zygotes._zygotes.values()
    borrow_again(borrow, root)
    yield borrow, root
    root.close()


def borrow_again(borrow, root):
    """What it is to a worker: a socket of its own, and no zygote yet."""
    zygotes._zygotes.clear()
    borrow.func(*borrow.args[:2], root.orders.dup())


def test_a_worker_has_a_zygote_forked_from_the_graders(borrowed):
    with session("import os\ndef f(): return os.getuid()") as s:
        assert call(s) == box.NOBODY and type(s.host.zygote) is zygotes.Branch
        first = s.host.zygote
    with session("def f(): return 2") as s:
        assert call(s) == 2 and s.host.zygote is first


def test_workers_with_zygotes_of_one_grader_do_not_see_each_other(borrowed):
    see = "import os\ndef f(): return os.getpid(), os.listdir('/tmp')"
    with session(see + "\nopen('/tmp/mine', 'w').close()") as first:
        borrow_again(*borrowed)
        with session(see) as second:
            assert first.host.zygote is not second.host.zygote
            assert (call(first)[1], call(second)[1]) == (["mine"], [])
            assert type(second.host.zygote) is zygotes.Branch
        zygote = first.host.zygote
    zygotes.forget(zygote)


def test_where_the_graders_zygote_is_gone_a_worker_has_its_own(borrowed):
    borrowed[1].close()
    with session("def f(): return 1") as s:
        assert call(s) == 1 and type(s.host.zygote) is zygotes.Zygote


def test_where_it_goes_later_too(borrowed):
    with session("def f(): return 1") as s:
        assert type(s.host.zygote) is zygotes.Branch
        borrowed[1].close()
        with pytest.raises(AnswerCrashed):
            call(s)
        assert call(s) == 1 and type(s.host.zygote) is zygotes.Zygote


def test_where_hosts_start_cold_nothing_is_lent():
    zygotes.lend(box.open_box("none"), ())()
    assert not zygotes._roots and not zygotes._zygotes


def tree(process):
    """A process and all below it."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
    parents = [tuple(map(int, line.split())) for line in listing.splitlines()]
    below = [child for child, parent in parents if parent == process]
    return [process, *(p for child in below for p in tree(child))]


def test_where_forks_may_not_have_namespaces_hosts_start_cold(monkeypatch):
    """The zygote's forks end with code 77 there; a sandbox without user namespaces does it."""
    made = zygotes.Zygote

    class Refusing(made):
        def __init__(self, walls, imports):
            monkeypatch.setattr(box.Box, "_walls", forbid(box.Box._walls))
            super().__init__(walls, imports)

    monkeypatch.setattr(zygotes, "Zygote", Refusing)
    with session("def f(): return 1") as s:
        assert call(s) == 1 and type(s.host) is ColdHost
    assert zygotes._cold == {box.open_box("bubblewrap")}


def forbid(walls):
    """A zygote's box from within which no user namespace can be made."""
    return lambda self, role="cold": walls(self, "cold")


@pytest.mark.parametrize("kind", [zygotes.WarmHost, ColdHost])
def test_many_processes_together_get_no_more_memory_than_one(kind, monkeypatch):
    if kind is ColdHost:
        monkeypatch.setattr(zygotes, "_cold", {box.open_box("bubblewrap")})
    eat = """
import os, time
def f():
    for _ in range(6):
        if not os.fork():
            held = b"x" * (80 << 20)
            time.sleep(60)
    time.sleep(60)
    return held
"""
    with session(eat, memory=300 << 20) as s:
        assert type(s.host) is kind
        with pytest.raises(AnswerCrashed, match="together used more memory"):
            call(s)
        assert s.events == [("oom", "f: its processes together used more memory than allowed")]


@pytest.mark.parametrize("wait", [0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1])
def test_a_box_that_is_only_coming_up_is_ended_at_once_and_whole(wait):
    """As where a grader is interrupted: nothing of it waits for ever, here or there."""
    made = [zygotes.Zygote(box.open_box("bubblewrap"), ()) for _ in range(3)]
    held = [zygote.orders.dup() for zygote in made]  # a worker's, say: it does not end by itself
    time.sleep(wait)
    below = [pid for zygote in made for pid in tree(zygote.program.process.pid)]
    begun = time.monotonic()
    for zygote in made:
        zygote.close()
    assert time.monotonic() - begun < zygotes.PATIENCE
    time.sleep(0.2)
    roles = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True).stdout
    running = {int(pid) for pid, state in map(str.split, roles.splitlines()) if state[0] != "Z"}
    assert not running & set(below)
    for line in held:
        line.close()
