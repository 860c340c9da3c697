"""Is this machine ready? Each line is a ✓, or says what to do about it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

from coursekit import __version__, exercises
from coursekit.errors import CourseError
from coursekit.learning.absent import PACKAGES, absent
from coursekit.learning.gone import cost
from coursekit.sandbox import holes
from coursekit.sandbox.box import install_line, unusable
from coursekit.terminal import word
from coursekit.workspace.folder import PACKAGE, shipped

PYTHON = word(sys.executable)
IMPORTED = {package.pip: name for name, package in PACKAGES.items()}
KERNEL_PROBE = "import sys, coursekit; print(sys.executable)"


class Line(NamedTuple):
    """One finding. A remedy beside `ok` concerns instructors or authors only."""

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        mark = "✗" if not self.ok else "–" if self.remedy else "✓"
        return f"{mark} {self.what}" + (f"\n  → {self.remedy}" if self.remedy else "")


def report(directory: Path | None = None) -> list[Line]:
    """Examine the packages, the device, the kernel, the workspace and the sandbox."""
    directory = directory or Path(os.environ.get("COURSEKIT_WORKSPACE") or "workspace")
    return [
        Line(True, f"coursekit {__version__}, Python {sys.version.split()[0]} ({sys.executable})"),
        *_packages(),
        *(() if "torch" in absent() else (_device(),)),
        _kernel(),
        _notebooks(),
        _workspace(directory),
        _sandbox(),
    ]


def _packages() -> Iterator[Line]:
    """Hold what is installed against the floors in coursekit's own metadata."""
    try:
        wanted = requires("coursekit") or []
    except PackageNotFoundError:
        yield Line(
            False,
            f"coursekit is used from {PACKAGE.parent} without being installed",
            f"Run there: {PYTHON} -m pip install -e .",
        )
        return
    found: list[str] = []
    problems: list[Line] = []
    lost = absent()
    for requirement in wanted:
        name, floor, extra = _parse(requirement)
        if name == "coursekit" or extra not in (None, "grade"):
            continue
        installed, package = _installed(name), IMPORTED.get(name, "")
        if package in lost:
            state = f"{name} cannot be imported" if installed else f"{name} is missing"
            state += f"; {_cost(package)}"
            problems += [_package_line(state, f"{name}>={floor}", bool(extra))]
        elif installed and _release(installed) >= _release(floor or "0"):
            found += [f"{name} {installed}"]
        else:
            state = f"{name} {installed} is too old" if installed else f"{name} is missing"
            problems += [_package_line(state, f"{name}>={floor}" if floor else name, bool(extra))]
    yield Line(True, ", ".join(found))
    yield from problems


def _cost(package: str) -> str:
    """Say which lessons a learner without a package reads in part, and does not solve."""
    shown = cost(package)
    numbers = ", ".join(stem[:2] for stem in shown)
    s = "s" if len(shown) > 1 else ""
    said = f"{sum(shown.values())} cells of lesson{s} {numbers} show what is stored"
    needy = re.compile(rf"^(?:import|from) {package}\b", re.MULTILINE)
    shut = [p.stem[:2] for p in shipped() if exercises.mentions(p.stem[3:], needy)]
    return said + (f", and exercises of lesson {', '.join(shut)} need it" if shut else "")


def explain(error: OSError | ModuleNotFoundError, extra: str | None) -> str:
    """What to say of a file that fails, or of a package of our extra; "" if the fault is ours."""
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}" if error.filename else ""
    if extra is None or str(error.name).startswith("coursekit"):
        return ""
    command = f"{PYTHON} -m pip install -e {word(f'.[{extra}]')}"
    return (
        f"{error.name} is not installed and needed for this; in the folder of the course: {command}"
    )


def _parse(requirement: str) -> tuple[str, str | None, str | None]:
    """Split "rich>=13.7; extra == 'grade'" into name, floor and extra: all that we ever write."""
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    floor = re.search(r">=([\w.]+)", requirement)
    extra = re.search(r"extra == ['\"](\w+)['\"]", requirement)
    return name, floor and floor[1], extra and extra[1]


def _package_line(state: str, need: str, for_grading: bool) -> Line:
    what = f"{state}; only grading needs it" if for_grading else state
    return Line(for_grading, what, f"{PYTHON} -m pip install {word(need)}")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.split("+")[0])[:3])


def _device() -> Line:
    """Compute something where the lessons will."""
    try:
        import torch

        from coursekit.devices import device

        where = device()
        total = torch.ones(3, device=where).sum().item()
    except (CourseError, ImportError, RuntimeError) as error:
        return Line(False, "torch cannot compute here", str(error))
    return Line(total == 3, f"device {where}, torch on {torch.get_num_threads()} threads")


def _kernel() -> Line:
    """Start the kernel that the notebooks name, and import coursekit in it."""
    try:
        from jupyter_client.manager import start_new_kernel

        manager, client = start_new_kernel(
            kernel_name="python3", startup_timeout=60, stderr=subprocess.DEVNULL
        )
    except (ImportError, RuntimeError, OSError, LookupError) as error:
        return Line(False, f"the notebook kernel does not start: {error}", _reinstall("ipykernel"))
    try:
        said: list[str] = []
        reply = client.execute_interactive(
            KERNEL_PROBE,
            timeout=60,
            output_hook=lambda m: said.append(m["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    python = "".join(said).strip()
    if reply["content"]["status"] != "ok":
        problem = f"the kernel python3 cannot import coursekit: {reply['content'].get('evalue')}"
        return Line(False, problem, _reinstall("ipykernel"))
    if Path(python) != Path(sys.executable):
        problem = f"the kernel python3 runs {python}, not {sys.executable}"
        return Line(False, problem, f"{PYTHON} -m ipykernel install --sys-prefix")
    return Line(True, "kernel python3 starts and imports coursekit")


def _reinstall(name: str) -> str:
    return f"{PYTHON} -m pip install --force-reinstall {name}"


def _sandbox() -> Line:
    """Make a sandbox, not only look for the program: some systems forbid it its namespaces."""
    problem = unusable()
    if problem:
        return Line(True, "no sandbox; only grading needs it", problem)
    if hole := holes.warning():
        remedy = f"Unless your distribution says it closed it: {install_line()}"
        return Line(True, f"bubblewrap makes a sandbox, but {hole}", remedy)
    return Line(True, "bubblewrap makes a sandbox: submissions can be graded here")


def _notebooks() -> Line:
    try:
        notebooks = shipped()
    except CourseError as error:
        return Line(False, "the course's notebooks are missing", str(error))
    return Line(True, f"{len(notebooks)} notebooks in {notebooks[0].parent}")


def _workspace(directory: Path) -> Line:
    """Say whether the learner's folder can be written, without making it."""
    directory = directory.absolute()
    here = next(p for p in (directory, *directory.parents) if p.exists())
    if not here.is_dir() or not os.access(here, os.W_OK):
        return Line(False, f"workspace {directory} cannot be written", "coursekit lab OTHER_FOLDER")
    if here != directory:
        return Line(True, f"workspace {directory}: the first `coursekit lab` will make it here")
    return Line(True, f"workspace {directory}: {len(list(directory.glob('*.ipynb')))} notebooks")
