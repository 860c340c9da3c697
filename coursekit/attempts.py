"""What a learner has tried, passed and asked for, kept in one small file of the workspace."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from coursekit.checking import Result
from coursekit.files import write_whole


@dataclass
class Attempt:
    """One exercise's history: how often checked, best score, last diagnosis, hints read."""

    lesson: str = ""
    checks: int = 0
    passed: bool = False
    score: float = 0.0
    max: float = 0.0
    status: str = "unsolved"
    diagnosis: str | None = None
    hints: int = 0
    first: float = 0.0  # Unix seconds of the first check
    last: float = 0.0


@dataclass
class Attempts:
    """All exercises' histories, by exercise name; `path` None keeps them in memory only."""

    path: Path | None = None
    by_name: dict[str, Attempt] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None) -> "Attempts":
        """Read a file; one that cannot be read is set aside beside itself, never overwritten."""
        if path is None or not path.exists():
            return cls(path)
        try:
            stored = json.loads(path.read_text("utf-8"))
            known = {k: Attempt(**v) for k, v in stored["exercises"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            aside = path.with_name(f"{path.stem}.broken-{time.time_ns()}.json")
            path.replace(aside)
            print(f"The progress file could not be read; it is kept as {aside.name}.")
            return cls(path)
        return cls(path, known)

    def record(self, result: Result) -> int:
        """Count a check and save; returns which attempt it was. Stubs and failed checks do not."""
        seen = self.by_name.setdefault(result.exercise, Attempt(result.lesson))
        if result.status in ("unsolved", "missing", "judge_failed"):
            return seen.checks
        now = time.time()
        seen.checks += 1
        seen.first, seen.last = seen.first or now, now
        seen.passed = seen.passed or result.passed
        seen.score, seen.max = max(seen.score, result.score), result.max
        seen.status, seen.diagnosis = result.status, result.diagnosis
        self.save()
        return seen.checks

    def save(self) -> None:
        """Write the file whole or not at all; a folder that cannot be written is no error here."""
        if self.path is None:
            return
        text = json.dumps(
            {"version": 1, "exercises": {k: asdict(v) for k, v in self.by_name.items()}}, indent=1
        )
        try:
            write_whole(self.path, text)
        except OSError as error:
            print(f"Progress could not be saved ({error}); the check itself is not affected.")
