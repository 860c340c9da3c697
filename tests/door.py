"""The scene that README's moving picture shows: a mistake is named, mended, and accepted."""

import hashlib
from dataclasses import replace
from pathlib import Path

from coursekit import exercises
from coursekit.checking import Local, Result, judge
from coursekit.checking.panel import html

PICTURES = Path(__file__).parents[1] / "docs" / "door"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
EXERCISE = "batch_norm"
IMPORTS = "import numpy as np\n\nfrom coursekit import check"
# What stands in the cell, one text after another: typed, then mended from right to left.
TYPED = (
    "def batch_norm(x, gamma, beta, eps=1e-5):\n",
    "    mean = x.mean(axis=0)\n",
    "    var = x.var(axis=0",
    ", ddof=1)\n",
    "    x_hat = (x - mean) ",
    "/ np.sqrt(var + eps)\n",
    "    return gamma * x_hat",
    " + beta",
)
SLIP = ", ddof=1"
WRONG = "".join(TYPED)
RIGHT = WRONG.replace(SLIP, "")


def shown(source: str) -> Result:
    """What the check says of this answer, without what differs from run to run."""
    scope: dict = {}
    exec(f"{IMPORTS}\n{source}", scope)
    task = exercises.load("batchnorm_forward")[EXERCISE]
    result = judge(task, Local(scope[EXERCISE]), source=source)
    return replace(result, seconds=0.0)


def digest() -> str:
    """A hash of what the picture shows: what is typed, and the two panels with their style."""
    seen = (IMPORTS, *TYPED, html(shown(WRONG)), html(shown(RIGHT)))
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()
