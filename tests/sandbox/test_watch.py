"""Memory of every kind is counted once, whoever shares it; and who counts cannot be reached."""

import pytest

from coursekit.checking import AnswerCrashed
from coursekit.sandbox import box, zygotes
from coursekit.sandbox.inside.watch import MOST_FILES
from coursekit.sandbox.process import ColdHost
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session

pytestmark = pytest.mark.needs("bwrap")
MIB = 1 << 20
SPREAD = """
import ctypes, mmap, os, time
import numpy as np

def hold(children, mine, shared, seconds=0.3, hidden=False):
    "`mine` MiB in each child, `shared` MiB that all of them have from their parent."
    if shared:
        common = mmap.mmap(-1, shared << 20)
        np.frombuffer(common, "u1")[::4096] = 1
    private = np.ones(shared << 20, "u1")
    told, tell = os.pipe()
    for _ in range(children):
        if not os.fork():
            if hidden:
                ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
            if mine:
                held = mmap.mmap(-1, mine << 20)
                np.frombuffer(held, "u1")[::4096] = 1
            if shared:
                np.frombuffer(common, "u1")[::4096].sum() + private[::4096].sum()
            os.write(tell, b"x")
            time.sleep(seconds)
            os._exit(0)
    for _ in range(children):
        os.read(told, 1)
    return "held"
"""


@pytest.fixture(params=[zygotes.WarmHost, ColdHost])
def kind(request, monkeypatch):
    zygotes.close_all()
    zygotes._cold.clear()
    if request.param is ColdHost:
        monkeypatch.setattr(zygotes, "_cold", {box.open_box("bubblewrap")})
    yield request.param
    zygotes.close_all()
    zygotes._cold.clear()


def held(kind, source, *arguments, name="hold", memory=400 * MIB):
    limits = box.Limits(memory=memory, exercise=30, total=60)
    with Session(box.open_box("bubblewrap"), [Cell(1, source)], limits=limits) as session:
        session.load()
        assert type(session.host) is kind
        return find_answer(session, name)(*arguments)


def test_what_forks_share_with_their_parent_counts_once(kind):
    """Twenty processes that each map 120 MiB, half of it private, half of it shared."""
    assert held(kind, SPREAD, 20, 0, 60, 0.5) == "held"


def test_shared_memory_counts_before_the_reply_is_sent(kind):
    """The children go on for a second; the reply would have left before any clock's next tick."""
    with pytest.raises(AnswerCrashed, match="together used more memory"):
        held(kind, SPREAD, 5, 85, 0, 1.0)


def test_who_hides_from_a_close_look_is_charged_for_all_of_it(kind):
    with pytest.raises(AnswerCrashed, match="together used more memory"):
        held(kind, SPREAD, 20, 0, 60, 2.0, True)


def test_files_in_memory_count(kind):
    fill = """
import os
def hold():
    for folder in ("/tmp", "/dev/shm"):
        for n in range(5):
            open(f"{folder}/{n}", "wb").write(bytes(8 << 20))
    import time
    time.sleep(1)
    if not os.fork(): time.sleep(1)
    return "held"
"""
    assert held(kind, fill) == "held"
    with pytest.raises(AnswerCrashed, match="together used more memory"):
        held(kind, fill, memory=64 * MIB)


def test_files_can_be_only_so_many(kind):
    make = f"""
def hold():
    for n in range({2 * MOST_FILES}):
        try: open(f"/tmp/{{n}}", "w").close()
        except OSError as error: return n, error.strerror
"""
    assert held(kind, make) == (MOST_FILES - 1, "No space left on device")


def test_where_proc_is_covered_the_watcher_still_counts(monkeypatch):
    """As where a container covers part of /proc: the fork then gets an empty one."""
    monkeypatch.setattr(box, "_furnished", covered(box._furnished))
    zygotes.close_all()
    look = "import os\ndef hold(): return sorted(os.listdir('/proc'))"
    try:
        assert held(zygotes.WarmHost, look) == ["cpuinfo", "meminfo"]
        with pytest.raises(AnswerCrashed, match="together used more memory"):
            held(zygotes.WarmHost, SPREAD, 5, 85, 0, 1.0)
        assert held(zygotes.WarmHost, SPREAD, 20, 0, 60, 0.5) == "held"
    finally:
        zygotes.close_all()


def covered(furnished):
    """A box whose /proc has something mounted on it."""
    return lambda *arguments: [*furnished(*arguments), "--tmpfs", "/proc/fs"]
