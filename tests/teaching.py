"""What the commands of docs/teaching.md print, run one after another on a made-up class.

python tests/teaching.py          run them, in three minutes, and write what they print below each

A command is a block that begins with `$ `. The first makes the class; the others run in its folder.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from coursekit.files import write_whole

REPO = Path(__file__).parents[1]
PAGE = REPO / "docs" / "teaching.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n(?P<said>.*?)```", re.S)
MOST = 12  # lines that are shown of an output


def commands(text: str) -> list[list[str]]:
    """The words of each command on the page."""
    return [shlex.split(block["command"]) for block in BLOCK.finditer(text)]


def run(words: list[str], folder: Path) -> str:
    """What a command prints, with this tree's course and this Python."""
    first, *rest = words
    module = [] if first == "python" else ["-m", first]
    rest = [str(REPO / word) if word == "tests/class.py" else word for word in rest]
    environment = os.environ | {"PYTHONPATH": str(REPO), "COLUMNS": "100", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *module, *rest],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    if "Traceback" in done.stderr:
        raise SystemExit(f"{shlex.join(words)}\n{done.stderr}")
    return done.stdout + done.stderr


def shown(said: str) -> str:
    """The output, without what is too long to be read."""
    lines = said.splitlines()
    if len(lines) > MOST:
        lines[MOST // 2 : -MOST // 2] = [f"… {len(lines) - MOST} more lines …"]
    return "".join(f"{line}\n" for line in lines)


def filled(text: str) -> str:
    """The page, with what its commands print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)

        def fill(block: re.Match) -> str:
            nonlocal folder
            said = shown(run(shlex.split(block["command"]), folder))
            folder = Path(scratch) / "class"
            return f"```console\n$ {block['command']}\n{said}```"

        return BLOCK.sub(fill, text)


if __name__ == "__main__":
    write_whole(PAGE, filled(PAGE.read_text("utf-8")))
