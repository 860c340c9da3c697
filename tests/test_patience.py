"""Limits that the system holds: on this process, and not on a program that it starts."""

import subprocess
import sys

LIMITED = """
import resource, subprocess, sys
from coursekit.patience import at_most, limit_memory, unlimited

def soft():
    return [resource.getrlimit(k)[0] for k in (resource.RLIMIT_CPU, resource.RLIMIT_DATA)]

before = soft()
with at_most(5):
    assert soft() == before, "nothing is limited where nobody asked for it"
limit_memory(64 << 20)
assert soft()[0] == before[0] != soft()[1]
with at_most(50):
    outer = soft()[0]
    with at_most(5):
        assert 5 <= soft()[0] <= 7
        with at_most(50):
            assert soft()[0] <= 7, "the tighter one holds"
        with unlimited():
            told = [sys.executable, "-c", "import resource as r; print(r.getrlimit(r.RLIMIT_CPU),"
                    "r.getrlimit(r.RLIMIT_DATA))"]
            said = subprocess.check_output(told, text=True)
    assert soft()[0] == outer
assert soft()[0] == before[0]
print(said)
try:
    bytearray(256 << 20)
except MemoryError:
    print("no more")
"""
SPINNING = """
from coursekit.patience import at_most, limit_memory
limit_memory(1 << 30)
with at_most(1):
    while True:
        pow(3, 10**6, 10**6)
"""


def ran(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


def test_limits_are_taken_on_held_and_not_handed_on():
    done = ran(LIMITED)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(-1, -1) (-1, -1)\n\nno more\n"


def test_a_process_that_computes_for_too_long_is_ended():
    assert ran(SPINNING).returncode == -24
