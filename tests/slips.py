"""What each single edit of a right answer does on the public inputs: NAME_slips.npz beside it.

python tests/slips.py [NAME…]          say which tables are stale; exit 1 if one is
python tests/slips.py --write [NAME…]  make anew the named ones, or all that are stale

A table is stale where the right answer, a mistake, the inputs or the edits are others than when it
was made. What it says is the same on every machine up to rounding.
"""

import sys

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.checking.naming.single import NAMED
from coursekit.checking.naming.store import file_of, stored, written
from coursekit.checking.naming.table import every_single, of_mistakes
from coursekit.checking.ready import get_ready


def stale(task: Exercise) -> str:
    """Why an exercise's table is to be made anew; "" if it is not."""
    if not file_of(task).exists():
        return "is not there"
    found = stored(task)
    if found is None:
        return "is of another right answer, of other inputs or of other edits"
    edits = {single for single in found.singles if single.kind != NAMED}
    if not edits <= set(every_single(task)):
        return "holds edits that are no longer made"
    known = {single.words for single in found.singles if single.kind == NAMED}
    lost = sorted(written_there(task) - known)
    return f"holds {lost[0]} as it was" if lost else ""


def written_there(task: Exercise) -> set[str]:
    """The mistakes of today that have a row whenever a table is made."""
    return {single.words for single in of_mistakes(task, list(task.mistakes)).singles}


def main(names: list[str], write: bool) -> int:
    tasks = [t for t in exercises.load().values() if isinstance(t, Exercise)]
    wanted = [t for t in tasks if not names or t.name in names]
    left = 0
    for task in wanted:
        get_ready(task)
        why = stale(task)
        if write and (why or names):
            file_of(task).write_bytes(written(task))
            print(f"{task.name}: made")
        elif why:
            left += 1
            print(f"{task.name}_slips.npz {why}: python tests/slips.py --write")
    print(f"{len(wanted)} tables, {left} stale")
    return left > 0


if __name__ == "__main__":
    raise SystemExit(main([a for a in sys.argv[1:] if a[0] != "-"], "--write" in sys.argv))
