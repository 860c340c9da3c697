"""Run one folder of notebooks through nbval on one device.

    python tests/nbval/run.py [--device cpu|simgpu|cuda] [--quick] solutions|notebooks [NAME...]

Every cell must run; outputs of cells marked `# NBVAL_CHECK_OUTPUT` must be the stored ones.
On a device other than the CPU only the lessons that import torch are run.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
REPO = HERE.parents[1]
USES_TORCH = re.compile(r"^\s*(import|from) torch\b", re.MULTILINE)


def notebooks(folder: str, device: str, names: list[str]) -> list[Path]:
    """Return the notebooks to run, as paths from the repository root."""
    found = [p.relative_to(REPO) for p in sorted((REPO / folder).glob("*.ipynb"))]
    found = [p for p in found if not names or any(name in p.name for name in names)]
    if not found:
        raise SystemExit(f"nbval: no notebooks in {folder}/ (run `coursekit build`)")
    return found if device == "cpu" else [p for p in found if uses_torch(p)]


def uses_torch(notebook: Path) -> bool:
    source = REPO / "solutions" / f"{notebook.stem}.py"
    return bool(USES_TORCH.search(source.read_text(encoding="utf-8")))


def environment(device: str, quick: bool, scratch: Path) -> dict[str, str]:
    """Return what the kernels see: one thread, the device, and nothing of this machine's user."""
    shutil.copytree(HERE / "ipython", scratch / "ipython")
    (scratch / "workspace").mkdir()
    env = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "COURSEKIT_QUICK")}
    paths = [str(HERE), str(REPO / "tests"), str(REPO), env.get("PYTHONPATH", "")]
    env |= {
        "COURSEKIT_DEVICE": device,
        "COURSEKIT_WORKSPACE": str(scratch / "workspace"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    if quick:
        return env | {"COURSEKIT_QUICK": "1"}
    return env | ({"COURSEKIT_CPU_SLACK": "2"} if device == "cpu" else {})


def simgpu_available() -> bool:
    sys.path.insert(0, str(REPO / "tests"))
    import simgpu

    return simgpu.available()


def litter(folder: str) -> set[str]:
    return {p.name for p in (REPO / folder).iterdir()} - {".ipynb_checkpoints"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", choices=["solutions", "notebooks"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    paths = notebooks(args.folder, args.device, args.names)
    if not paths:
        print(f"nbval: no lesson in {args.folder}/ uses torch yet; nothing to run on {args.device}")
        return 0
    if args.device == "simgpu" and not simgpu_available():
        print("nbval: skipped: this torch has no Python backends, which simgpu is made of")
        return 0
    before = litter(args.folder)
    with tempfile.TemporaryDirectory(prefix="coursekit-nbval-") as scratch:
        command = [sys.executable, "-m", "pytest", "-c", HERE / "pytest.ini", f"--rootdir={REPO}"]
        code = subprocess.run(
            [*command, *paths], cwd=REPO, env=environment(args.device, args.quick, Path(scratch))
        ).returncode
    if left := litter(args.folder) - before:
        print(f"nbval: a notebook left files in {args.folder}/: {', '.join(sorted(left))}")
        return 1
    return code


if __name__ == "__main__":
    raise SystemExit(main())
