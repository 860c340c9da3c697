"""Progress bars: seen where someone looks, silent elsewhere."""

import os
import pty
import subprocess
import sys
import termios

import pytest

from coursekit.bars import bar, counting, in_kernel

IMPORT = "from time import sleep; from coursekit.bars import bar; "
SLOW = IMPORT + "[sleep(0.4) for _ in bar(range(5), 'slow')]"
FAST = IMPORT + "list(bar(range(5), 'fast'))"
COUNTING = """
from time import sleep; from coursekit.bars import counting
with counting(3, 'grading') as advance:
    for _ in range(3):
        sleep(0.2), advance()
"""


def on_a_terminal(code: str) -> str:
    """Run code with a terminal as its standard error; return what was written there."""
    reader, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    subprocess.run([sys.executable, "-c", code], stderr=terminal, check=True)
    os.write(terminal, b"END")
    written = b""
    while not written.endswith(b"END"):
        written += os.read(reader, 1024)
    os.close(reader)
    os.close(terminal)
    return written.decode()


def test_a_bar_passes_everything_on_in_order_and_writes_nothing_into_a_pipe(capsys):
    assert list(bar(range(5), "counting")) == [0, 1, 2, 3, 4]
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_a_slow_loop_and_not_a_fast_one():
    written = on_a_terminal(SLOW)
    assert "slow:" in written and "3/5" in written
    assert written.rsplit("\r", 1)[1] == "END"  # wiped when it was full
    assert on_a_terminal(FAST) == "END"


def test_what_is_counted_is_seen_at_once_with_its_rate_and_wiped(capsys):
    written = on_a_terminal(COUNTING)
    assert "grading:" in written and "2/3" in written and "it/s" in written
    assert written.rsplit("\r", 1)[1] == "END"
    with counting(1, "grading") as advance:
        advance()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("attribute, expected", [("kernel", True), ("other", False)])
def test_a_kernel_is_told_from_a_plain_shell(monkeypatch, attribute, expected):
    import IPython

    shell = type("Shell", (), {attribute: object()})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    assert in_kernel() is expected
