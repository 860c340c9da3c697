"""A pytest plugin: two repairs that nbval 0.11 needs, and the budget that a lesson is held to."""

import os
import re
from resource import RUSAGE_CHILDREN, getrusage

import pytest
from nbval import kernel, plugin

from coursekit import exercises

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute_cell_input(self, cell_input, allow_stdin=None):
    """Run a cell with a history, as JupyterLab does; without one IPython ignores a trailing `;`."""
    return self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


def repr_failure(self, excinfo, original=plugin.IPyNbCell.repr_failure):
    """Tell a failure without colour codes, so that a log can be read and searched."""
    return ANSI.sub("", str(original(self, excinfo)))


SLACK = float(os.environ.get("COURSEKIT_CPU_SLACK", "inf"))  # run.py sets it where it counts
used: dict[str, float] = {}  # lesson -> CPU seconds of its kernel, imports included


def children_cpu() -> float:
    found = getrusage(RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def teardown(self, original=plugin.IPyNbFile.teardown):
    """End the kernel, whose CPU time is known from then on, and hold it to what the lesson says."""
    before, lesson = children_cpu(), self.path.stem.partition("_")[2]
    original(self)
    used[self.path.stem] = seconds = children_cpu() - before
    if SLACK == float("inf") or lesson not in exercises.names():
        return
    bound = SLACK * exercises.about(lesson).cpu_seconds
    if seconds > bound:
        pytest.fail(
            f"{self.path.name} took {seconds:.0f} CPU-seconds. It declares "
            f"{bound / SLACK:.0f}; {SLACK:g} times that is allowed on a busy machine",
            pytrace=False,
        )


def pytest_terminal_summary(terminalreporter):
    for name, seconds in used.items():
        terminalreporter.write_line(f"{name:<32}{seconds:6.1f} CPU-s")


plugin.IPyNbFile.teardown = teardown
kernel.RunningKernel.execute_cell_input = execute_cell_input
plugin.IPyNbCell.repr_failure = repr_failure
