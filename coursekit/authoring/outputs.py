"""The outputs of the solved notebooks, without their code: what a wheel holds of them.

Hatch loads this file by itself when it builds a wheel, so it imports nothing of the course.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Outputs(BuildHookInterface):
    """Puts coursekit/_solutions into a wheel; an editable install reads solutions/ in place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self.made = tempfile.TemporaryDirectory()
        for solved in sorted(Path(self.root, "solutions").glob("*.ipynb")):
            made = Path(self.made.name, solved.name)
            made.write_text(only_outputs(solved.read_text("utf-8")), "utf-8")
            build_data["force_include"][str(made)] = f"coursekit/_solutions/{solved.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.made.cleanup()


def only_outputs(notebook: str) -> str:
    """A notebook's text with the id and the outputs of each cell that shows something, no more."""
    cells = json.loads(notebook)["cells"]
    kept = [
        {"id": cell["id"], "outputs": cell["outputs"]}
        for cell in cells
        if cell.get("outputs") and not cell["id"].startswith("check-")
    ]
    return json.dumps({"cells": kept}, sort_keys=True, ensure_ascii=False) + "\n"
