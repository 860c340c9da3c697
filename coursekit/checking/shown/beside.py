"""Two outputs beside each other, in digits: yours and the expected one, what differs marked."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.checking.compare import compare, to_array
from coursekit.checking.returned import returned_names
from coursekit.checking.task import Exercise
from coursekit.checking.tolerance import close
from coursekit.checking.words import MARK

ROWS, COLUMNS = 8, 7  # as many as are shown at once


@dataclass(frozen=True, eq=False)
class Beside:
    """Two arrays of one shape, and where they differ; `name` is of a returned value, or empty."""

    yours: np.ndarray
    expected: np.ndarray
    wrong: np.ndarray
    name: str = ""

    @classmethod
    def of(cls, exercise: Exercise, got: Any, want: Any, name: str = "") -> "Beside | None":
        """The first returned value that differs; None where it is no pair of arrays of a shape."""
        pairs = _members(exercise, got, want)
        if pairs is None:
            return cls._pair(exercise, got, want, name)
        for inner, mine, right in pairs:
            if compare(mine, right, rtol=exercise.rtol, atol=exercise.atol):
                return cls.of(exercise, mine, right, f"{name}.{inner}" if name else inner)
        return None

    @classmethod
    def _pair(cls, exercise: Exercise, got: Any, want: Any, name: str) -> "Beside | None":
        mine, right = to_array(got), to_array(want)
        if mine is None or right is None or mine.shape != right.shape or not right.ndim:
            return None
        wrong = ~close(mine, right, exercise.rtol, exercise.atol)
        return cls(mine, right, wrong, name) if wrong.any() else None

    def text(self) -> str:
        """Yours above the expected one, in aligned digits; wrong entries carry a mark."""
        picked, about = self._window()
        yours, expected, wrong = (a[picked] for a in (self.yours, self.expected, self.wrong))
        if yours.ndim == 1:
            yours, expected, wrong = yours[None], expected[None], wrong[None]
        digits = next((d for d in (6, 9, 12) if _all_told_apart(yours, expected, wrong, d)), 17)
        cells = [
            [[_digits(v, digits) for v in row] for row in block] for block in (yours, expected)
        ]
        marked = [
            [(MARK if bad else " ") + said for said, bad in zip(row, marks, strict=True)]
            for row, marks in zip(cells[0], wrong, strict=True)
        ]
        right = [[" " + said for said in row] for row in cells[1]]
        width = max(len(said) for row in marked + right for said in row)
        name = f" {self.name}" if self.name else ""
        lines = [f"yours{name}{about}; {MARK} marks what differs", *_rows(marked, width)]
        return "\n".join([*lines, f"expected{name}{about}", *_rows(right, width)])

    def _window(self) -> tuple[tuple, str]:
        """The part of at most two dimensions around the first wrong entry, and its words."""
        first = [int(i[0]) for i in np.nonzero(self.wrong)]
        picked: list[Any] = [*first]
        said = [str(i) for i in first]
        axes = range(self.wrong.ndim)[-2:]
        for axis, room in zip(axes, (ROWS, COLUMNS)[-len(axes) :], strict=True):
            length = self.wrong.shape[axis]
            start = min(max(first[axis] - room // 2, 0), max(length - room, 0))
            end = min(start + room, length)
            picked[axis] = slice(start, end)
            said[axis] = ":" if (start, end) == (0, length) else f"{start}:{end}"
        whole = all(part == ":" for part in said)
        return tuple(picked), "" if whole else f"[{', '.join(said)}]"


def _members(exercise: Exercise, got: Any, want: Any) -> list[tuple[str, Any, Any]] | None:
    """(name, mine, right) of what a returned tuple or dict holds; None where it is neither."""
    if isinstance(want, dict) and isinstance(got, dict):
        return [(str(key), got[key], want[key]) for key in want if key in got]
    if not isinstance(want, tuple | list) or not isinstance(got, tuple | list):
        return None
    if to_array(want) is not None and isinstance(want, list):
        return None
    named: Any = returned_names(exercise)
    names = named if len(named) == len(want) else getattr(want, "_fields", None)
    names = names or [f"value {i + 1}" for i in range(len(want))]
    return list(zip(names, got, want, strict=False))


def _digits(value: Any, digits: int) -> str:
    return f"{float(value):.{digits}g}" if isinstance(value, np.floating) else str(value)


def _all_told_apart(
    yours: np.ndarray, expected: np.ndarray, wrong: np.ndarray, digits: int
) -> bool:
    """True if no wrong entry reads as the right one does."""
    pairs = zip(yours[wrong], expected[wrong], strict=True)
    return all(_digits(a, digits) != _digits(b, digits) for a, b in pairs)


def _rows(cells: list[list[str]], width: int) -> list[str]:
    return ["  " + " ".join(said.rjust(width) for said in row).rstrip() for row in cells]
