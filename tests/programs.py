"""System programs that some tests need: whether they are here, and whether they work here."""

import shutil

from coursekit.sandbox import box


def chromium() -> str | None:
    """Return the path of a Chromium, whatever this system calls it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def unusable(program: str) -> str | None:
    """Return why a system program cannot be used here, or None."""
    if program == "bwrap":  # present is not enough: some systems refuse it its namespaces
        return box.unusable()
    found = chromium() if program == "chromium" else shutil.which(program)
    return None if found else f"{program} is not installed"
