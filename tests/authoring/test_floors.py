from pathlib import Path

import pytest

from coursekit.authoring.floors import contract, plan, sentence
from coursekit.errors import BuildError

REPO = Path(__file__).parents[2]


def test_every_room_is_on_the_plan_and_says_what_it_is():
    told = plan(REPO)
    rooms = [room for floor in contract(REPO) for room in floor]
    assert all(f"| `{room}/`" in told or f"| `{room}.py`" in told for room in rooms)
    packages = {p.parent for p in (REPO / "coursekit").rglob("__init__.py")}
    lessons = set((REPO / "coursekit" / "exercises").iterdir())
    for package in packages - lessons - {REPO / "coursekit"}:
        assert f"| `{package.relative_to(REPO / 'coursekit').as_posix()}/`" in told


def test_a_floor_is_numbered_from_below():
    rows = plan(REPO).splitlines()[2:]
    assert rows[0].startswith(f"| {len(contract(REPO)) - 1} | `__main__.py`")
    assert rows[-1] == "| 0 | `errors.py` | Every exception coursekit raises on purpose. |"


def test_a_room_without_a_sentence_is_refused(tmp_path):
    path = tmp_path / "newcomer.py"
    for text in ("x = 1\n", None):
        if text:
            path.write_text(text, "utf-8")
        else:
            path.unlink()
        with pytest.raises(BuildError, match="one sentence on what it is"):
            sentence(path)
