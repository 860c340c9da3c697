import subprocess
import sys
import time
from contextlib import suppress

import pytest

from coursekit.learning.locks import locked

HOLDS = """
import sys, time
from pathlib import Path
from coursekit.learning.locks import locked
with locked(Path(sys.argv[1]), 1):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def held(tmp_path):
    """A lock, and the process that holds it."""
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, path], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield path, process
        process.kill()


def test_another_process_waits_and_is_told(held):
    path, _ = held
    with pytest.raises(TimeoutError, match="another program has held lock"), locked(path, 0.05):
        pass


def test_a_killed_process_holds_nothing(held):
    path, process = held
    process.kill()
    begun = time.monotonic()
    with locked(path, 30):
        assert time.monotonic() - begun < 20


def test_it_is_free_again_after_an_error_inside(tmp_path):
    with suppress(ZeroDivisionError), locked(tmp_path / "lock", 1):
        _ = 1 / 0
    with locked(tmp_path / "lock", 0):
        pass


def test_a_lock_that_was_removed_and_made_again_is_another(held):
    path, _ = held
    path.unlink()
    with locked(path, 0):
        pass


def test_no_folder_is_made(tmp_path):
    with pytest.raises(FileNotFoundError), locked(tmp_path / "gone" / "lock", 0):
        pass
    assert not (tmp_path / "gone").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="flock is Unix's")
def test_a_disk_without_locks_holds_nobody_up(tmp_path, monkeypatch):
    def unknown(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", unknown)
    with locked(tmp_path / "lock", 0):
        pass
