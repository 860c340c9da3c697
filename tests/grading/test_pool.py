"""Many submissions at a time: what one does to its worker, no other submission feels."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from coursekit.errors import JudgeError
from coursekit.grading.workers.pool import Pool
from coursekit.grading.workers.worker import MEMORY, Allowance

SHARING = """
import pathlib, sys
from coursekit.grading.workers.pool import Pool, warm_up
from test_pool import imported, told
warm_up(["wave"])
with Pool(2, pathlib.Path(sys.argv[1])) as pool:
    print(sorted(pool.each(imported, ["wave", "chunk"], told)))
"""
KILLED = """
import pathlib, sys
from coursekit.grading.workers.pool import Pool
from test_pool import say_and_wait, told
with Pool(2, pathlib.Path(sys.argv[1])) as pool:
    list(pool.each({work}, ["one", "two"], told))
"""


def told(item, words):
    return item, words


def square(n, deadly=()):
    if n in deadly:
        os._exit(9)
    return n * n


def over(folder, work, items, jobs=2, **more):
    """What came of the items, by pool."""
    with Pool(jobs, folder) as pool:
        return list(pool.each(work, items, told, **more))


@pytest.mark.parametrize("jobs", [1, 2, 50])
def test_every_item_is_worked_on_once(tmp_path, jobs):
    assert sorted(over(tmp_path, square, [1, 2, 3], jobs)) == [1, 4, 9]
    assert over(tmp_path, square, [], jobs) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_item_that_kills_its_worker_twice_is_lost_alone(tmp_path, jobs):
    got = over(tmp_path, partial(square, deadly=(3,)), [1, 2, 3, 4], jobs)
    [(item, words)] = [one for one in got if isinstance(one, tuple)]
    assert item == 3 and "ended over it (exit code 9), twice; please report" in words
    assert sorted(one for one in got if one != (item, words)) == [1, 4, 16]


def killed_once(item):
    mark = Path(f"{item}")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark.name


def test_an_item_whose_worker_was_killed_once_is_tried_again(tmp_path):
    """As where the system ends a process for lack of memory: it may have been another's fault."""
    marks = [tmp_path / name for name in "abc"]
    assert sorted(over(tmp_path, killed_once, marks)) == ["a", "b", "c"]


def hang(n):
    while n == 2:
        signal.pause()
    return n


def spin(n):
    while n == 2:
        pow(3, 10**7, 10**10**6)
    return n


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_that_hangs_is_given_up_and_the_others_go_on(tmp_path, jobs):
    got = over(tmp_path, hang, [1, 2, 3], jobs, allowance=Allowance(wall=10))
    hung, *others = sorted(map(str, got))
    assert others == ["1", "3"]
    assert re.match(r"\(2, 'it did not come to an end in time \(test_pool\.py:\d+ hang < ", hung)


def test_one_that_takes_too_much_processor_time_is_given_up_at_once(tmp_path):
    """By the system, so that neither the clock nor code that holds the interpreter matters."""
    got = over(tmp_path, spin, [1, 2, 3], allowance=Allowance(processor=1))
    words = "reading it or judging it took too much processor time"
    assert sorted(map(str, got)) == [str((2, words)), "1", "3"]


def greedy(n):
    return n if n != 2 else len([bytearray(64 << 20) for _ in range(1 << 20)])


def test_one_that_takes_all_the_memory_is_given_up_and_the_others_go_on(tmp_path):
    got = over(tmp_path, greedy, [1, 2, 3], 1)
    words = f"it took more than {MEMORY >> 20} MiB of memory to read it or to judge it"
    assert got == [1, (2, words), 3]


def fails(n):
    raise ValueError(f"about {n}")


def test_what_raises_costs_itself_and_is_told(tmp_path):
    got = over(tmp_path, fails, [1])
    assert got == [(1, "ValueError: about 1; please report it with the notebook")]


def unspeakable(n):
    return lambda: n


def test_what_cannot_come_back_is_told(tmp_path):
    [(_, words)] = over(tmp_path, unspeakable, [1])
    assert "pickle" in words


def cannot_tell(item, words):
    os._exit(9) if os.getpid() != PARENT else None
    return "told here"


PARENT = os.getpid()


def test_if_not_even_the_telling_works_it_is_told_here(tmp_path):
    with Pool(1, tmp_path) as pool:
        assert list(pool.each(fails, [1], cannot_tell)) == ["told here"]


def process(_):
    return os.getpid()


def test_workers_are_kept_from_one_work_to_the_next_and_leave_nothing(tmp_path):
    with Pool(1, tmp_path) as pool:
        [first] = pool.each(process, [1], told)
        assert pool.aside(process, 1, allowance=Allowance()) == first
        with pytest.raises(ValueError, match="about 7"):
            pool.aside(fails, 7, allowance=Allowance())
        with pytest.raises(JudgeError, match="exit code 9"):
            pool.aside(square, 3, [3], allowance=Allowance())
        with pytest.raises(JudgeError, match="in time"):
            pool.aside(hang, 2, allowance=Allowance(wall=0.5))
        [last] = pool.each(process, [1], told)
        assert first != last and alive(last) and list(tmp_path.iterdir())
    assert gone([first, last]) and not list(tmp_path.iterdir())


def test_a_run_that_is_left_in_the_middle_leaves_no_worker(tmp_path):
    with Pool(2, tmp_path) as pool:
        going = pool.each(hang, [1, 2, 3], told)
        assert next(going) in (1, 3)
        going.close()
    assert not list(tmp_path.iterdir())


def begin_with(word):
    os.environ["BEGUN"] = word


def begun(_):
    return os.environ.get("BEGUN")


def test_each_worker_begins_before_its_first_item(tmp_path):
    with Pool(2, tmp_path, partial(begin_with, "yes")) as pool:
        assert list(pool.each(begun, [1, 2, 3, 4], told)) == ["yes"] * 4
    assert "BEGUN" not in os.environ


@contextmanager
def grader(script, folder):
    """A grader in a process of its own: what forks workers serves one process all its life."""
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": paths},
    ) as process:  # fmt: skip
        try:
            yield process
        except BaseException:
            process.kill()  # a test that failed does not wait for it
            raise


def imported(name):
    return name, name in sys.modules


def test_what_workers_share_is_imported_before_they_are_forked(tmp_path):
    with grader(SHARING, tmp_path) as sharing:
        said, _ = sharing.communicate()
    assert said == "[('chunk', False), ('wave', True)]\n"


def test_a_workers_process_does_not_run_the_script_that_started_it(tmp_path):
    """Else a script that calls `grade` without a guard would grade in each of its workers."""
    script = tmp_path / "script.py"
    script.write_text(f"print('once')\n{SHARING}")
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, script, tmp_path], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    assert done.stdout.count("once") == 1 and not done.stderr


def say_and_wait(_, held=False):
    os.write(1, f"{os.getpid()}\n".encode())  # whole: another says so at the same time
    while held:  # in C, with the interpreter's lock
        pow(3, 10**7, 10**10**6)
    time.sleep(300)


@pytest.mark.parametrize("held", [False, True])
def test_workers_end_with_a_grader_that_is_killed(tmp_path, held):
    work = f"__import__('functools').partial(say_and_wait, held={held})"
    with grader(KILLED.format(work=work), tmp_path) as killed:
        workers = [int(killed.stdout.readline()) for _ in range(2)]
        assert all(map(alive, workers))
        killed.send_signal(signal.SIGKILL)
        assert gone(workers)


def gone(pids):
    deadline = time.monotonic() + 60
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(alive, pids))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
