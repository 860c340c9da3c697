"""Say, before `make test-gpu` starts, what this interpreter or this machine lacks for it."""

import sys
from importlib.util import find_spec

MODULES = (
    "numpy torch matplotlib sklearn ipykernel ipywidgets anywidget msgspec jinja2 jupytext "
    "nbclient nbformat nbval pytest pytest_timeout pytest_cov hypothesis yaml"
).split()


def main() -> str | None:
    """Return what is wrong, or None."""
    if missing := [name for name in MODULES if find_spec(name) is None]:
        return (
            f"{sys.executable} lacks {', '.join(missing)}; nothing is installed here: install them "
            "yourself, or name another interpreter (make test-gpu PYTHON=...)"
        )
    import torch

    if not torch.cuda.is_available():
        built = "" if torch.version.cuda else " (this is a build of torch without CUDA)"
        return f"torch {torch.__version__} finds no CUDA device{built}; use `make test` on a CPU"
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, {sys.executable}")
    return None


if __name__ == "__main__":
    problem = main()
    raise SystemExit(f"test-gpu: {problem}" if problem else 0)
