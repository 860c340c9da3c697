"""The filter refuses what it lists and lets the rest through, on this machine's processor."""

import platform
import subprocess
import sys

import pytest

from coursekit.sandbox.inside import syscalls

TRY = """
import ctypes, errno, json, socket, sys
sys.path.insert(0, sys.argv[1])
from coursekit.sandbox.inside.syscalls import MACHINES, REFUSED, refuse_system_calls
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)  # no new privileges: else only root may install a filter
assert refuse_system_calls()
column = MACHINES[platform.machine()][0]
harmless = {name: pair[column] for name, pair in REFUSED.items() if name != "reboot"}
told = {}
for name, number in harmless.items():
    ctypes.set_errno(0)
    told[name] = (libc.syscall(number, -1, -1, -1, -1, -1), ctypes.get_errno())
families = {}
for family in (1, 2, 10, 16, 17, 38, 40):
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
        families[family] = True
    except PermissionError:
        families[family] = False
    except OSError:
        families[family] = None
print(json.dumps([told, families, open("/dev/null").read() == ""]))
"""


@pytest.mark.skipif(platform.machine() not in syscalls.MACHINES, reason="numbers not known here")
def test_what_is_listed_is_refused_and_the_rest_works():
    import json

    done = subprocess.run([sys.executable, "-c", TRY, "."], capture_output=True, text=True)
    told, families, read = json.loads(done.stdout)
    assert {name for name, (value, error) in told.items() if (value, error) != (-1, 1)} == set()
    assert families["40"] is False and families["38"] is False and families["1"] is True
    assert families["2"] is not False and read


def test_the_program_is_a_list_of_whole_instructions():
    for column, arch, socket in syscalls.MACHINES.values():
        code = syscalls.program(column, arch, socket)
        assert len(code) % 8 == 0 and len(code) // 8 < 4096
