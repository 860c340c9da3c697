"""Whatever an answer does inside a check, the kernel lives, and the panel says what stopped it."""

import pytest
from kernels import Kernel

START = """import numpy as np, os, sys, time
from os import _exit
from coursekit import check, use
from coursekit.checking import Local
Local.__init__.__kwdefaults__["timeout"] = 0.5  # as a learner sees it, nine seconds sooner"""
WAYS = {
    "exit()": "exit() would have ended your kernel",
    "quit()": "quit() would have ended your kernel",
    "sys.exit(1)": "would have ended your kernel",
    "raise SystemExit": "would have ended your kernel",
    "raise KeyboardInterrupt": "your code raised it itself",
    "os._exit(0)": "os._exit() would have ended your kernel",
    "_exit(0)": "os._exit() would have ended your kernel",
    "os.kill(os.getpid(), 9)": "os.kill() would have ended your kernel",
    "os.abort()": "os.abort() would have ended your kernel",
    "breakpoint()": "waits for commands",
    "import pdb; pdb.set_trace()": "waits for commands|no input to give",
    "return float(input('x? '))": "a check has no input to give",
    "import getpass; getpass.getpass()": "a check has no input to give|no input",
    "sys.stdin.readline()": "a check has no input to give",
    "while True: pass": "no answer within 0.5 s",
    "while True:\n        try: time.sleep(0.01)\n        except: pass": "no answer within",
    "while True:\n        try: x = input()\n        except Exception: pass": "no answer within",
    "get_ipython().ask_exit()": "exit() would have ended your kernel",
}


@pytest.fixture(scope="module")
def kernel():
    with Kernel() as one:
        one.run(START)
        yield one


@pytest.mark.parametrize("body", WAYS)
def test_the_panel_says_what_stopped_it_and_the_kernel_goes_on(kernel, body):
    kernel.run(f"def standardize(x):\n    {body}")
    shown = kernel.run("check(standardize)", seconds=60)
    assert any(words in shown.text for words in WAYS[body].split("|")), shown
    assert shown.error == "" and "standardize: " in shown.text
    assert kernel.alive
    shown = kernel.run("standardize = use(standardize)", seconds=60)
    assert "Using the course's standardize" in shown.text and kernel.alive


def test_outside_a_check_all_of_them_are_what_they_were(kernel):
    kernel.run("before = input, breakpoint, exit, os._exit, _exit, sys.stdin")
    kernel.run("def standardize(x):\n    exit()")
    kernel.run("check(standardize)")
    shown = kernel.run("all(a == b for a, b in zip(before, "
                       "(input, breakpoint, exit, os._exit, _exit, sys.stdin)))")  # fmt: skip
    assert "True" in shown.text


def test_without_a_timer_a_watchdog_does_the_same(kernel):
    kernel.run("import signal\nkept = signal.setitimer\ndel signal.setitimer")
    for body in ("while True: pass", "while True:\n        try: x = 1\n        except: pass"):
        kernel.run(f"def standardize(x):\n    {body}")
        assert "no answer within 0.5 s" in kernel.run("check(standardize)", seconds=60).text
        assert kernel.alive
    kernel.run("signal.setitimer = kept")


def test_who_waits_for_compiled_code_is_told_how_to_end_it(kernel):
    kernel.run("def standardize(x):\n    return np.linalg.svd(np.random.rand(2500, 2500))")
    shown = kernel.run("check(standardize)", seconds=300)
    assert "Kernel > Restart ends it; your work is kept" in shown.text
    assert kernel.alive
