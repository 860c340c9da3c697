"""What `get_ipython()` gives in the box: harmless magics pass, the rest is left out and noted."""

import builtins
from typing import Any

RUNS_ITS_CODE = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun"})
HARMLESS = frozenset(
    "matplotlib config load_ext reload_ext autoreload precision pdb xmode colors pylab "
    "autosave env who whos reset_selective".split()
)


class Shell:
    """The few methods that transformed magics call."""

    def __init__(self, names: dict[str, Any], notes: list[str]):
        self.user_ns, self.notes, self.filename = names, notes, "<cell 0>"

    def run_line_magic(self, name: str, line: str, _stack_depth: int = 1, **_: Any) -> Any:
        """%name line."""
        if name in RUNS_ITS_CODE:
            return self._run(line)
        if name not in HARMLESS:
            self._leave_out(f"%{name}")
        return None

    def run_cell_magic(self, name: str, line: str, body: str) -> Any:
        """%%name line, with the rest of the cell as its body."""
        if name in RUNS_ITS_CODE:
            return self._run("\n" + body)  # the magic's own line counts
        self._leave_out(f"%%{name}")
        return None

    def system(self, command: str) -> None:
        """!command: there is nothing in the box to run it with."""
        self._leave_out(f"!{command}")

    def getoutput(self, command: str, *_: Any, **__: Any) -> list[str]:
        """names = !command."""
        self._leave_out(f"!{command}")
        return []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None

    def _run(self, source: str) -> None:
        builtins.exec(compile(source, self.filename, "exec"), self.user_ns)

    def _leave_out(self, what: str) -> None:
        self.notes.append(f"{what[:60]} was left out: only Python runs while grading")
