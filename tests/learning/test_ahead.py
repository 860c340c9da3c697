"""Torch in the background: only in a kernel of a lesson that needs it, in nobody's way."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from coursekit.learning.ahead import needs_torch

REPO = Path(__file__).parents[2]
SAYS = (
    "import threading; from coursekit import check\n"
    "print(any('ahead' in t.name for t in threading.enumerate()))"
)


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Start a kernel as Jupyter does for a notebook; run cells in it, and get what they print."""
    managers = []

    def start(notebook):
        monkeypatch.setenv("PYTHONPATH", str(REPO))
        monkeypatch.setenv("JPY_SESSION_NAME", f"lessons/{notebook}")
        if (REPO / "notebooks" / notebook).exists():
            (tmp_path / notebook).write_bytes((REPO / "notebooks" / notebook).read_bytes())
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(cwd=str(tmp_path))
        client = manager.blocking_client()
        client.start_channels()
        managers.append((manager, client))
        client.wait_for_ready(timeout=120)

        def run(text):
            said = []

            def hear(message):
                said.append(message["content"].get("text", message["content"].get("evalue", "")))

            client.execute_interactive(text, timeout=120, output_hook=hear)
            return "".join(said).strip()

        return run

    yield start
    for manager, client in managers:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_it_starts_in_a_lesson_that_needs_it_and_a_cell_may_import_it_meanwhile(kernel):
    run = kernel("09_full_layer.ipynb")
    assert run(SAYS) == "True"
    text = "import torch\nfrom torch import nn\nprint(nn.Linear(2, 1)(torch.ones(1, 2)).shape)"
    assert run(text) == "torch.Size([1, 1])"


@pytest.mark.parametrize("notebook", ["01_mean_and_variance.ipynb", "my_own.ipynb"])
def test_it_does_not_start_elsewhere(kernel, notebook):
    run = kernel(notebook)
    assert run(SAYS) == "False"
    assert run("import time, sys; time.sleep(1); print('torch' in sys.modules)") == "False"


def test_outside_a_kernel_nothing_starts(monkeypatch):
    code = "import sys, IPython, ipykernel; " + SAYS.replace("\n", "; ")
    monkeypatch.setenv("JPY_SESSION_NAME", "09_full_layer.ipynb")
    said = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=REPO / "notebooks")
    assert said.strip() == "False"


def test_which_lessons_need_it():
    books = sorted((REPO / "notebooks").glob("*.ipynb"))
    needed = [path.stem[:2] for path in books if needs_torch(path)]
    assert needed == [path.stem[:2] for path in books if imports_torch(path)]
    assert {"03", "09", "13"} <= {*needed} and not {"00", "01", "02"} & {*needed}
    assert needs_torch(Path("nowhere/09_full_layer.ipynb"))
    assert not needs_torch(Path("nowhere/01_mean_and_variance.ipynb"))


RACE = """
import sys, threading, time
import numpy as np
from coursekit.learning import ahead
from coursekit.checking.modules import is_module
thread = ahead.begin({pause}, ahead.LATE['torch'])
until = time.monotonic() + {wait}
while time.monotonic() < until:
    assert not is_module(np.ones(2))
{first}
import torch.nn.functional as F
from torch import nn
import torch
assert is_module(nn.Linear(1, 1)) and F.relu(torch.ones(1)).item() == 1
thread.join()
assert "torch.fx.experimental.symbolic_shapes" in sys.modules
"""


@pytest.mark.parametrize(
    "pause, wait, first",
    [
        (0, 0, "import torch.nn.functional as F"),
        (0, 0.01, "import torch.nn as nn"),
        (0, 0.3, "import torch.nn.functional as F"),
        (0, 0.3, "from coursekit.exercises.full_layer import LESSON"),
        (0.3, 0.29, "import torch.optim.lr_scheduler"),
        (60, 0, "import torch.nn.functional"),
    ],
)
def test_an_import_of_torch_at_the_same_time_gets_all_of_it(pause, wait, first):
    before = "import builtins; plain = builtins.__import__\n"
    after = "\nassert builtins.__import__ is plain"
    code = before + RACE.format(pause=pause, wait=wait, first=first) + after
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("wait", [0, 0.2])
def test_python_may_end_while_torch_is_being_imported(wait):
    code = f"import time; from coursekit.learning import ahead; ahead.begin(0); time.sleep({wait})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_torch_that_is_broken_says_nothing_ahead_of_time(tmp_path):
    (tmp_path / "torch.py").write_text("raise OSError('a library is missing')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from coursekit.learning import ahead; "
        "ahead.begin(0).join()\n"
        "try: import torch\nexcept OSError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("a library is missing", "")


def test_who_imports_a_part_by_function_meanwhile_does_not_wait_for_ever():
    code = (
        "import importlib, threading, time\nfrom coursekit.learning import ahead\n"
        "thread = ahead.begin(pause=0)\ntime.sleep(0.3)\n"
        "try:\n    importlib.import_module('torch.autograd.profiler_legacy')\n"
        "except Exception:\n    pass\n"  # half a module; it must only not hang
        "thread.join(60)\nprint(thread.is_alive())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "False\n", done.stderr


def imports_torch(book: Path) -> bool:
    """True if a cell of a notebook imports torch, or one of its exercises does at its top."""
    cells = json.loads(book.read_text("utf-8"))["cells"]
    asked = (REPO / "coursekit" / "exercises" / book.stem[3:]).glob("*.py")
    texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    texts += [re.sub(r"^[ \t].*$", "", path.read_text("utf-8"), flags=re.M) for path in asked]
    return any(re.search(r"^\s*(?:import|from) torch\b", text, re.M) for text in texts)
