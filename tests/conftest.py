"""What every test shares: one thread, no window, its own workspace, programs asked for by name."""

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: two threads change the last digits
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")

from itertools import count

import hypothesis
import pytest
from programs import unusable

hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")

_workspaces = count()


@pytest.fixture(autouse=True)
def own_workspace(monkeypatch, tmp_path_factory):
    """Point coursekit at a folder of this test's own (empty), never at the learner's."""
    folder = tmp_path_factory.getbasetemp() / f"workspace-{next(_workspaces)}"
    folder.mkdir()
    monkeypatch.setenv("COURSEKIT_WORKSPACE", str(folder))
    return folder


@pytest.fixture(autouse=True, scope="module")
def no_packs_left():
    """A pack that a module of tests added is none of the course's for the next."""
    yield
    exercises = sys.modules.get("coursekit.exercises")
    if exercises and exercises.PACKS:
        from grading.classes import forget_packs

        forget_packs()


def pytest_runtest_setup(item):
    for mark in item.iter_markers("needs"):
        for program in mark.args:
            problem = unusable(program)
            if problem and os.environ.get("CI"):
                pytest.fail(f"{problem}; CI must not skip the tests that need it", pytrace=False)
            elif problem:
                pytest.skip(f"{problem} (run `.ci/system-programs`)")
