"""What `get_ipython()` gives in the box, to code that asks for it: nothing, and a note.

The commands of cells, `%`, `!` and `?`, never come here: the judge has made Python of them.
"""

from typing import Any

HARMLESS = frozenset(
    "matplotlib config load_ext reload_ext autoreload precision pdb xmode colors pylab "
    "autosave env who whos reset_selective pinfo pinfo2 psearch".split()
)


class Shell:
    """The methods that code calls most."""

    def __init__(self, names: dict[str, Any], notes: list[str]):
        self.user_ns, self.notes = names, notes

    def run_line_magic(self, name: str, line: str, _stack_depth: int = 1, **_: Any) -> None:
        """%name line."""
        if name not in HARMLESS:
            self._leave_out(f"%{name}")

    def run_cell_magic(self, name: str, line: str, body: str) -> None:
        """%%name line, with a body."""
        self._leave_out(f"%%{name}")

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

    def _leave_out(self, what: str) -> None:
        self.notes.append(f"{what[:60]} was left out: only Python runs while grading")
